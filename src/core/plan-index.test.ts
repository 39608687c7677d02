import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { makePlan, makeTask, randomPlan } from '../testing/plans.ts';
import { remainingPath } from './graph.ts';
import { indexPlan, weightOf } from './plan-index.ts';

it('the longer path behind a task is more urgent, then what more wait for, then what waits for less, then priority', () => {
  const drawn = fc.tuple(
    randomPlan(),
    fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 24, maxLength: 24 }),
  );
  fc.assert(
    fc.property(drawn, ([plan, priorities]) => {
      const tasks = plan.tasks.map((task, index) => ({ ...task, priority: priorities[index] ?? 0 }));
      const { byRank, task } = indexPlan({ ...plan, tasks });
      const path = remainingPath(tasks, weightOf(tasks));
      const urgency = (id: string): readonly number[] => [
        path.get(id) ?? 0,
        tasks.filter(({ dependsOn }) => dependsOn.includes(id)).length,
        -(task.get(id)?.dependsOn ?? []).filter((each) => task.get(each)?.done !== true).length,
        task.get(id)?.priority ?? 0,
      ];
      for (const [place, id] of byRank.entries()) {
        const next = byRank[place + 1];
        if (next === undefined) continue;
        const [own, others] = [urgency(id), urgency(next)];
        const differs = own.findIndex((value, index) => value !== others[index]);
        assert.ok(differs < 0 || (own[differs] ?? 0) > (others[differs] ?? 0));
      }
    }),
  );
});

it('paths that the texts of tasks name keep them apart as scopes do, and from scopes', () => {
  const none = { create: [], modify: [], boundary: [] };
  const plan = makePlan([
    makeTask('a', 1, { scope: none, mentions: [{ pattern: 'src/x.ts' }] }),
    makeTask('b', 1, { scope: none, mentions: [{ pattern: 'src/' }] }),
    makeTask('c', 1, { scope: { ...none, create: [{ pattern: 'src/y.ts' }] } }),
    makeTask('d', 1, { scope: none }),
  ]);
  const { conflicts } = indexPlan(plan);
  assert.deepEqual(
    [...conflicts].map(([id, others]) => [id, [...others].toSorted()]),
    [
      ['a', ['b']],
      ['b', ['a', 'c']],
      ['c', ['b']],
      ['d', []],
    ],
  );
});
