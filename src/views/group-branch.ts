/** The branch that a plan wants to be left at a group's end. */

import type { RunState } from '../core/run-state.ts';

/** Null where none was wanted, or the group has not come to its end yet. The words are not for Markdown. */
export function groupBranchWords({ groups, integration, index }: RunState, group: number): string | null {
  const left = groups.get(group)?.branch;
  const name = index.group.get(group)?.branch;
  if (left === undefined || name === undefined) return null;
  return left.is === 'set'
    ? `its work is on ${name} (${left.at.slice(0, 10)})`
    : `${name} was made, moved or removed by somebody else, and is left alone; its work is on ${integration.branch}`;
}

/** Its name, where it was left. */
export function groupBranch({ groups, index }: RunState, group: number): string | null {
  return groups.get(group)?.branch?.is === 'set' ? (index.group.get(group)?.branch ?? null) : null;
}
