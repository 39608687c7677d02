import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hostileText } from '../testing/hostile-text.ts';
import { safeName, sharedNames } from './names.ts';

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/);

test('a plain name stays, any other keeps what can be read of it', () => {
  assert.equal(safeName('task-001-users'), 'task-001-users');
  assert.match(safeName('Task 1: Größe'), /^task-1-grosse-[0-9a-f]{8}$|^task-1-gro-e-[0-9a-f]{8}$/);
  assert.match(safeName('../../etc/passwd'), /^etc-passwd-[0-9a-f]{8}$/);
  assert.match(safeName('-rf'), /^rf-[0-9a-f]{8}$/);
  assert.match(safeName('a@{u}..b.lock'), /^a-u-b-lock-[0-9a-f]{8}$/);
  for (const device of ['con', 'nul', 'aux', 'prn', 'com1', 'lpt9', 'CON', 'nul.', 'aux ', 'com1:x'])
    assert.match(safeName(device), /^[a-z0-9-]+-[0-9a-f]{8}$/, device);
  for (const nothing of ['', '.', '..', '/', '\u0000', '漢字'])
    assert.match(safeName(nothing), /^x-[0-9a-f]{8}$/);
});

test('any name becomes one segment of a path and of a ref, on every platform', () => {
  fc.assert(
    fc.property(fc.oneof(hostileText, id), (name) => {
      const safe = safeName(name);
      assert.match(safe, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      assert.ok(safe.length <= 80);
      assert.doesNotMatch(safe, /^(?:con|prn|aux|nul|com\d|lpt\d)$/);
      assert.equal(safe.endsWith('lock') && safe.includes('.'), false);
    }),
  );
});

test('names that differ in case alone are told apart where case does not count', () => {
  assert.notEqual(safeName('Task-1'), safeName('task-1'));
  assert.notEqual(safeName('TASK-1'), safeName('Task-1'));
});

test('no name passes for the changed form of another', () => {
  fc.assert(
    fc.property(fc.oneof(hostileText, id), (name) => {
      const safe = safeName(name);
      if (safe !== name) assert.notEqual(safeName(safe), safe);
    }),
  );
});

test('names that are made to meet are found', () => {
  const made = ['a---_.-.-_-..b', 'task-001', 'a._...-__-._.b'];
  assert.equal(safeName(made[0] ?? ''), safeName(made[2] ?? ''));
  assert.deepEqual([...sharedNames(made)], [['a._...-__-._.b', 'a---_.-.-_-..b']]);
  assert.equal(sharedNames(['task-001', 'task-002', 'task-001']).size, 0);
});
