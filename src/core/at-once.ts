/** How many tasks of a plan can be at work at once, were there no limit on agents. */

import { dependencyLevels, type GraphNode, reach, topologicalOrder } from './graph.ts';
import type { Plan, Task } from './plan.ts';
import type { RunSettings } from './settings.ts';

export type AtOnceSettings = Pick<RunSettings, 'resources' | 'schedule'>;

/** More are only counted: what is exact takes a time that grows with the square of their number. */
const MOST_TASKS = 500;

/** `tasks` are those of the plan that are to be done; it has no cycle. Never too few; scopes that meet are not looked at. */
export function mostAtOnce(plan: Plan, tasks: readonly Task[], settings: AtOnceSettings): number {
  if (settings.schedule === 'waves' && areBarriers(plan)) {
    const widths = plan.groups.map(({ number }) =>
      mostOf(
        tasks.filter(({ group }) => group === number),
        settings,
      ),
    );
    return Math.max(0, ...widths);
  }
  return mostOf(settings.schedule === 'dag' ? tasks : behindGroups(plan, tasks), settings);
}

/** Each group waits for the one before it. */
function areBarriers({ groups }: Plan): boolean {
  const nodes = groups.map(({ number, after }) => ({ id: String(number), dependsOn: after.map(String) }));
  return dependencyLevels(nodes).every((level) => level.length === 1);
}

function behindGroups({ groups }: Plan, tasks: readonly Task[]): readonly Task[] {
  const edges = new Map(groups.map(({ number, after }) => [String(number), after.map(String)]));
  const before = new Map(groups.map(({ number }) => [number, reach(edges, String(number))]));
  return tasks.map((task) => {
    const waitsFor = tasks.filter(({ group }) => before.get(task.group)?.has(String(group)));
    return { ...task, dependsOn: [...new Set([...task.dependsOn, ...waitsFor.map(({ id }) => id)])] };
  });
}

function mostOf(tasks: readonly Task[], { resources }: AtOnceSettings): number {
  const holders = new Map<string, number>();
  let free = 0;
  for (const { resources: needed } of tasks) {
    const [first] = needed;
    if (first === undefined) free += 1;
    else holders.set(first, (holders.get(first) ?? 0) + 1);
  }
  const held = [...holders].map(([name, count]) => Math.min(count, resources[name] ?? 1));
  const most = held.reduce((sum, count) => sum + count, free);
  return tasks.length > MOST_TASKS ? most : Math.min(most, largestAntichain(tasks));
}

/**
 * The most nodes none of which waits for another. By Dilworth's theorem as many as the fewest chains that hold all of
 * them, and each pair of nodes that is matched along a path saves one chain. The graph must be free of cycles.
 */
export function largestAntichain(nodes: readonly GraphNode[]): number {
  const behind = allBehind(nodes);
  const partner = new Map<string, string>();
  const match = (id: string, tried: Set<string>): boolean => {
    for (const other of behind.get(id) ?? []) {
      if (tried.has(other)) continue;
      tried.add(other);
      const taken = partner.get(other);
      if (taken !== undefined && !match(taken, tried)) continue;
      partner.set(other, id);
      return true;
    }
    return false;
  };
  const saved = nodes.filter(({ id }) => match(id, new Set())).length;
  return nodes.length - saved;
}

/** For every id all that wait for it, however far behind. */
function allBehind(nodes: readonly GraphNode[]): ReadonlyMap<string, ReadonlySet<string>> {
  const order = topologicalOrder(nodes);
  if (!order.ok) throw new Error(`largestAntichain on a cyclic graph: ${order.error.join(' → ')}`);
  const behind = new Map<string, Set<string>>(nodes.map(({ id }) => [id, new Set()]));
  const needs = new Map(nodes.map(({ id, dependsOn }) => [id, dependsOn]));
  for (const id of order.value.toReversed())
    for (const needed of needs.get(id) ?? []) {
      const known = behind.get(needed);
      known?.add(id);
      for (const each of behind.get(id) ?? []) known?.add(each);
    }
  return behind;
}
