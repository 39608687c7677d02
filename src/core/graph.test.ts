import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  countTasks,
  criticalPath,
  dependencyLevels,
  directDependents,
  findCycle,
  findCycles,
  type GraphNode,
  remainingPath,
  topologicalOrder,
  transitiveDependents,
} from './graph.ts';

function graph(edges: Readonly<Record<string, readonly string[]>>): readonly GraphNode[] {
  return Object.entries(edges).map(([id, dependsOn]) => ({ id, dependsOn }));
}

function chain(length: number): readonly GraphNode[] {
  return Array.from({ length }, (_, index) => ({
    id: `t${index}`,
    dependsOn: index === 0 ? [] : [`t${index - 1}`],
  }));
}

/** A graph whose nodes depend on earlier ones only, then shuffled. */
const acyclic = fc.array(fc.array(fc.nat(30), { maxLength: 4 }), { maxLength: 30 }).chain((rows) =>
  fc.shuffledSubarray(
    rows.map((row, index) => ({
      id: `t${index}`,
      dependsOn: row.filter((earlier) => earlier < index).map((earlier) => `t${earlier}`),
    })),
    { minLength: rows.length },
  ),
);

describe('topologicalOrder', () => {
  it('keeps the order given where it may', () => {
    const nodes = graph({ c: [], a: [], b: ['a'] });
    assert.deepEqual(topologicalOrder(nodes), { ok: true, value: ['c', 'a', 'b'] });
  });

  it('puts what is depended on first', () => {
    assert.deepEqual(topologicalOrder(graph({ c: ['b'], b: ['a'], a: [] })), {
      ok: true,
      value: ['a', 'b', 'c'],
    });
  });

  it('ignores ids that are no node', () => {
    assert.deepEqual(topologicalOrder(graph({ a: ['nowhere'] })), { ok: true, value: ['a'] });
  });

  it('orders every acyclic graph, each id once', () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const order = topologicalOrder(nodes);
        assert.ok(order.ok);
        assert.equal(order.value.length, nodes.length);
        const position = new Map(order.value.map((id, index) => [id, index]));
        for (const node of nodes) {
          for (const dependency of node.dependsOn) {
            assert.ok((position.get(dependency) ?? Infinity) < (position.get(node.id) ?? -1));
          }
        }
      }),
    );
  });
});

describe('findCycle', () => {
  it('gives the whole path, each id depending on the next', () => {
    assert.deepEqual(findCycle(graph({ z: [], a: ['c'], b: ['a'], c: ['z', 'b'] })), ['a', 'c', 'b', 'a']);
  });

  it('sees a task that depends on itself', () => {
    assert.deepEqual(findCycle(graph({ a: ['a'] })), ['a', 'a']);
  });

  it('leaves out what only leads into the cycle', () => {
    assert.deepEqual(findCycle(graph({ start: ['a'], a: ['b'], b: ['a'] })), ['a', 'b', 'a']);
  });

  it('is null for an acyclic graph', () => {
    assert.equal(findCycle(graph({ a: [], b: ['a'], c: ['a', 'b'] })), null);
  });

  it('names every separate knot up to the limit', () => {
    const nodes = graph({ a: ['b'], b: ['a'], c: ['d'], d: ['c'], e: ['e'] });
    assert.deepEqual(findCycles(nodes, 10), [
      ['a', 'b', 'a'],
      ['c', 'd', 'c'],
      ['e', 'e'],
    ]);
    assert.equal(findCycles(nodes, 2).length, 2);
  });

  it('gives a path whose every step is an edge', () => {
    const any = fc.array(fc.array(fc.nat(12), { maxLength: 3 }), { maxLength: 13 });
    fc.assert(
      fc.property(any, (rows) => {
        const nodes = rows.map((row, index) => ({
          id: `t${index}`,
          dependsOn: row.map((target) => `t${target}`),
        }));
        const cycle = findCycle(nodes);
        if (cycle === null) {
          assert.ok(topologicalOrder(nodes).ok);
          return;
        }
        assert.equal(cycle.at(0), cycle.at(-1));
        for (let step = 0; step + 1 < cycle.length; step += 1) {
          const node = nodes.find((candidate) => candidate.id === cycle[step]);
          assert.ok(node?.dependsOn.includes(cycle[step + 1] ?? ''));
        }
      }),
    );
  });
});

describe('dependents and paths', () => {
  const diamond = graph({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'], e: [] });

  it('lists direct and transitive dependents', () => {
    assert.deepEqual(directDependents(diamond).get('a'), ['b', 'c']);
    assert.deepEqual([...transitiveDependents(diamond, 'a')].toSorted(), ['b', 'c', 'd']);
    assert.deepEqual([...transitiveDependents(diamond, 'e')], []);
  });

  it('counts a dependency that is named twice once', () => {
    assert.deepEqual(directDependents(graph({ a: [], b: ['a', 'a'] })).get('a'), ['b']);
  });

  it('weighs the longest remaining path', () => {
    const weights: Readonly<Record<string, number>> = { a: 1, b: 5, c: 2, d: 1, e: 3 };
    const weight = (node: GraphNode): number => weights[node.id] ?? 0;
    assert.deepEqual(Object.fromEntries(remainingPath(diamond, weight)), { a: 7, b: 6, c: 3, d: 1, e: 3 });
    assert.deepEqual(criticalPath(diamond, weight), ['a', 'b', 'd']);
  });

  it('takes the first of equal paths', () => {
    assert.deepEqual(criticalPath(diamond, countTasks), ['a', 'b', 'd']);
    assert.deepEqual(criticalPath([], countTasks), []);
  });

  it('has a critical path as heavy as the heaviest remaining path', () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const longest = Math.max(0, ...remainingPath(nodes, countTasks).values());
        assert.equal(criticalPath(nodes, countTasks).length, longest);
      }),
    );
  });
});

describe('a chain of 20,000 tasks', () => {
  const nodes = chain(20_000);

  it('is ordered, measured and searched for cycles', () => {
    const backwards = nodes.toReversed();
    const order = topologicalOrder(backwards);
    assert.ok(order.ok);
    assert.equal(order.value.at(0), 't0');
    assert.equal(remainingPath(backwards, countTasks).get('t0'), 20_000);
    assert.equal(criticalPath(backwards, countTasks).length, 20_000);
    assert.equal(transitiveDependents(nodes, 't0').size, 19_999);
  });

  it('closed to a ring gives the whole ring', () => {
    const ring = nodes.map((node) => (node.id === 't0' ? { id: 't0', dependsOn: ['t19999'] } : node));
    assert.equal(findCycle(ring)?.length, 20_001);
  });
});

describe('dependencyLevels', () => {
  it('puts each id one level behind the last it depends on', () => {
    const levels = dependencyLevels(graph({ d: ['b', 'a'], a: [], b: ['a', 'elsewhere'], c: [] }));
    assert.deepEqual(levels, [['a', 'c'], ['b'], ['d']]);
    assert.deepEqual(dependencyLevels([]), []);
    assert.equal(dependencyLevels(chain(10_000)).length, 10_000);
  });

  it('is the fewest levels in which nothing stands beside or before what it depends on', () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const levels = dependencyLevels(nodes);
        assert.equal(levels.length, Math.max(0, ...remainingPath(nodes, countTasks).values()));
        const level = new Map(levels.flatMap((ids, index) => ids.map((id) => [id, index] as const)));
        for (const { id, dependsOn } of nodes)
          for (const other of dependsOn)
            assert.ok((level.get(other) ?? -1) < (level.get(id) ?? Number.POSITIVE_INFINITY));
      }),
    );
  });
});
