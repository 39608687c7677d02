import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CliWorld, type WorldOptions } from '../testing/cli-world.ts';

function world(t: TestContext, options: WorldOptions = {}): CliWorld {
  const made = new CliWorld(options);
  t.after(() => made.remove());
  return made;
}

const ESCAPE = '\u001b';

test('wait --json prints at the end what status --json prints, and exits as the run has ended', async (t) => {
  const w = world(t, { deeds: { 'task-001': ['hang'] } });
  const running = w.start('run', 'plan');
  await running.shows('task-001 started');
  const waiting = w.start('wait', '--json');
  const task = w.start('wait', '--json', '--task', 'task-001');
  assert.equal((await w.cox('cancel')).code, 0);
  assert.equal((await running.ended).code, 1);
  const waited = await waiting.ended;
  assert.equal(waited.code, 1);
  const status = JSON.parse((await w.cox('status', '--json')).stdout);
  assert.deepEqual(JSON.parse(waited.stdout), status);
  assert.equal(status.run.status, 'failed');
  const ofTask = await task.ended;
  assert.equal(ofTask.code, 1);
  assert.equal(JSON.parse(ofTask.stdout).tasks[0].state, 'cancelled');
  assert.deepEqual(
    JSON.parse((await w.cox('wait', '--json')).stdout),
    status,
    'of a run that has ended already',
  );
});

test('logs --json gives each line with its attempt and stream; with --raw as it was printed', async (t) => {
  const w = world(t, { deeds: { 'task-001': ['fail', 'done'] }, env: { COX_RETRIES: '2' } });
  assert.equal((await w.cox('run', 'plan')).code, 0);
  const lines = async (...argv: readonly string[]) => {
    const { code, stdout } = await w.cox('logs', 'task-001', '--json', ...argv);
    assert.equal(code, 0);
    assert.ok(!stdout.includes(ESCAPE), 'nothing in it acts on a terminal');
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const last = [
    { task: 'task-001', attempt: 2, stream: 'stdout', kind: 'text', text: 'task-001 works on try 2' },
    { task: 'task-001', attempt: 2, stream: 'stderr', text: 'a warning' },
  ];
  assert.deepEqual(await lines(), last);
  assert.deepEqual(await lines('--follow'), last);
  assert.deepEqual(
    (await lines('--attempt', '1')).map(({ attempt, stream }) => [attempt, stream]),
    [
      [1, 'stdout'],
      [1, 'stderr'],
    ],
  );
  assert.deepEqual(await lines('--raw'), [
    {
      task: 'task-001',
      attempt: 2,
      stream: 'stdout',
      text: `task-001 ${ESCAPE}[31mworks${ESCAPE}[0m on try 2`,
    },
  ]);
});
