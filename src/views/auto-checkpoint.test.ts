import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { groupCheckpoints } from './auto-checkpoint.ts';

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
