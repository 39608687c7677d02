import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { describe, test } from 'node:test';

import { isPublicAddress, plainAddress } from './address.ts';

describe('not public is', () => {
  const special = {
    'this machine': ['127.0.0.1', '127.255.0.9', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1'],
    'a private network': [
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      'fd00::1',
      'fec0::1',
      '100.64.0.1',
    ],
    'the link, and the metadata of clouds': ['169.254.169.254', '169.254.1.1', 'fe80::1', 'fd00:ec2::254'],
    'the metadata of other clouds': ['100.100.100.200', '192.0.0.192', '168.63.129.16'],
    'many or nobody': [
      '224.0.0.1',
      '255.255.255.255',
      '240.0.0.1',
      'ff02::1',
      '192.0.2.1',
      '198.18.0.1',
      '2001:db8::1',
    ],
    'one of these in the dress of IPv6': [
      '::ffff:10.0.0.1', '::10.0.0.1', '::ffff:0:10.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1',
      '2002:a00:1::1', '2001::1',
    ], // biome-ignore format: a list
  };
  for (const [what, addresses] of Object.entries(special))
    test(what, () => {
      for (const address of addresses) assert.equal(isPublicAddress(address), false, address);
    });

  test('an address that this machine has', () => {
    const own = Object.values(networkInterfaces()).flatMap((device) => device ?? []);
    for (const { address } of own) assert.equal(isPublicAddress(plainAddress(address)), false, address);
  });
});

test('public are the others', () => {
  for (const address of ['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '64:ff9b::101:101'])
    assert.equal(isPublicAddress(address), true, address);
});

test('an address is compared in one spelling', () => {
  assert.equal(plainAddress('::ffff:10.0.0.1'), '10.0.0.1');
  assert.equal(plainAddress('2001:DB8:0:0:0:0:0:1'), '2001:db8::1');
  assert.equal(plainAddress('fe80::1%eth0'), 'fe80::1');
});
