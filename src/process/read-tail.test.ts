import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readTail } from './read-tail.ts';

const folder = mkdtempSync(join(tmpdir(), 'cox-tail-'));
after(() => rmSync(folder, { recursive: true }));

test('the last bytes are read, without half a character', async () => {
  const path = join(folder, 'log');
  writeFileSync(path, 'one äöü');
  assert.equal(await readTail(path, 100), 'one äöü');
  assert.equal(await readTail(path, 3), 'ü');
});

test('a file that cannot be read has no last part', async () => {
  assert.equal(await readTail(join(folder, 'absent'), 10), '');
  assert.equal(await readTail(folder, 10), '');
});
