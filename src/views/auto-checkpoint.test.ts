import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { groupCheckpoints, groupsLeftOut } from './auto-checkpoint.ts';

const PLAN = makePlan([makeTask('task-1', 1), makeTask('task-2', 2), makeTask('task-3', 3)]);

function closeGroup(log: RunLog, group: number): RunLog {
  return log.openGroup(group).complete(`task-${group}`).add({ type: 'group.closed', group });
}

test('a checkpoint says what was left when its group ended, whatever has become of it since', () => {
  const log = closeGroup(new RunLog(PLAN).open(), 1);
  const [first] = groupCheckpoints(log.state());
  assert.deepEqual(first, {
    group_number: 1,
    status: 'complete',
    tasks_completed: [{ 'task-1': 'Task task-1' }],
    tasks_failed: [],
    branches_created: ['cox/run-1/task-1'],
    verification_passed: true,
    next_group: 2,
    remaining_groups: [2, 3],
    session_id: 'run-1',
    started_at: '2025-11-29T14:30:52.000Z',
    timestamp: first?.timestamp,
    summary: '1 of 1 tasks are merged. Go on with: cox resume run-1',
  });
  closeGroup(log, 2);
  closeGroup(log, 3).add({ type: 'run.finished', status: 'succeeded' });
  const all = groupCheckpoints(log.state());
  assert.deepEqual(all[0], first);
  assert.deepEqual(
    all.map(({ next_group, remaining_groups }) => [next_group, remaining_groups]),
    [
      [2, [2, 3]],
      [3, [3]],
      [null, []],
    ],
  );
  assert.equal(all[2]?.summary, '1 of 1 tasks are merged.');
});

test('a group that is passed over with the one before it is not left', () => {
  const log = new RunLog(PLAN).open().openGroup(1).start('task-1').end('task-1');
  const at = log.now;
  log.add({ type: 'task.failed', task: 'task-1', failure: { reason: 'exit-code', code: 3, tail: '' } });
  log.add({ type: 'group.closed', group: 1 });
  log.now = at;
  log.add({ type: 'task.blocked', task: 'task-2', because: 'task-1' }, { type: 'group.closed', group: 2 });
  const [first] = groupCheckpoints(log.state());
  assert.deepEqual([first?.status, first?.remaining_groups], ['failed', [3]]);
  assert.match(
    first?.summary ?? '',
    /^0 of 1 tasks are merged\. Go on with: cox resume run-1 --retry-failed$/,
  );
});

test('what waits for its user, or for what has failed, has not failed itself', () => {
  const plan = makePlan([makeTask('a', 1), makeTask('b', 1), makeTask('c', 1, { dependsOn: ['b'] })]);
  const qa = { agent: { driver: 'recipe', options: {} }, rejections: 3, tries: 1 };
  const log = new RunLog(plan, { ...TEST_SETTINGS, qa }).open().openGroup(1).start('a').end('a');
  log.review('a', 'blocked', 2);
  log.start('b', 3).end('b', undefined, 3);
  log.add({ type: 'task.failed', task: 'b', failure: { reason: 'exit-code', code: 3, tail: '' } });
  log.add({ type: 'task.blocked', task: 'c', because: 'b' });
  const [one] = groupCheckpoints(log.state());
  assert.deepEqual(one?.tasks_failed.map(Object.keys), [['b']]);
  assert.match(one.tasks_waiting?.[0]?.['a'] ?? '', /It is blocked/);
  assert.deepEqual(one.tasks_waiting?.slice(1), [{ c: 'it waits for b, which did not succeed' }]);
});

test('a run of some groups speaks of these alone; the others are left, and are no part of it', () => {
  const settings = { ...TEST_SETTINGS, onlyGroups: [2] };
  const log = closeGroup(new RunLog(PLAN, settings).open(), 2).add({
    type: 'run.finished',
    status: 'succeeded',
  });
  const [two, ...others] = groupCheckpoints(log.state());
  assert.deepEqual(others, []);
  assert.deepEqual(
    [two?.group_number, two?.status, two?.verification_passed, two?.next_group, two?.remaining_groups],
    [2, 'complete', true, 3, [3]],
  );
  assert.equal(
    two?.summary,
    "1 of 1 tasks are merged. Merge the run's branch, then go on with: cox run /project/parallel/TS-0042-auth --only 3",
  );
  assert.deepEqual(groupsLeftOut(log.state()), [1, 3]);
});

test('behind a group that has failed the run is not at its end', () => {
  const log = new RunLog(PLAN).open().openGroup(1).start('task-1').end('task-1');
  log.add({ type: 'task.failed', task: 'task-1', failure: { reason: 'exit-code', code: 3, tail: '' } });
  log.add({ type: 'group.closed', group: 1 });
  closeGroup(log, 2);
  closeGroup(log, 3).add({ type: 'run.finished', status: 'failed' });
  const last = groupCheckpoints(log.state()).at(-1);
  assert.deepEqual([last?.status, last?.next_group, last?.remaining_groups], ['complete', 1, [1]]);
  assert.equal(last?.summary, '1 of 1 tasks are merged. Go on with: cox resume run-1 --retry-failed');
});

test('work that nothing has tried is complete, and not verified', () => {
  const proof = {
    checks: [],
    criteria: [{ text: 'it is nice', proof: { is: 'unproven', reason: '' } as const }],
  };
  const log = new RunLog(PLAN).open().openGroup(1).start('task-1').end('task-1');
  log.add({ type: 'checks.ended', task: 'task-1', attempt: 1, proof });
  log.accept('task-1').merge('task-1').advance(['task-1']).add({ type: 'group.closed', group: 1 });
  const [one] = groupCheckpoints(log.state());
  assert.deepEqual([one?.status, one?.verification_passed], ['complete', false]);
  assert.match(
    one?.summary ?? '',
    /^1 of 1 tasks are merged\. Of 1 nothing has shown that the work does what it should\. Go on/,
  );
});
