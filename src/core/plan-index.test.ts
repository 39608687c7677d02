import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { makePlan, makeTask, randomPlan } from '../testing/plans.ts';
import { remainingPath } from './graph.ts';
import { indexPlan, weightOf } from './plan-index.ts';

it('of tasks with equally long paths behind them the one of higher priority is more urgent, and no other', () => {
  const drawn = fc.tuple(
    randomPlan(),
    fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 24, maxLength: 24 }),
  );
  fc.assert(
    fc.property(drawn, ([plan, priorities]) => {
      const tasks = plan.tasks.map((task, index) => ({ ...task, priority: priorities[index] ?? 0 }));
      const { byRank, task } = indexPlan({ ...plan, tasks });
      const path = remainingPath(tasks, weightOf(tasks));
      const key = (id: string): readonly [number, number] => [path.get(id) ?? 0, task.get(id)?.priority ?? 0];
      for (const [place, id] of byRank.entries()) {
        const next = byRank[place + 1];
        if (next === undefined) continue;
        const [[length, priority], [nextLength, nextPriority]] = [key(id), key(next)];
        assert.ok(length > nextLength || (length === nextLength && priority >= nextPriority));
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
