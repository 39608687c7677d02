/**
 * Which tasks may not run at once, because they would write to the same place:
 * 1. two that create one path;
 * 2. two that modify one file, unless each names a symbol and neither symbol is a dotted prefix of the other;
 * 3. one that creates what the other modifies.
 */

import { type PathPattern, parsePattern, patternsMeet } from './glob-overlap.ts';
import type { Scope, ScopeEntry, TaskId } from './plan.ts';

export type ClashKind = 'create-create' | 'create-modify' | 'modify-modify';

/** Two entries of two tasks that can mean the same place. For `create-modify` either side may be the one that creates. */
export interface ScopeClash {
  readonly kind: ClashKind;
  readonly a: ScopeEntry;
  readonly b: ScopeEntry;
}

export interface TaskClash extends ScopeClash {
  readonly taskA: TaskId;
  readonly taskB: TaskId;
}

/** What this module needs to know of a task. */
export interface ScopedTask {
  readonly id: TaskId;
  readonly scope: Scope;
}

/** All clashes of two scopes; empty when the two tasks may run at once. */
export function scopesConflict(a: Scope, b: Scope): readonly ScopeClash[] {
  return [
    ...scopeClashes([
      { id: 'a', scope: a },
      { id: 'b', scope: b },
    ]),
  ].map(({ kind, a: first, b: second }) => ({ kind, a: first, b: second }));
}

/**
 * For every task the tasks that it may not run beside; empty for one without a scope. Paths that differ in case alone
 * are one file on some machines, and elsewhere a clash too many costs no more than a turn.
 */
export function conflictPairs(tasks: readonly ScopedTask[]): ReadonlyMap<TaskId, ReadonlySet<TaskId>> {
  const pairs = new Map<TaskId, Set<TaskId>>(tasks.map((task) => [task.id, new Set()]));
  for (const { taskA, taskB } of scopeClashes(tasks, true)) {
    pairs.get(taskA)?.add(taskB);
    pairs.get(taskB)?.add(taskA);
  }
  return pairs;
}

interface Claim {
  readonly task: TaskId;
  readonly verb: 'create' | 'modify';
  readonly entry: ScopeEntry;
  readonly pattern: PathPattern;
  /** Two claims can meet only when the key of one begins with the key of the other. */
  readonly key: string;
}

/**
 * Every clash between two different tasks, found as it is asked for. Two patterns can meet only when the plain
 * beginning of one is a prefix of the other's. Sorted by it, what begins alike lies together, so each claim is
 * compared with the open prefixes above it alone: near linear for plain paths. With `ignoreCase` paths are compared as
 * by a file system that knows no case; symbols never are.
 */
export function* scopeClashes(tasks: readonly ScopedTask[], ignoreCase = false): Generator<TaskClash> {
  const open: Claim[] = [];
  for (const claim of tasks.flatMap((task) => claimsOf(task, ignoreCase)).toSorted(byKey)) {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (claim.key.startsWith(top.key)) break;
      open.pop();
    }
    for (const other of open) {
      if (other.task === claim.task || !claimsMeet(other, claim)) continue;
      yield {
        kind: clashKind(other, claim),
        taskA: other.task,
        taskB: claim.task,
        a: other.entry,
        b: claim.entry,
      };
    }
    open.push(claim);
  }
}

/** By code units, as `startsWith` compares; equal keys keep the tasks' order. */
function byKey(a: Claim, b: Claim): number {
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}

function claimsOf(task: ScopedTask, ignoreCase: boolean): readonly Claim[] {
  const claim =
    (verb: Claim['verb']) =>
    (entry: ScopeEntry): Claim => {
      const pattern = parsePattern(entry.pattern, ignoreCase);
      return { task: task.id, verb, entry, pattern, key: keyOf(verb, entry, pattern) };
    };
  return [...task.scope.create.map(claim('create')), ...task.scope.modify.map(claim('modify'))];
}

/** The plain beginning of its paths, and of a plain file that is modified the symbol too: many may share one file. */
function keyOf(verb: Claim['verb'], { symbol }: ScopeEntry, { plain, head }: PathPattern): string {
  return verb === 'modify' && plain && symbol !== undefined ? `${head}\0${symbol}` : head;
}

function clashKind(a: Claim, b: Claim): ClashKind {
  if (a.verb !== b.verb) return 'create-modify';
  return a.verb === 'create' ? 'create-create' : 'modify-modify';
}

function claimsMeet(a: Claim, b: Claim): boolean {
  const apart = a.verb === 'modify' && b.verb === 'modify' && !symbolsMeet(a.entry.symbol, b.entry.symbol);
  return !apart && patternsMeet(a.pattern, b.pattern);
}

/** True for a clash that is one only where case does not count. */
export function isOfCaseAlone({ a, b }: ScopeClash): boolean {
  return !patternsMeet(parsePattern(a.pattern), parsePattern(b.pattern));
}

/** True when one names all or a part of what the other names; a missing symbol names the whole file. */
export function symbolsMeet(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  return a === b || isPartOf(a, b) || isPartOf(b, a);
}

function isPartOf(part: string, whole: string): boolean {
  return part[whole.length] === '.' && part.startsWith(whole);
}
