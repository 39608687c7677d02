/** The dependency graph of tasks. Iterative throughout: a chain of ten thousand tasks must not exhaust the stack. */

import { err, ok, type Result } from './result.ts';

export interface GraphNode {
  readonly id: string;
  /** Ids that are no node of the graph are ignored. */
  readonly dependsOn: readonly string[];
}

/** Weight of one task on a path, e.g. its expected seconds; never negative. */
export type Weight<N extends GraphNode> = (node: N) => number;

/** Weighs a path by the estimates of its tasks where all have one, else by their number. */
export function estimatedWeight(
  tasks: readonly { readonly estimateSeconds?: number | undefined }[],
): (task: { readonly estimateSeconds?: number | undefined }) => number {
  const areEstimated = tasks.every(({ estimateSeconds }) => estimateSeconds !== undefined);
  return areEstimated ? ({ estimateSeconds = 0 }) => estimateSeconds : countTasks;
}

/** Weighs a path by its number of tasks. */
export function countTasks(): number {
  return 1;
}

/** The path of a cycle, its first id again at the end: each id depends on the next one. */
export type Cycle = readonly string[];

/**
 * Every id after all it depends on; ids that are free to choose keep the order in which they are given.
 * The error is the first cycle met.
 */
export function topologicalOrder(nodes: readonly GraphNode[]): Result<readonly string[], Cycle> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  const order: string[] = [];
  for (const start of nodes) {
    const cycle = visit(start, { byId, done, order });
    if (cycle !== null) return err(cycle);
  }
  return ok(order);
}

export function findCycle(nodes: readonly GraphNode[]): Cycle | null {
  const order = topologicalOrder(nodes);
  return order.ok ? null : order.error;
}

/** Cycles that share no task, so that one report names every knot that has to be undone; at most `limit` of them. */
export function findCycles(nodes: readonly GraphNode[], limit: number): readonly Cycle[] {
  const cycles: Cycle[] = [];
  let rest = nodes;
  while (cycles.length < limit) {
    const cycle = findCycle(rest);
    if (cycle === null) break;
    cycles.push(cycle);
    const knot = new Set(cycle);
    rest = rest.filter((node) => !knot.has(node.id));
  }
  return cycles;
}

interface Visit {
  readonly byId: ReadonlyMap<string, GraphNode>;
  readonly done: Set<string>;
  readonly order: string[];
}

/** Depth-first from one node; appends to the order what it depends on, then itself. */
function visit(start: GraphNode, { byId, done, order }: Visit): Cycle | null {
  if (done.has(start.id)) return null;
  const path: { readonly node: GraphNode; next: number }[] = [{ node: start, next: 0 }];
  const onPath = new Set([start.id]);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const dependency = top.node.dependsOn[top.next];
    top.next += 1;
    if (dependency === undefined) {
      path.pop();
      onPath.delete(top.node.id);
      done.add(top.node.id);
      order.push(top.node.id);
      continue;
    }
    const node = byId.get(dependency);
    if (node === undefined || done.has(dependency)) continue;
    if (onPath.has(dependency)) {
      const ids = path.map((step) => step.node.id);
      return [...ids.slice(ids.indexOf(dependency)), dependency];
    }
    path.push({ node, next: 0 });
    onPath.add(dependency);
  }
  return null;
}

/** For every id the ids that depend on it directly, in the order given. */
export function directDependents(nodes: readonly GraphNode[]): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>(nodes.map((node) => [node.id, []]));
  for (const node of nodes) {
    for (const dependency of new Set(node.dependsOn)) dependents.get(dependency)?.push(node.id);
  }
  return dependents;
}

/** All ids that cannot start before this one is merged, itself not included unless it is on a cycle. */
export function transitiveDependents(nodes: readonly GraphNode[], id: string): ReadonlySet<string> {
  return reach(directDependents(nodes), id);
}

/** All ids that can be reached over one edge or more. */
export function reach(edges: ReadonlyMap<string, readonly string[]>, from: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of edges.get(id) ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached;
}

/** For every id the weight of the longest path that starts with it. The graph must be free of cycles. */
export function remainingPath<N extends GraphNode>(
  nodes: readonly N[],
  weight: Weight<N>,
): ReadonlyMap<string, number> {
  const order = topologicalOrder(nodes);
  if (!order.ok) throw new Error(`remainingPath on a cyclic graph: ${order.error.join(' → ')}`);
  const weights = new Map(nodes.map((node) => [node.id, weight(node)]));
  const dependents = directDependents(nodes);
  const remaining = new Map<string, number>();
  for (const id of order.value.toReversed()) {
    let longest = 0;
    for (const dependent of dependents.get(id) ?? [])
      longest = Math.max(longest, remaining.get(dependent) ?? 0);
    remaining.set(id, (weights.get(id) ?? 0) + longest);
  }
  return remaining;
}

/** The heaviest path, first task first; of equal ones the first in the order given. The graph must be free of cycles. */
export function criticalPath<N extends GraphNode>(nodes: readonly N[], weight: Weight<N>): readonly string[] {
  const remaining = remainingPath(nodes, weight);
  const dependents = directDependents(nodes);
  const path: string[] = [];
  let choice = heaviest(
    nodes.map((node) => node.id),
    remaining,
  );
  while (choice !== undefined) {
    path.push(choice);
    choice = heaviest(dependents.get(choice) ?? [], remaining);
  }
  return path;
}

function heaviest(ids: readonly string[], weights: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  for (const id of ids) {
    if (best === undefined || (weights.get(id) ?? 0) > (weights.get(best) ?? 0)) best = id;
  }
  return best;
}

/**
 * The ids in levels: those of the first depend on nothing, each other one on something of the level before it. Within
 * a level they keep the order given. The graph must be free of cycles.
 */
export function dependencyLevels(nodes: readonly GraphNode[]): readonly (readonly string[])[] {
  const order = topologicalOrder(nodes);
  if (!order.ok) throw new Error(`dependencyLevels on a cyclic graph: ${order.error.join(' → ')}`);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const level = new Map<string, number>();
  for (const id of order.value) {
    let at = 0;
    for (const dependency of byId.get(id)?.dependsOn ?? [])
      at = Math.max(at, (level.get(dependency) ?? -1) + 1);
    level.set(id, at);
  }
  const levels: string[][] = [];
  for (const { id } of nodes) {
    const at = level.get(id) ?? 0;
    while (levels.length <= at) levels.push([]);
    levels[at]?.push(id);
  }
  return levels;
}
