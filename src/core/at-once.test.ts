import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makePlan, makeTask, randomPlan } from '../testing/plans.ts';
import { largestAntichain, mostAtOnce } from './at-once.ts';
import type { GraphNode } from './graph.ts';
import { reach } from './graph.ts';

const DAG = { schedule: 'dag', resources: {} } as const;
const WAVES = { schedule: 'waves', resources: {} } as const;

test('without barriers a task of a later level runs beside one of an earlier', () => {
  const plan = makePlan([
    makeTask('a', 1),
    makeTask('b', 1),
    makeTask('c', 2, { dependsOn: ['a'] }),
    makeTask('d', 2, { dependsOn: ['a'] }),
  ]);
  assert.equal(mostAtOnce(plan, plan.tasks, DAG), 3);
  assert.equal(mostAtOnce(plan, plan.tasks, WAVES), 2);
});

test('groups that wait for no other run beside them, and what holds one thing does not', () => {
  const tasks = [1, 2, 3].map((group) => makeTask(`t${group}`, group, { resources: ['database'] }));
  const beside = makePlan(tasks, (group) => ({ ...group, after: group.number === 3 ? [1] : [] }));
  assert.equal(mostAtOnce(beside, tasks, { ...WAVES, resources: { database: 5 } }), 2);
  assert.equal(mostAtOnce(beside, tasks, WAVES), 1);
  assert.equal(mostAtOnce(makePlan(tasks), tasks, { ...WAVES, resources: { database: 5 } }), 1);
});

test('of any graph it is the size of the largest set that is found by trying all', () => {
  fc.assert(
    fc.property(randomPlan(9), ({ tasks }) => {
      assert.equal(largestAntichain(tasks), byTrying(tasks));
    }),
  );
});

function byTrying(nodes: readonly GraphNode[]): number {
  const edges = new Map(nodes.map(({ id, dependsOn }) => [id, dependsOn]));
  const before = nodes.map(({ id }) => reach(edges, id));
  let most = 0;
  for (let set = 1; set < 2 ** nodes.length; set += 1) {
    const chosen = nodes.filter((_, index) => (set >> index) & 1);
    const isFree = nodes.every(
      (_, index) => !((set >> index) & 1) || chosen.every(({ id }) => before[index]?.has(id) !== true),
    );
    if (isFree) most = Math.max(most, chosen.length);
  }
  return most;
}

test('a thousand tasks in one row are looked at without a deep stack, and at once', () => {
  const tasks = Array.from({ length: 1000 }, (_, index) =>
    makeTask(`t${index}`, 1, index === 0 ? {} : { dependsOn: [`t${index - 1}`] }),
  );
  assert.equal(largestAntichain(tasks), 1);
});
