import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseHostList, parseTarget } from '../../core/host-list.ts';
import { type Judgement, judge } from './gate.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'good.example': ['93.184.216.34', '2606:4700::1111'],
  'mixed.example': ['10.0.0.1', '93.184.216.34'],
  'inner.example': ['10.0.0.1'],
  'metadata.example': ['169.254.169.254'],
  'mapped.example': ['::ffff:169.254.169.254'],
  'rebound.example': ['127.0.0.1'],
  'empty.example': [],
  localhost: ['93.184.216.34'],
};

async function judged(hosts: readonly string[], authority: string): Promise<Judgement> {
  const rules = parseHostList(hosts);
  const target = parseTarget(authority);
  assert.ok(rules.ok && target !== null);
  return judge(rules.value, target, async (name) => {
    const addresses = NAMES[name];
    if (addresses === undefined) throw new Error('ENOTFOUND');
    return addresses;
  });
}

test('a listed name may be reached at its public addresses, and only at these', async () => {
  const all = ['93.184.216.34', '2606:4700::1111'];
  assert.deepEqual(await judged(['good.example'], 'good.example:443'), { is: 'allowed', addresses: all });
  assert.deepEqual(await judged(['mixed.example'], 'mixed.example:443'), {
    is: 'allowed',
    addresses: ['93.184.216.34'],
  });
});

test('a name or an address that is not listed is refused', async () => {
  assert.deepEqual(await judged(['good.example'], 'other.example:443'), { is: 'not-listed' });
  assert.deepEqual(await judged(['good.example'], '93.184.216.34:443'), { is: 'not-listed' });
});

test('a listed name that leads to this machine, its network or the metadata of its cloud is refused', async () => {
  for (const [name, address] of [
    ['inner.example', '10.0.0.1'],
    ['metadata.example', '169.254.169.254'],
    ['mapped.example', '169.254.169.254'],
    ['rebound.example', '127.0.0.1'],
  ] as const)
    assert.deepEqual(await judged([name], `${name}:443`), { is: 'not-public', address });
});

test('unless the list names that address itself, with that port', async () => {
  const allowed = { is: 'allowed', addresses: ['10.0.0.1'] };
  assert.deepEqual(await judged(['inner.example', '10.0.0.1'], 'inner.example:443'), allowed);
  assert.equal((await judged(['inner.example', '10.0.0.1:8080'], 'inner.example:443')).is, 'not-public');
  assert.equal((await judged(['inner.example', '10.0.0.2'], 'inner.example:443')).is, 'not-public');
});

test('localhost is this machine, whatever the resolver says', async () => {
  assert.deepEqual(await judged(['localhost:8080'], 'localhost:8080'), {
    is: 'allowed',
    addresses: ['127.0.0.1', '::1'],
  });
});

test('a listed address needs no resolver', async () => {
  assert.deepEqual(await judged(['10.9.9.9'], '0xa.9.9.9:80'), { is: 'allowed', addresses: ['10.9.9.9'] });
});

test('a name without an address is unresolved', async () => {
  assert.deepEqual(await judged(['nobody.example'], 'nobody.example:443'), { is: 'unresolved' });
  assert.deepEqual(await judged(['empty.example'], 'empty.example:443'), { is: 'unresolved' });
});
