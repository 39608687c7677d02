/** What `--only` leaves out although the groups that it names wait for it. */

import type { Plan } from '../core/plan.ts';

const MOST_NAMED = 5;

/** A sentence; null when nothing is missing. A plan's own words are in it. */
export function leftOutWords({ groups, tasks }: Plan, only: readonly number[]): string | null {
  const chosen = tasks.filter(({ group, done }) => only.includes(group) && done !== true);
  const open = new Map(
    tasks.flatMap((task) => (only.includes(task.group) || task.done === true ? [] : [[task.id, task]])),
  );
  const before = new Map(groups.map(({ number, after }) => [number, after]));
  const missing = new Set<string>();
  const begin: string[] = [];
  for (const { id, group, dependsOn } of chosen) {
    const after = before.get(group) ?? [];
    const own = [...open.values()].filter(
      (task) => dependsOn.includes(task.id) || after.includes(task.group),
    );
    for (const task of own) missing.add(task.id);
    if (own.length > 0) begin.push(id);
  }
  if (missing.size === 0) return null;
  const are = missing.size === 1 ? 'is not done and is' : 'are not done and are';
  return `${named([...missing])} ${are} left out by --only; ${named(begin)} ${begin.length === 1 ? 'begins' : 'begin'} without ${missing.size === 1 ? 'it' : 'them'}`;
}

function named(ids: readonly string[]): string {
  const rest = ids.length - MOST_NAMED;
  const shown = ids.slice(0, MOST_NAMED);
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(', ').replace(/, ([^,]*)$/, ' and $1');
}
