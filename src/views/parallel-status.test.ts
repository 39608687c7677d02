import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Task } from '../core/plan.ts';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { agentTasks } from './agent-names.ts';
import { agentStatuses, executionId, parallelStatus } from './parallel-status.ts';

const task = (id: string, group: number, agent: string, more: Partial<Task> = {}): Task =>
  makeTask(id, group, { agent, ...more });

const PLAN = makePlan([
  task('1.1', 1, 'Architect-1', { done: true }),
  task('2.1', 2, 'Builder-1', { title: 'JWT service' }),
  task('2.2', 2, 'Builder-1', { title: 'User model' }),
  task('2.3', 2, 'Validator-1', { title: 'Flow tests', reviewers: ['Builder-3'] }),
]);

test('before it begins every agent waits, and nothing is told that is not known', () => {
  const state = new RunLog(PLAN).state();
  assert.equal(executionId(state), 'exec_20251129_143052');
  assert.deepEqual(parallelStatus(state, true), {
    execution_id: 'exec_20251129_143052',
    started_at: '2025-11-29T14:30:52.000Z',
    status: 'in_progress',
    agents: {
      'builder-1': { task_id: '2.1', task: 'JWT service', status: 'pending' },
      'validator-1': { task_id: '2.3', task: 'Flow tests', status: 'pending' },
    },
    completed_tasks: [],
    failed_tasks: [],
  });
});

test('an agent is shown at what it works on, then at its next task, then at its last', () => {
  const log = new RunLog(PLAN).open().openGroup(1).openGroup(2).start('2.1');
  log.add({ type: 'attempt.progress', task: '2.1', attempt: 1, percent: 45, step: 'Writing tests' });
  const { agents, parallel_group } = parallelStatus(log.state(), true);
  assert.match(parallel_group ?? '', /Group 2: /);
  const { started_at, ...entry } = agents['builder-1'] ?? {};
  assert.match(String(started_at), /^2025-11-29T14:3/);
  assert.deepEqual(entry, {
    task_id: '2.1',
    task: 'JWT service',
    status: 'in_progress',
    progress_percent: 45,
    worktree: '/slots/slot-1',
    branch: 'cox/run-1/2.1',
  });
  assert.deepEqual(agentStatuses(log.state())[0], {
    agent: 'builder-1',
    status: 'in_progress',
    progress_percent: 45,
    current_step: 'Writing tests',
    has_error: false,
  });
  log.end('2.1').accept('2.1').merge('2.1').advance(['2.1']);
  const next = parallelStatus(log.state(), true);
  assert.deepEqual(next.completed_tasks, ['2.1']);
  assert.deepEqual(next.agents['builder-1'], { task_id: '2.2', task: 'User model', status: 'pending' });
  log.complete('2.2');
  const last = parallelStatus(log.state(), true).agents['builder-1'];
  assert.deepEqual([last?.task_id, last?.status, last?.progress_percent], ['2.2', 'completed', 100]);
});

test('a task that has failed is told with its reason', () => {
  const log = new RunLog(PLAN).open().openGroup(2).start('2.3');
  const failure = { reason: 'exit-code', code: 3, tail: '' } as const;
  log.end('2.3', { is: 'failed', failure, usage: {}, exitCode: 3 });
  log.add({ type: 'task.failed', task: '2.3', failure });
  const state = log.state();
  assert.deepEqual(parallelStatus(state, true).failed_tasks, ['2.3']);
  const status = agentStatuses(state)[1];
  assert.deepEqual([status?.status, status?.has_error], ['failed', true]);
  assert.match(status?.current_step ?? '', /3/);
  assert.equal(parallelStatus(state, false).status, 'interrupted');
});

test('what waits for the user, or for the run to go on, is not in progress', () => {
  const log = new RunLog(PLAN).open().openGroup(2).start('2.3');
  log.end('2.3', { is: 'asking', question: 'Which port?', usage: {}, exitCode: 0 });
  const asking = agentStatuses(log.state())[1];
  assert.deepEqual([asking?.status, asking?.current_step], ['needs_user', 'asks: Which port?']);
  const left = new RunLog(PLAN).open().openGroup(2).start('2.3');
  left.end('2.3', { is: 'stopped', why: 'interrupted', usage: {}, exitCode: null });
  assert.equal(agentStatuses(left.state())[1]?.status, 'in_progress');
  left.add({ type: 'run.suspended', reason: 'interrupted' });
  const stopped = agentStatuses(left.state())[1];
  assert.deepEqual(
    [stopped?.status, stopped?.current_step],
    ['interrupted', 'when the run was left: ready to start'],
  );
  assert.equal(agentStatuses(left.state())[0]?.status, 'pending');
});

test('names of agents are one segment of a path each, and differ', () => {
  const names = fc.oneof(fc.string(), fc.constantFrom('a b', 'a-b', 'A_b', '..', '../x', 'con', '__proto__'));
  fc.assert(
    fc.property(
      fc.uniqueArray(names, { minLength: 1, selector: (name) => name.trim().toLowerCase() }),
      (all) => {
        const plan = makePlan(all.map((agent, at) => task(`task-${at}`, 1, agent)));
        const made = agentTasks(new RunLog(plan).state());
        assert.equal(made.length, all.length);
        assert.equal(new Set(made.map(({ name }) => name)).size, all.length);
        for (const { name } of made) assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      },
    ),
  );
});
