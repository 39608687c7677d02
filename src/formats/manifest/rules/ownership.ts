/** Who may write where: no two tasks create one path, none that may run at once write to one place, none breaks its own boundary. */

import { parsePattern, patternCovers, patternsMeet } from '../../../core/glob-overlap.ts';
import { directDependents, reach } from '../../../core/graph.ts';
import {
  isOfCaseAlone,
  type ScopedTask,
  scopeClashes,
  symbolsMeet,
  type TaskClash,
} from '../../../core/ownership.ts';
import type { ScopeEntry } from '../../../core/plan.ts';
import type { FindingList } from '../../finding-list.ts';
import type { Located, Place } from '../../located-text.ts';
import type { LinkedTask } from '../link-tasks.ts';
import { plainScope } from '../scope-section.ts';
import type { RuleInput } from './rule.ts';

export function checkOwnership(input: RuleInput, findings: FindingList): void {
  checkClashes(input, findings);
  for (const task of input.tasks) checkBoundary(task, findings);
}

/** Of paths that differ in case alone, where the file system tells them apart: a warning. */
const CASE_RULE = 'case-clash';
const CLASH_RULES = ['create-create', 'create-modify', 'modify-modify'] as const;

function checkClashes({ tasks, schedule, ignoreCase }: RuleInput, findings: FindingList): void {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const places = entryPlaces(tasks);
  const atOnce = schedule === 'waves' ? sameWave(byId) : unordered(tasks);
  const scoped = tasks.flatMap((task): readonly ScopedTask[] =>
    task.file === undefined ? [] : [{ id: task.id, scope: plainScope(task.file.scope) }],
  );
  const seen = new Set<string>();
  for (const clash of scopeClashes(scoped, true)) {
    const isCaseFull = findings.isFull(CASE_RULE, 'warning');
    if (isCaseFull && CLASH_RULES.every((rule) => findings.isFull(rule))) return;
    const isCase = !ignoreCase && isOfCaseAlone(clash);
    if (isCase ? isCaseFull : findings.isFull(clash.kind)) continue;
    // Over all waves a path has one creator; the others only matter for tasks that run at once.
    if (clash.kind !== 'create-create' && !atOnce(clash.taskA, clash.taskB)) continue;
    const key = JSON.stringify([
      clash.kind,
      clash.taskA,
      clash.taskB,
      entryText(clash.a),
      entryText(clash.b),
    ]);
    const at = places.get(clash.b) ?? byId.get(clash.taskB)?.at;
    if (seen.has(key) || at === undefined) continue;
    seen.add(key);
    const report = isCase ? warnOfCase : reportClash;
    report(clash, at, findings);
  }
}

/** Every entry of a scope is an object of its own, so it leads back to its place. */
function entryPlaces(tasks: readonly LinkedTask[]): ReadonlyMap<ScopeEntry, Place> {
  const places = new Map<ScopeEntry, Place>();
  for (const { file } of tasks) {
    for (const { value, at } of [...(file?.scope.create ?? []), ...(file?.scope.modify ?? [])])
      places.set(value, at);
  }
  return places;
}

type AtOnce = (a: string, b: string) => boolean;

function sameWave(byId: ReadonlyMap<string, LinkedTask>): AtOnce {
  return (a, b) => byId.get(a)?.wave === byId.get(b)?.wave;
}

/** Two tasks of which neither waits for the other. */
function unordered(tasks: readonly LinkedTask[]): AtOnce {
  const edges = directDependents(
    tasks.map(({ id, dependencies }) => ({ id, dependsOn: dependencies.map((each) => each.id) })),
  );
  const reached = new Map<string, ReadonlySet<string>>();
  const waitsFor = (later: string, earlier: string): boolean => {
    const known = reached.get(earlier) ?? reach(edges, earlier);
    reached.set(earlier, known);
    return known.has(later);
  };
  return (a, b) => !waitsFor(a, b) && !waitsFor(b, a);
}

const CLASH_WORDS: Readonly<Record<TaskClash['kind'], readonly [string, string]>> = {
  'create-create': [
    'both create',
    'Give the path to one of them, and let the other modify it in a later wave.',
  ],
  'create-modify': [
    'may run at once, and one creates what the other modifies:',
    'Move the one that modifies to a later wave.',
  ],
  'modify-modify': [
    'may run at once, and both modify',
    'Move one of them to a later wave, or name a class or function of its own for each, as in file.py::Class.method.',
  ],
};

function reportClash(clash: TaskClash, at: Place, findings: FindingList): void {
  const [what, remedy] = CLASH_WORDS[clash.kind];
  const a = entryText(clash.a);
  const b = entryText(clash.b);
  findings.error({
    rule: clash.kind,
    at,
    message: `${clash.taskA} and ${clash.taskB} ${what} ${a === b ? a : `${a} and ${b}`}${isOfCaseAlone(clash) ? ', which are one file here (core.ignorecase)' : ''}`,
    remedy,
    tasks: [clash.taskA, clash.taskB],
  });
}

function warnOfCase({ taskA, taskB, a, b }: TaskClash, at: Place, findings: FindingList): void {
  findings.warn({
    rule: CASE_RULE,
    at,
    message: `${entryText(a)} of ${taskA} and ${entryText(b)} of ${taskB} differ in case alone: on a file system that ignores case they are one file`,
    remedy: 'Name them alike if they are meant to be one, or else choose another name.',
    tasks: [taskA, taskB],
  });
}

function entryText({ pattern, symbol }: ScopeEntry): string {
  return symbol === undefined ? pattern : `${pattern}::${symbol}`;
}

/** A glob that a boundary only cuts a piece out of is told of; what lies wholly within it is an error. */
function checkBoundary({ id, file }: LinkedTask, findings: FindingList): void {
  if (file === undefined) return;
  const boundary = file.scope.boundary.map(({ value }) => ({
    entry: value,
    pattern: parsePattern(value.pattern),
  }));
  const check = (verb: 'creates' | 'modifies', { value, at }: Located<ScopeEntry>): void => {
    const pattern = parsePattern(value.pattern);
    const broken = boundary.filter(
      (each) => symbolsMeet(each.entry.symbol, value.symbol) && patternsMeet(each.pattern, pattern),
    );
    const whole = broken.find(
      (each) => each.entry.symbol === undefined && patternCovers(each.pattern, pattern),
    );
    const one =
      whole ??
      broken.find((each) => each.entry.symbol !== undefined && value.symbol !== undefined) ??
      broken[0];
    if (one === undefined) return;
    const within = one === whole || (one.entry.symbol !== undefined && value.symbol !== undefined);
    findings[within ? 'error' : 'warn']({
      rule: within ? 'boundary-broken' : 'boundary-overlap',
      at,
      message: within
        ? `${id} ${verb} ${entryText(value)}, which its own BOUNDARY ${entryText(one.entry)} excludes`
        : `a part of what ${id} ${verb} by ${entryText(value)} is excluded by its own BOUNDARY ${entryText(one.entry)}`,
      remedy: within
        ? 'Take it out of the scope, or out of the boundary.'
        : 'Name what is meant without the excluded part.',
      tasks: [id],
    });
  };
  for (const entry of file.scope.create) check('creates', entry);
  for (const entry of file.scope.modify) check('modifies', entry);
}
