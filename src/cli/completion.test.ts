import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CliWorld } from '../testing/cli-world.ts';

function world(t: TestContext): CliWorld {
  const made = new CliWorld({});
  t.after(() => made.remove());
  return made;
}

/** Words that may stand where the last one stands. */
async function completed(w: CliWorld, ...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await w.cox('complete', '--', ...words);
  assert.deepEqual([code, stderr], [0, '']);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
}

test('commands and verbs are completed, but for the one that answers', async (t) => {
  const w = world(t);
  const all = await completed(w, '');
  assert.ok(all.includes('run') && all.includes('pool') && !all.includes('complete'));
  assert.deepEqual(await completed(w, 're'), ['resume', 'report', 'retry']);
  assert.deepEqual(await completed(w, 'pool', 're'), ['release', 'reset']);
  assert.deepEqual(await completed(w, '-C', 'spec', 'stat'), ['status', 'state'], 'the folder is no command');
});

test('options are completed, those of every command too, and choices', async (t) => {
  const w = world(t);
  assert.deepEqual(await completed(w, 'run', 'plan', '--s'), ['--schedule', '--sandbox']);
  assert.deepEqual(await completed(w, 'pool', 'release', '--'), [
    '--force',
    '--version',
    '--no-color',
    '--debug',
  ]);
  assert.deepEqual(await completed(w, 'report', '--format', ''), ['md', 'json', 'html']);
  assert.deepEqual(await completed(w, 'report', '--json', '--fo'), ['--format']);
  assert.deepEqual(await completed(w, 'completion', ''), ['bash', 'zsh', 'fish']);
});

test('tasks and runs are completed where a run is meant, and files are left to the shell', async (t) => {
  const w = world(t);
  assert.deepEqual(await completed(w, 'logs', ''), [], 'there is no run');
  assert.equal((await w.cox('run', 'plan')).code, 0);
  assert.deepEqual(await completed(w, 'logs', ''), ['task-001', 'task-002']);
  assert.deepEqual(await completed(w, 'wait', '--task', 'task-002'), ['task-002']);
  const [run = '', ...others] = await completed(w, 'resume', '');
  assert.deepEqual(others, []);
  assert.match((await w.cox('status')).stdout, new RegExp(run));
  assert.deepEqual(await completed(w, 'logs', '--run', ''), [run]);
  for (const words of [
    ['run', ''],
    ['run', '--', '--s'],
    ['pool', 'acquire', ''],
    ['run', 'plan', '--recipe', ''],
  ])
    assert.deepEqual(await completed(w, ...words), [], words.join(' '));
});
