/**
 * Makes of any plan one that a manifest can hold: ids that are names of files, waves that are barriers, one creator for
 * each path. Says what it changes.
 */

import { parsePattern, patternCovers, patternsMeet } from '../../../core/glob-overlap.ts';
import { sharedNames } from '../../../core/names.ts';
import { isOfCaseAlone, scopeClashes, symbolsMeet } from '../../../core/ownership.ts';
import type { Plan, Scope, ScopeEntry, Task, TaskId } from '../../../core/plan.ts';
import { printable, printableLine } from '../../../core/printable.ts';
import { TASK_ID } from '../link-tasks.ts';
import { namedAgents } from './agent-names.ts';
import { waveGroups } from './wave-groups.ts';

export interface Fitted {
  readonly plan: Plan;
  /** Each of its tasks as it was called before. */
  readonly idsBefore: ReadonlyMap<TaskId, TaskId>;
  /** What is not as it was, for people. */
  readonly changes: readonly string[];
}

export function fitPlan(given: Plan): Fitted {
  const changes: string[] = [];
  const left = namedAgents(withoutDone(plainTexts(given), changes), changes);
  const { plan: renamed, idsBefore } = withNames(left, changes);
  const tasks = ownBoundaries(oneCreatorEach(renamed.tasks, changes), changes);
  const plan = waveGroups({ ...renamed, tasks }, changes);
  return { plan: { ...plan, format: 'manifest' }, idsBefore, changes };
}

/** Of the texts that people write; what is in a file has to be fit for one. */
function plainTexts(plan: Plan): Plan {
  const tasks = plan.tasks.map((task) => ({
    ...task,
    title: printableLine(task.title),
    ...(task.component === undefined ? {} : { component: printableLine(task.component) }),
    ...(task.agent === undefined ? {} : { agent: printableLine(task.agent) }),
    requirements: task.requirements.map((text) => printable(text).trim()),
    criteria: task.criteria.map((text) => printable(text).trim()),
  }));
  const { title, technology, pythonVersion, techSpec } = plan;
  return {
    ...plan,
    id: printableLine(plan.id) || 'plan',
    name: printableLine(plan.name),
    ...(title === undefined ? {} : { title: printableLine(title) }),
    ...(technology === undefined ? {} : { technology: printableLine(technology) }),
    ...(pythonVersion === undefined ? {} : { pythonVersion: printableLine(pythonVersion) }),
    ...(techSpec === undefined ? {} : { techSpec: printableLine(techSpec) }),
    groups: plan.groups.map((group) => ({ ...group, name: printableLine(group.name) })),
    tasks,
    ...(plan.profiles === undefined
      ? {}
      : { profiles: plan.profiles.map((each) => ({ ...each, name: printableLine(each.name) })) }),
  };
}

function withoutDone(plan: Plan, changes: string[]): Plan {
  const done = new Set(plan.tasks.filter((task) => task.done === true).map(({ id }) => id));
  if (done.size === 0) return plan;
  for (const id of done) changes.push(`${id} is left out: it was done before`);
  const left = (ids: readonly string[]): readonly string[] => ids.filter((id) => !done.has(id));
  const tasks = plan.tasks
    .filter(({ id }) => !done.has(id))
    .map((task) => ({ ...task, dependsOn: left(task.dependsOn) }));
  return { ...plan, tasks, groups: plan.groups.map((group) => ({ ...group, tasks: left(group.tasks) })) };
}

/** Of which the reader would take a word for "nothing". */
const NO_NAME = /^(?:none|n\/?a|-|readme)$/i;

function withNames(plan: Plan, changes: string[]): Omit<Fitted, 'changes'> {
  const shared = sharedNames(plan.tasks.map(({ id }) => id));
  const taken = new Set(plan.tasks.map(({ id }) => id));
  const names = new Map<string, string>();
  let number = 0;
  for (const { id } of plan.tasks) {
    if (TASK_ID.test(id) && !NO_NAME.test(id) && !shared.has(id)) continue;
    let name: string;
    do {
      number += 1;
      name = `task-${String(number).padStart(3, '0')}`;
    } while (taken.has(name));
    taken.add(name);
    names.set(id, name);
    changes.push(`${printableLine(id)} is now ${name}: its id cannot be the name of a file`);
  }
  const nameOf = (id: string): string => names.get(id) ?? id;
  const named = {
    ...plan,
    tasks: plan.tasks.map((task) => ({
      ...task,
      id: nameOf(task.id),
      dependsOn: task.dependsOn.map(nameOf),
    })),
    groups: plan.groups.map((group) => ({ ...group, tasks: group.tasks.map(nameOf) })),
  };
  return { plan: named, idsBefore: new Map(plan.tasks.map(({ id }) => [nameOf(id), id])) };
}

/** The first to create a path is its creator; to the others it is a file to be modified. */
function oneCreatorEach(tasks: readonly Task[], changes: string[]): readonly Task[] {
  const place = new Map(tasks.map(({ id }, index) => [id, index]));
  const moved = new Map<string, Set<ScopeEntry>>();
  // Entries may be shared between tasks; these are not.
  const own = tasks.map((task) => ({ ...task, scope: ownEntries(task.scope) }));
  for (const clash of scopeClashes(own, true)) {
    if (clash.kind !== 'create-create' || isOfCaseAlone(clash)) continue;
    const isLater = (place.get(clash.taskA) ?? 0) > (place.get(clash.taskB) ?? 0);
    const [task, entry, creator] = isLater
      ? [clash.taskA, clash.a, clash.taskB]
      : [clash.taskB, clash.b, clash.taskA];
    const entries = moved.get(task) ?? new Set();
    if (!entries.has(entry)) changes.push(`${task} modifies ${entry.pattern}: ${creator} creates it`);
    moved.set(task, entries.add(entry));
  }
  return own.map((task) => {
    const entries = moved.get(task.id);
    if (entries === undefined) return task;
    const { create, modify, boundary } = task.scope;
    const scope = {
      create: create.filter((entry) => !entries.has(entry)),
      modify: [...modify, ...entries],
      boundary,
    };
    return { ...task, scope };
  });
}

function ownEntries({ create, modify, boundary }: Scope): Scope {
  const copies = (entries: readonly ScopeEntry[]): readonly ScopeEntry[] =>
    entries.map((entry) => ({ ...entry }));
  return { create: copies(create), modify: copies(modify), boundary: copies(boundary) };
}

/** What a task is to write, its own boundary cannot exclude. */
function ownBoundaries(tasks: readonly Task[], changes: string[]): readonly Task[] {
  return tasks.map((task) => {
    const { create, modify, boundary } = task.scope;
    const kept = boundary.filter((entry) => ![...create, ...modify].some((own) => excludes(entry, own)));
    for (const entry of boundary.filter((each) => !kept.includes(each)))
      changes.push(`${task.id} has no BOUNDARY ${entry.pattern}: it writes there`);
    return kept.length === boundary.length ? task : { ...task, scope: { create, modify, boundary: kept } };
  });
}

function excludes(boundary: ScopeEntry, own: ScopeEntry): boolean {
  const [outer, inner] = [parsePattern(boundary.pattern), parsePattern(own.pattern)];
  if (boundary.symbol === undefined) return patternCovers(outer, inner);
  return own.symbol !== undefined && symbolsMeet(boundary.symbol, own.symbol) && patternsMeet(outer, inner);
}
