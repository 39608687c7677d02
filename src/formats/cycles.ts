import { findCycles } from '../core/graph.ts';
import type { FindingList } from './finding-list.ts';
import type { Place } from './located-text.ts';

export interface Waiting {
  readonly id: string;
  /** Ids of what it waits for, each with where that is written. */
  readonly edges: ReadonlyMap<string, Place>;
}

/** So many are told of. */
export const MOST_CYCLES = 20;

/** Tells of tasks that wait for each other, each circle at one of its dependencies. */
export function reportCycles(tasks: readonly Waiting[], findings: FindingList): void {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const nodes = tasks.map(({ id, edges }) => ({ id, dependsOn: [...edges.keys()] }));
  for (const cycle of findCycles(nodes, MOST_CYCLES)) {
    const [from = '', to = ''] = cycle;
    const at = byId.get(from)?.edges.get(to);
    if (at === undefined) continue;
    findings.error({
      rule: 'dependency-cycle',
      at,
      message: `circular dependency detected: ${cycle.join(' → ')}`,
      remedy: 'Remove one of these dependencies.',
      tasks: cycle.slice(0, -1),
    });
  }
}
