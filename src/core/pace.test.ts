import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makePlan, makeTask } from '../testing/plans.ts';
import { criticalTasks } from './pace.ts';
import type { Task } from './plan.ts';

const WAVES = { schedule: 'waves' } as const;
const DAG = { schedule: 'dag' } as const;

function hours(id: string, group: number, estimate: number, dependsOn: readonly string[] = []): Task {
  return makeTask(id, group, { dependsOn, estimateSeconds: estimate * 3600 });
}

describe('the critical path', () => {
  it('goes over groups that wait for each other, whatever their tasks depend on', () => {
    const plan = makePlan([hours('a', 1, 2), hours('b', 1, 3), hours('c', 2, 1), hours('d', 2, 2)]);
    assert.deepEqual(criticalTasks(plan, WAVES), ['b', 'd']);
    assert.deepEqual(criticalTasks(plan, DAG), ['b']);
  });

  it('follows dependencies where it can, and stays within a group that nothing waits for', () => {
    const plan = makePlan([makeTask('a', 1), makeTask('b', 1), makeTask('c', 2, { dependsOn: ['b'] })]);
    assert.deepEqual(criticalTasks(plan, WAVES), ['b', 'c']);
    const beside = makePlan([hours('a', 1, 5), hours('b', 2, 3), hours('c', 2, 3, ['b'])], (group) => ({
      ...group,
      after: [],
    }));
    assert.deepEqual(criticalTasks(beside, WAVES), ['b', 'c']);
  });

  it('passes over a group without tasks', () => {
    const plan = makePlan([hours('a', 1, 1), hours('c', 3, 1)]);
    const groups = [
      ...plan.groups.map((group) => (group.number === 3 ? { ...group, after: [2] } : group)),
      { number: 2, name: 'Empty', tasks: [], after: [1] },
    ];
    assert.deepEqual(criticalTasks({ ...plan, groups }, WAVES), ['a', 'c']);
  });

  it('is none where there is no task', () => {
    assert.deepEqual(criticalTasks({ groups: [], tasks: [] }, WAVES), []);
  });
});
