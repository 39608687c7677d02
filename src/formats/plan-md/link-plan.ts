/** Ids that are each there once, dependencies that lead somewhere, and groups that come after one another. */

import { findCycles } from '../../core/graph.ts';
import { sharedNames } from '../../core/names.ts';
import { MOST_CYCLES } from '../cycles.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import { isCalled } from './group-numbers.ts';
import { waitedFor, withoutHeld } from './held-tasks.ts';
import { isUndecided } from './keys.ts';
import { afterGroups, type LinkedGroup } from './link-groups.ts';
import { linkStreams } from './link-streams.ts';
import type { LinkedPlan, LinkedTask } from './linked.ts';
import type { Mention } from './mentions.ts';
import { nameKey } from './name-key.ts';
import type { Placed, PlacedTask } from './placed.ts';
import type { PlanParts } from './plan-parts.ts';
import { warnOfUnread, warnOfUnreadGroups } from './unread-dependencies.ts';
import { warnOfUnreadOrder } from './unread-order.ts';

export function linkPlan(
  parts: PlanParts,
  placed: Placed,
  findings: FindingList,
  { areBarriers, mentions }: { readonly areBarriers: boolean; readonly mentions: readonly Mention[] },
): LinkedPlan {
  const tasks = onlyOnce(placed.tasks, findings);
  const names = new Map(tasks.map(({ id }) => [nameKey(id), id]));
  const find = (name: string): string | undefined =>
    names.get(nameKey(name)) ?? names.get(`t${nameKey(name)}`) ?? names.get(nameKey(name.replace(/^#/, '')));
  const groups = afterGroups(placed.groups, find, findings);
  const needs = new Map(groups.map(({ number, tasks: needed }) => [number, needed]));
  const known: Names = { find, ofGroup: membersOf(placed, tasks), left: placed.left };
  const linked = tasks.map((task): LinkedTask => {
    const own = dependenciesOf(task, known, findings);
    const ofGroup = (needs.get(task.group ?? 0) ?? []).filter((id) => id !== task.id);
    const { hold, ...rest } = task;
    const waits = hold === undefined ? null : waitedFor(hold, (name) => namedBy(name, known));
    const dependsOn = [...new Set([...own, ...ofGroup, ...(waits ?? []).filter((id) => id !== task.id)])];
    return { ...rest, dependsOn, ...(hold === undefined || waits !== null ? {} : { hold }) };
  });
  const streams = linkStreams(parts, linked, findings);
  reportCycles(groups, streams, areBarriers, findings);
  if (areBarriers) warnOfUnreadGroups(groups, findings);
  const { prose, source } = parts;
  warnOfUnread(
    { groups: areBarriers ? groups : [], tasks: streams },
    { find, prose, start: source.start, mentions },
    findings,
  );
  warnOfUnreadOrder({ groups, tasks: streams }, prose, findings);
  return withoutHeld({ groups, tasks: streams }, findings, { areBarriers });
}

function onlyOnce(tasks: readonly PlacedTask[], findings: FindingList): readonly PlacedTask[] {
  const first = new Map<string, PlacedTask>();
  for (const task of tasks) {
    const other = first.get(nameKey(task.id));
    if (other === undefined) {
      first.set(nameKey(task.id), task);
      continue;
    }
    findings.error({
      rule: 'duplicate-task-id',
      at: task.raw.at,
      message: `${task.id} is there twice, also in line ${other.raw.at.line}`,
      remedy: 'Give each task an id of its own.',
      tasks: [task.id],
    });
  }
  const unique = [...first.values()];
  for (const [id, other] of sharedNames(unique.map((task) => task.id))) {
    findings.error({
      rule: 'task-id-alike',
      at: first.get(nameKey(id))?.raw.at ?? { file: '', line: 1, column: 1 },
      message: `${id} and ${other} are too alike to have files and branches of their own`,
      remedy: 'Give one of them another id.',
      tasks: [other, id],
    });
  }
  return unique;
}

interface Names {
  find(name: string): string | undefined;
  /** The tasks of a group that is named; undefined for what names none. */
  ofGroup(name: string): readonly string[] | undefined;
  readonly left: Placed['left'];
}

function membersOf({ groups }: Placed, tasks: readonly PlacedTask[]): Names['ofGroup'] {
  return (name) => {
    const key = /^(?:parallel\s+)?group\s+#?(\S+)$/i.exec(name)?.[1]?.toLowerCase();
    const group = key === undefined ? undefined : groups.find((each) => isCalled(each, key));
    return group && tasks.flatMap((task) => (task.group === group.number ? [task.id] : []));
  };
}

function namedBy(
  name: string,
  { find, ofGroup }: Pick<Names, 'find' | 'ofGroup'>,
): readonly string[] | undefined {
  const task = find(name);
  return task === undefined ? ofGroup(name) : [task];
}

function dependenciesOf(
  { id, raw, row }: PlacedTask,
  { find, ofGroup, left }: Names,
  findings: FindingList,
): readonly string[] {
  const found: string[] = [];
  for (const name of new Set([...raw.dependsOn, ...(row?.dependsOn ?? [])])) {
    const others = namedBy(name, { find, ofGroup });
    const { at } = raw.dependsOn.includes(name) ? raw : (row ?? raw);
    const why = left.get(nameKey(name)) ?? left.get(`t${nameKey(name)}`);
    if (others !== undefined)
      found.push(...(find(name) === undefined ? others.filter((each) => each !== id) : others));
    else if (isUndecided(name))
      findings.warn({
        rule: 'dependency-undecided',
        at,
        message: `what ${id} depends on is ${quoted(name)}: it waits for nothing as long as that is not said`,
        remedy: 'Name a task of the plan by its id, or write `None`.',
        tasks: [id],
      });
    // What is misplaced has an error of its own.
    else if (why !== 'misplaced')
      findings.error({
        rule: 'unknown-dependency',
        at,
        message:
          why === undefined
            ? `${id} depends on ${quoted(name)}, and the plan has no such task`
            : `${id} depends on ${quoted(name)}, which is ${why}`,
        remedy: 'Name a task of the plan by its id, or write `None`.',
        tasks: [id],
      });
  }
  return found;
}

/** A task that needs one of a group that opens behind its own would wait for ever, too. */
function reportCycles(
  groups: readonly LinkedGroup[],
  tasks: readonly LinkedTask[],
  areBarriers: boolean,
  findings: FindingList,
): void {
  const members = new Map<number, string[]>();
  for (const { id, group } of tasks) {
    if (group !== null) members.set(group, [...(members.get(group) ?? []), taskNode(id)]);
  }
  const groupNodes = groups.map(({ number, after }) => ({
    id: groupNode(number),
    dependsOn: after.flatMap((other) => [groupNode(other), ...(members.get(other) ?? [])]),
  }));
  const taskNodes = tasks.map(({ id, group, dependsOn }) => ({
    id: taskNode(id),
    dependsOn: [...(group === null ? [] : [groupNode(group)]), ...dependsOn.map(taskNode)],
  }));
  const plain = tasks.map(({ id, dependsOn }) => ({ id: taskNode(id), dependsOn: dependsOn.map(taskNode) }));
  const byId = new Map(tasks.map((task) => [taskNode(task.id), task]));
  for (const cycle of findCycles(areBarriers ? [...groupNodes, ...taskNodes] : plain, MOST_CYCLES)) {
    const ids = [...new Set(cycle)].flatMap((node) => byId.get(node)?.id ?? []);
    const [first = ''] = cycle.filter((node) => byId.has(node));
    const group = groups.find(({ number }) => cycle.includes(groupNode(number)));
    findings.error({
      rule: 'dependency-cycle',
      at: byId.get(first)?.raw.at ?? group?.at ?? { file: '', line: 1, column: 1 },
      message: `circular dependency detected: ${cycle.map(nodeWords).join(' → ')}`,
      remedy: 'Remove one of these dependencies, or move a task to another group.',
      tasks: ids,
    });
  }
}

function groupNode(number: number): string {
  return `group ${number}`;
}

function taskNode(id: string): string {
  return `task ${id}`;
}

function nodeWords(node: string): string {
  return node.startsWith('group ') ? `Group ${node.slice(6)}` : node.slice(5);
}
