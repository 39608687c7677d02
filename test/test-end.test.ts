/** A test file that does not end by itself does not hold up the others. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const GUARD = fileURLToPath(new URL('../scripts/test-end.ts', import.meta.url));
const LEAVES = `
import { spawn } from 'node:child_process';
import { it } from 'node:test';
it('leaves a process', () => { spawn('sleep', ['20'], { stdio: 'ignore' }); });
it('fails', () => { throw new Error('on purpose'); });
`;
const ENDS = `
import { it } from 'node:test';
it('is fine', () => {});
`;
/** As who removes many folders, and then waits for something. */
const TIDIES_UP = `
import { after, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
after(async () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
  await sleep(20);
});
it('is tidied up', () => {});
`;

it('a file that goes on after its last test is ended, and fails', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'cox-test-end-'));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'leaves.test.mjs'), LEAVES);
  writeFileSync(join(folder, 'ends.test.mjs'), ENDS);
  writeFileSync(join(folder, 'tidies-up.test.mjs'), TIDIES_UP);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const ran = spawnSync(
    process.execPath,
    ['--test', '--test-concurrency=1', '--test-reporter=spec', `--import=${GUARD}`, '*.test.mjs'],
    { cwd: folder, env: { ...env, COX_TEST_END_MS: '500' }, encoding: 'utf8' },
  );
  assert.equal(ran.status, 1, ran.stdout + ran.stderr);
  assert.match(
    ran.stdout,
    /the file went on for 500 ms after its last test, and was ended; open: .*ProcessWrap/,
  );
  assert.match(ran.stdout, /✔ leaves a process[\s\S]*on purpose/);
  assert.match(ran.stdout, /✔ is fine/);
  assert.match(ran.stdout, /✔ is tidied up/);
  assert.match(ran.stdout, /^ℹ pass 3$/m);
  assert.equal(ran.stdout.match(/was ended/g)?.length, 1, ran.stdout);
});
