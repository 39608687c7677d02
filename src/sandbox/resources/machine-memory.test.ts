import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { test } from 'node:test';
import { machineMemory, parseAvailable, parseFileCache } from './machine-memory.ts';

test('what is available is what the kernel says, where it says it', () => {
  assert.equal(parseAvailable('MemTotal:  100 kB\nMemFree: 1 kB\nMemAvailable:    2000 kB\n'), 2_048_000);
  assert.equal(parseAvailable('MemTotal:  100 kB\n'), null);
  assert.equal(parseAvailable(''), null);
});

test('caches of files count as free, by both versions of control groups', () => {
  assert.equal(parseFileCache('anon 5\nactive_file 10\ninactive_file 20\n'), 30);
  const v1 = 'inactive_file 1\nactive_file 1\ntotal_inactive_file 300\ntotal_active_file 200\n';
  assert.equal(parseFileCache(v1), 500);
  assert.equal(parseFileCache(''), 0);
});

test('this machine has memory, and no more of it available than there is', () => {
  const { totalBytes, availableBytes } = machineMemory();
  assert.ok(totalBytes > 0 && totalBytes <= totalmem());
  assert.ok(availableBytes === null || (availableBytes >= 0 && availableBytes <= totalmem()));
});
