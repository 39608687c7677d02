import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHere } from '../../process/start/start-here.ts';
import { ProjectCommand } from './application.ts';

const env = { PATH: process.env['PATH'] ?? '' };

function busy(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('what a command of the project printed last is not lost on a busy process, which learns of its end first', async () => {
  const command = new ProjectCommand({
    command: 'sleep 0.5; echo 3 passed; echo 1 failed >&2; exit 1',
    cwd: '/',
    env,
    keeps: 1_000,
  });
  const otherEnded = Promise.withResolvers<void>();
  const other = { program: 'sh', args: ['-c', 'echo'], cwd: '/', env, output: true };
  startHere(other, {
    // The command ends meanwhile, and is found ended together with this one, before its output is looked for.
    output: () => busy(800),
    exited: () => undefined,
    closed: () => otherEnded.resolve(),
    notStarted: assert.fail,
    outOfSight: assert.fail,
  });
  // Until the other has ended.
  busy(200);
  await command.end;
  assert.equal(command.exitCode, 1);
  assert.deepEqual(command.output.split('\n').sort(), ['', '1 failed', '3 passed']);
  await otherEnded.promise;
});

test('a command that leaves a process with its output is not waited for', async (t) => {
  const command = new ProjectCommand({ command: 'sleep 600 & echo begun', cwd: '/', env, keeps: 1_000 });
  t.after(() => command.stop());
  await command.end;
  assert.deepEqual([command.exitCode, command.output], [0, 'begun\n']);
});
