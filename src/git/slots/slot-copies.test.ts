import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { listCandidates } from './slot-copies.ts';

test('patterns are looked for in the checkout, and not where its links lead', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'cox-copies-'));
  t.after(() => rmSync(root, { recursive: true }));
  const [top, outside] = [join(root, 'checkout'), join(root, 'outside')];
  for (const folder of [join(top, 'config/local'), join(outside, 'local')])
    mkdirSync(folder, { recursive: true });
  for (const folder of [join(top, 'config/local'), outside, join(outside, 'local')])
    writeFileSync(join(folder, 'secret.env'), 'KEY=1');
  symlinkSync(outside, join(top, 'linked'));
  symlinkSync(join(outside, 'local'), join(top, 'config/elsewhere'));
  const found = (...patterns: readonly string[]) => listCandidates({ top, patterns });
  assert.deepEqual(found('*/secret.env', '*/*/secret.env', '../outside/secret.env'), [
    'config/local/secret.env',
  ]);
  assert.deepEqual(found('config'), ['config/elsewhere', 'config/local/secret.env']);
});
