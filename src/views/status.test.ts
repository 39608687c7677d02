import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { doneOutcome, RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { runStatusWord, statusView } from './status.ts';

const count = z.int().nonnegative();
const tokens = z.strictObject({
  input: count.nullable(),
  output: count.nullable(),
  cached: count.nullable(),
});
const use = {
  tokens: tokens.nullable(),
  costUsd: z.number().nullable(),
  estimatedUsd: z.number().nullable(),
  unpricedTokens: count,
};
const states = [
  'waiting',
  'ready',
  'running',
  'waiting-for-quota',
  'asking',
  'checking',
  'reviewing',
  'qa-blocked',
  'setback',
  'accepted',
  'merging',
  'merged',
  'conflicted',
  'needs-user',
  'failed',
  'blocked',
  'skipped',
  'done-before',
  'cancelled',
  'not-started',
  'unfinished',
  'not-merged',
] as const;
const time = z.iso.datetime();

const dependencies = z
  .strictObject({
    status: z.enum(['waiting', 'installing', 'installed', 'failed']),
    commit: z.string().nullable(),
    files: z.array(z.string()),
    command: z.string().nullable(),
    output: z.string().nullable(),
  })
  .nullable();

const STATUS = z.strictObject({
  run: z.strictObject({
    id: z.string(),
    plan: z.string(),
    status: z.enum(['running', 'paused', 'interrupted', 'succeeded', 'failed']),
    startedAt: time,
    finishedAt: time.nullable(),
    integrationBranch: z.string(),
    dependencies,
    used: z.strictObject(use),
    budget: z.strictObject({ usd: z.number().nullable(), tokens: z.number().nullable() }),
  }),
  groups: z.array(z.strictObject({ number: count, ...use })),
  tasks: z.array(
    z.strictObject({
      id: z.string(),
      group: count,
      state: z.enum(states),
      attempt: count.nullable(),
      agent: z.string(),
      driver: z.string(),
      model: z.string().nullable(),
      branch: z.string().nullable(),
      worktree: z.string().nullable(),
      progress: z.number().nullable(),
      currentStep: z.string().nullable(),
      ...use,
      usedByAttempt: z.array(
        z.strictObject({
          attempt: count,
          role: z.string(),
          agent: z.string(),
          model: z.string().nullable(),
          ...use,
        }),
      ),
      startedAt: time.nullable(),
      finishedAt: time.nullable(),
      error: z.string().nullable(),
      notes: z.array(z.string()),
      question: z
        .strictObject({
          id: z.string(),
          text: z.string(),
          waitsFor: z.enum(['user', 'adviser']),
          reason: z.string().nullable(),
        })
        .nullable(),
      resolved: z.array(z.strictObject({ path: z.string(), pattern: z.string() })),
      conflict: z
        .strictObject({
          paths: z.array(z.string()),
          onto: z.string(),
          others: z.array(z.string()),
          commands: z.array(z.string()),
        })
        .nullable(),
    }),
  ),
  conflictsForeseen: z.array(
    z.strictObject({
      tasks: z.array(z.string()),
      with: z.enum(['task', 'integration-branch']),
      paths: z.array(z.string()),
      since: z.string(),
    }),
  ),
  limits: z.array(
    z.strictObject({ agent: z.string(), until: z.string(), atOnce: z.number(), refused: z.boolean() }),
  ),
  counts: z.strictObject(Object.fromEntries(states.map((state) => [state, count]))),
});

const plan = makePlan([
  makeTask('task-001', 1, { agent: 'backend:api' }),
  makeTask('task-002', 1),
  makeTask('task-003', 2, { dependsOn: ['task-002'] }),
]);

function newLog(): RunLog {
  return new RunLog(plan).open().openGroup(1);
}

test('every key is there from the first event on', () => {
  const log = new RunLog(plan);
  const view = STATUS.parse(JSON.parse(JSON.stringify(statusView(log.state(), true))));
  assert.equal(view.tasks.length, 3);
  assert.equal(view.tasks[0]?.agent, 'backend:api');
  assert.equal(view.tasks[1]?.agent, 'recipe');
  assert.deepEqual(
    [view.tasks[0]?.attempt, view.tasks[0]?.tokens, view.tasks[0]?.startedAt, view.tasks[0]?.branch],
    [null, null, null, null],
  );
  assert.equal(view.counts['waiting'], 3);
  assert.equal(view.counts['merged'], 0);
});

test('a running task shows where it is and how far', () => {
  const log = newLog().start('task-001');
  log.add({ type: 'attempt.progress', task: 'task-001', attempt: 1, percent: 45, step: 'Writing tests' });
  const task = STATUS.parse(statusView(log.state(), true)).tasks[0];
  assert.equal(task?.state, 'running');
  assert.equal(task?.worktree, '/slots/slot-1');
  assert.equal(task?.branch, 'cox/run-1/task-001');
  assert.deepEqual([task?.progress, task?.currentStep, task?.attempt], [45, 'Writing tests', 1]);
  assert.equal(task?.finishedAt, null);
});

test('what an ended agent was doing is not shown as if it still did', () => {
  const log = newLog().start('task-001');
  log.add({ type: 'attempt.progress', task: 'task-001', attempt: 1, percent: 45, step: 'Writing tests' });
  log
    .end('task-001', doneOutcome({ usage: { inputTokens: 7 } }))
    .accept('task-001')
    .merge('task-001')
    .advance(['task-001']);
  const task = STATUS.parse(statusView(log.state(), true)).tasks[0];
  assert.equal(task?.state, 'merged');
  assert.deepEqual([task?.worktree, task?.progress, task?.currentStep], [null, null, null]);
  assert.deepEqual(task?.tokens, { input: 7, output: null, cached: null });
  assert.notEqual(task?.finishedAt, null);
});

test('failed and blocked tasks say why', () => {
  const failure = { reason: 'exit-code', code: 3, tail: '' } as const;
  const log = newLog().start('task-002').end('task-002', { is: 'failed', failure, usage: {}, exitCode: 3 });
  log.add(
    { type: 'task.failed', task: 'task-002', failure },
    { type: 'task.blocked', task: 'task-003', because: 'task-002' },
  );
  const view = STATUS.parse(statusView(log.state(), true));
  assert.match(view.tasks[1]?.error ?? '', /exited with 3/);
  assert.match(view.tasks[2]?.error ?? '', /waits for task-002/);
  assert.deepEqual([view.counts['failed'], view.counts['blocked'], view.counts['ready']], [1, 1, 1]);
});

test('a run that has ended has nothing on its way, and one that was left merges nothing', () => {
  const four = makePlan(['task-001', 'task-002', 'task-003', 'task-004'].map((id) => makeTask(id, 1)));
  const log = new RunLog(four).open().openGroup(1);
  const failure = { reason: 'exit-code', code: 3, tail: '' } as const;
  log.start('task-001').end('task-001').accept('task-001').merge('task-001');
  log.start('task-002').end('task-002', { is: 'asking', question: 'Which?', usage: {}, exitCode: 0 });
  log.start('task-003').end('task-003', { is: 'failed', failure, usage: {}, exitCode: 3 });
  log.add({ type: 'task.failed', task: 'task-003', failure });
  const states = () => STATUS.parse(statusView(log.state(), false)).tasks.map(({ state }) => state);
  assert.deepEqual(states(), ['merging', 'asking', 'failed', 'ready']);
  log.add({ type: 'run.suspended', reason: 'interrupted' });
  assert.deepEqual(states(), ['accepted', 'asking', 'failed', 'ready']);
  log.add({ type: 'run.finished', status: 'failed' });
  assert.deepEqual(states(), ['not-merged', 'unfinished', 'failed', 'not-started']);
  const { counts } = STATUS.parse(statusView(log.state(), false));
  assert.deepEqual(
    Object.entries(counts).filter(([, number]) => number > 0),
    [
      ['failed', 1],
      ['not-started', 1],
      ['unfinished', 1],
      ['not-merged', 1],
    ],
  );
});

test('the run in one word', () => {
  const word = (log: RunLog, alive = true) => runStatusWord(log.state(), alive);
  assert.equal(word(newLog()), 'running');
  assert.equal(word(newLog(), false), 'interrupted');
  assert.equal(word(newLog().add({ type: 'requested.pause' })), 'paused');
  assert.equal(word(newLog().add({ type: 'requested.pause' }), false), 'interrupted');
  assert.equal(word(newLog().add({ type: 'run.suspended', reason: 'budget' })), 'interrupted');
  assert.equal(word(newLog().add({ type: 'run.finished', status: 'succeeded' }), false), 'succeeded');
  assert.equal(word(newLog().add({ type: 'run.finished', status: 'failed' }), false), 'failed');
  assert.equal(word(newLog().add({ type: 'run.finished', status: 'cancelled' }), false), 'failed');
});
