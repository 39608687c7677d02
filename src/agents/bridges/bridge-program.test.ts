import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';

const PROGRAM = new URL('bridge-program.ts', import.meta.url).href;
const LINES = 20_000;
const SCRIPT = `
  const { beBridge } = await import(${JSON.stringify(PROGRAM)});
  await beBridge(process, async ({ print, complain }) => {
    for (let left = ${LINES}; left > 0; left -= 1) print('x'.repeat(99));
    complain('printed');
    return 3;
  });`;

test('what a bridge prints last is not lost where its reader comes late, and it ends with its status', async () => {
  const bridge = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT, 'bridge', '{}']);
  const ended = once(bridge, 'close');
  bridge.stdin.end('the prompt');
  const [said] = await once(bridge.stderr, 'data');
  assert.equal(String(said), 'printed');
  assert.equal((await buffer(bridge.stdout)).length, LINES * 100);
  assert.deepEqual(await ended, [3, null]);
});
