import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { RefusalLog } from './refusal-log.ts';
import { readRefusals } from './refusals.ts';

const folder = mkdtempSync(join(tmpdir(), 'cox-refusals-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('refusals are kept once, in order', () => {
  const file = join(folder, 'some');
  const log = new RefusalLog(file);
  log.add({ target: 'b.example:443', why: 'not-listed' });
  log.add({ target: 'a.example:80', why: 'not-public' });
  log.add({ target: 'b.example:443', why: 'not-listed' });
  assert.deepEqual(readRefusals(file), [
    { target: 'b.example:443', why: 'not-listed' },
    { target: 'a.example:80', why: 'not-public' },
  ]);
});

test('the file is bounded', () => {
  const file = join(folder, 'many');
  const log = new RefusalLog(file);
  for (let index = 0; index < 1000; index += 1)
    log.add({ target: `${'x'.repeat(250)}${index}:443`, why: 'not-listed' });
  assert.equal(readRefusals(file).length, 50);
  assert.ok(readFileSync(file).length < 20_000);
});

test('no file is no refusals, and a torn line is left out', () => {
  assert.deepEqual(readRefusals(join(folder, 'none')), []);
  const file = join(folder, 'torn');
  new RefusalLog(file).add({ target: 'a.example:80', why: 'not-listed' });
  appendFileSync(file, '{"target":"b.exam');
  assert.deepEqual(readRefusals(file), [{ target: 'a.example:80', why: 'not-listed' }]);
});

test('a file that cannot be written keeps nobody from refusing', () => {
  new RefusalLog(join(folder, 'absent', 'file')).add({ target: 'a.example:80', why: 'not-listed' });
});
