/**
 * Conflicts that were foreseen while agents work: what two tasks have done so far, or one task and what was merged
 * meanwhile, would not merge as it stands. It only informs: no decision but the words for the next try depends on it.
 */

import type { TaskId } from './plan.ts';
import { printableLine } from './printable.ts';

/** Who would be in whose way. Without another task it is the integration branch as it stands. */
export interface ConflictSides {
  /** The one that the plan names first. */
  readonly task: TaskId;
  readonly other: TaskId | null;
}

export interface ForeseenConflict extends ConflictSides {
  /** Where; the first hundred, sorted. */
  readonly paths: readonly string[];
}

export interface FoundConflict extends ForeseenConflict {
  /** It was foreseen before, and its paths are others now. */
  readonly known: boolean;
}

export interface ForeseenRecord extends ForeseenConflict {
  /** When it was first seen, in milliseconds since the epoch. */
  readonly at: number;
  /** When it was last seen to be over, or one side was settled; null while it holds. */
  readonly goneAt: number | null;
}

export interface Foreseen {
  /** Somebody has looked. Without it, no conflict does not mean that there was none. */
  readonly looked: boolean;
  /** By `sidesKey`, also those that are over. */
  readonly conflicts: ReadonlyMap<string, ForeseenRecord>;
}

export const NOTHING_FORESEEN: Foreseen = { looked: false, conflicts: new Map() };

export const MOST_FORESEEN_PATHS = 100;

export function sidesKey({ task, other }: ConflictSides): string {
  return JSON.stringify(other === null ? [task] : [task, other]);
}

export function tasksOf({ task, other }: ConflictSides): readonly TaskId[] {
  return other === null ? [task] : [task, other];
}

/** Those that hold, the first that was seen first. */
export function openConflicts({ conflicts }: Foreseen): readonly ForeseenRecord[] {
  return [...conflicts.values()].filter(({ goneAt }) => goneAt === null);
}

export interface Sight {
  readonly conflicts: readonly ForeseenConflict[];
  /** Tasks whose work could not be looked at: what was foreseen of them stays. */
  readonly unseen: readonly TaskId[];
}

export interface Changes {
  readonly found: readonly FoundConflict[];
  readonly gone: readonly ConflictSides[];
}

/** What is new in a look; null when nothing is, and it was not the first. */
export function changesIn(foreseen: Foreseen, { conflicts, unseen }: Sight): Changes | null {
  const found = conflicts.flatMap((conflict): FoundConflict[] => {
    const before = foreseen.conflicts.get(sidesKey(conflict));
    const known = before !== undefined && before.goneAt === null;
    return known && String(before.paths) === String(conflict.paths) ? [] : [{ ...conflict, known }];
  });
  const seen = new Set(conflicts.map(sidesKey));
  const gone = openConflicts(foreseen)
    .filter((record) => !seen.has(sidesKey(record)))
    .filter((record) => !tasksOf(record).some((task) => unseen.includes(task)))
    .map(({ task, other }) => ({ task, other }));
  const isNews = !foreseen.looked || found.length > 0 || gone.length > 0;
  return isNews ? { found, gone } : null;
}

/** Paths named to an agent, or in one line to a person. */
const NAMED = 5;

/** `a.txt, b.txt and 3 more`, on one line: agents make the names. */
export function namedPaths(paths: readonly string[]): string {
  const rest = paths.length - NAMED;
  const named = paths.slice(0, NAMED).map(printableLine);
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** `task-001 and task-002 would conflict in a.txt` */
export function describeForeseen({ task, other, paths }: ForeseenConflict): string {
  const where = namedPaths(paths);
  return other === null
    ? `${task} would conflict with what is merged in ${where}`
    : `${task} and ${other} would conflict in ${where}`;
}

/** What the next try at a task is told of it; empty when nothing is foreseen. */
export function foreseenFeedback(foreseen: Foreseen, id: TaskId): string {
  const own = openConflicts(foreseen).filter((record) => tasksOf(record).includes(id));
  if (own.length === 0) return '';
  const lines = own.map(({ task, other, paths }) => {
    const whom = other === null ? 'what was merged meanwhile' : `the work of ${task === id ? other : task}`;
    return `    - with ${whom}: ${namedPaths(paths)}`;
  });
  return `While you worked, conflicts were foreseen with what others change at the same time:\n\n${lines.join('\n')}\n\n${FORESEEN_ADVICE}\n`;
}

export const FORESEEN_ADVICE =
  'Whoever is merged second has to begin anew on top of the first. Leave lines alone that your task does not need to change, and keep your changes there small.';
