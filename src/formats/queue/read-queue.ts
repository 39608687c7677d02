/** Reads a queue folder: one file an item, its status in the name. */

import { directDependents } from '../../core/graph.ts';
import type { Plan, ScopeEntry, Task } from '../../core/plan.ts';
import { reportCycles } from '../cycles.ts';
import { FindingList } from '../finding-list.ts';
import { levelGroups } from '../level-groups.ts';
import { LocatedText } from '../located-text.ts';
import type { PlanFiles, ReadOptions, ReadPlan, TaskWords } from '../plan-files.ts';
import { renderPrompt } from '../task-prompt.ts';
import { reportUnreadable } from '../unreadable-files.ts';
import { type QueueItem, readItem } from './item-file.ts';
import { isNearlyItem, isNumbered, itemFileName, parseItemName } from './item-name.ts';
import { type LinkedItem, linkItems } from './link-items.ts';

/** True for the file of an item, and for one that is meant to be one. */
export function isQueueFile(path: string): boolean {
  return isNumbered(path) || isNearlyItem(path);
}

/** Total: any texts give a plan, findings, or both; every finding's place lies within the file it names. */
export function readQueue(given: PlanFiles, options: ReadOptions = {}): ReadPlan {
  const { files } = given;
  const findings = new FindingList();
  reportUnreadable(given, findings, { mayGo: (file) => file !== '' });
  const { items, others } = readItems(files, findings);
  const linked = linkItems(items, others, findings);
  reportCycles(
    linked.map(({ number, dependencies }) => ({ id: number, edges: dependencies })),
    findings,
  );
  const runnable = withoutBlocked(linked, findings);
  if (items.length === 0 || (runnable.length === 0 && findings.errors.length === 0)) {
    findings.error({
      rule: 'no-tasks',
      at: { file: '', line: 1, column: 1 },
      message: items.length === 0 ? 'the queue has no items' : 'every item that is left is blocked',
      remedy:
        items.length === 0
          ? 'Give it an item such as `001-pending-login-form.md`.'
          : 'Make one of them pending, in its name and its status line, when nothing is in its way any more.',
    });
  }
  const found =
    findings.errors.length > 0
      ? {}
      : {
          plan: toPlan(runnable, linked, options),
          words: new Map(runnable.map((item) => [item.number, wordsOf(item)])),
        };
  return { ...found, findings: findings.sorted('') };
}

function wordsOf({ described, more, criteriaText }: QueueItem): TaskWords {
  return { requirements: described, more, checklist: criteriaText };
}

interface ReadItems {
  /** By their numbers. */
  readonly items: readonly QueueItem[];
  /** Those whose number an earlier one has. */
  readonly others: readonly QueueItem[];
}

function readItems(files: ReadonlyMap<string, string>, findings: FindingList): ReadItems {
  const items = new Map<string, QueueItem>();
  const others: QueueItem[] = [];
  for (const path of [...files.keys()].toSorted()) {
    const source = new LocatedText(path, files.get(path) ?? '');
    const name = parseItemName(path);
    if (name === null) {
      const isMeant = isNumbered(path);
      findings[isMeant ? 'error' : 'warn']({
        rule: 'item-name',
        at: source.start,
        message: `${path} is not named as an item${isMeant ? '' : ', and is not read'}`,
        remedy: 'Name it NNN-STATUS-slug.md, with pending, in_progress, completed or blocked as its status.',
      });
      continue;
    }
    const item = readItem(source, name, findings);
    const first = items.get(name.number);
    if (first !== undefined)
      findings.error({
        rule: 'duplicate-item',
        at: source.start,
        message: `${path} and ${first.source.file} have the same number`,
        remedy: 'Give one of them another number, or remove it.',
        tasks: [name.number],
      });
    if (item === null) continue;
    if (first === undefined) items.set(name.number, item);
    else others.push(item);
  }
  findings.nameTasks((file) => parseItemName(file)?.number);
  const sorted = [...items.values()].toSorted((a, b) => Number(a.number) - Number(b.number));
  return { items: sorted, others };
}

/** What is blocked is not run, nor what waits for it. */
function withoutBlocked(items: readonly LinkedItem[], findings: FindingList): readonly LinkedItem[] {
  const left = new Map(items.map((item) => [item.number, item]));
  for (const item of items) {
    if (item.status === 'blocked') {
      left.delete(item.number);
      findings.warn({
        rule: 'item-blocked',
        at: item.source.start,
        message: `${item.number} is blocked and is not run: ${item.lastNote === '' ? 'its notes give no reason' : item.lastNote}`,
        remedy: `When nothing is in its way any more, rename it to ${itemFileName({ ...item, status: 'pending' })}, and write pending in its status line.`,
        tasks: [item.number],
      });
    }
    if (item.status === 'in_progress') {
      findings.warn({
        rule: 'item-in-progress',
        at: item.source.start,
        message: `${item.number} was in progress when an earlier run ended; it is run again`,
        remedy: 'If that run can go on, use `cox resume` instead, which keeps the work done so far.',
        tasks: [item.number],
      });
    }
  }
  dropWaiting(left, items, findings);
  return [...left.values()];
}

/** Takes out what waits for something that is out, however far behind. */
function dropWaiting(
  left: Map<string, LinkedItem>,
  items: readonly LinkedItem[],
  findings: FindingList,
): void {
  const dependents = directDependents(
    items.map(({ number, dependencies }) => ({ id: number, dependsOn: [...dependencies.keys()] })),
  );
  const open = items.filter(({ number }) => !left.has(number)).map(({ number }) => number);
  for (let out = open.shift(); out !== undefined; out = open.shift()) {
    for (const number of dependents.get(out) ?? []) {
      const item = left.get(number);
      if (item === undefined || item.status === 'completed') continue;
      left.delete(number);
      open.push(number);
      findings.warn({
        rule: 'item-waits-for-blocked',
        at: item.dependencies.get(out) ?? item.source.start,
        message: `${number} is not run: it waits for ${out}, which is not run either`,
        remedy: `Unblock ${out}, or remove the dependency.`,
        tasks: [number, out],
      });
    }
  }
}

function toPlan(
  items: readonly LinkedItem[],
  all: readonly LinkedItem[],
  { repositoryFiles }: ReadOptions,
): Plan {
  const kept = new Set(items.map(({ number }) => number));
  const held = all.flatMap(({ number }) => (kept.has(number) ? [] : [number]));
  const tasks = items.map((item) => toTask(item, kept));
  return {
    id: 'queue',
    name: 'queue',
    format: 'queue',
    ...levelGroups(tasks),
    ...(held.length === 0 ? {} : { held }),
    wishes: { schedule: 'dag' },
    context: [...(repositoryFiles ?? [])].map(([path, text]) => ({ path, text })),
  };
}

function toTask(item: LinkedItem, kept: ReadonlySet<string>): Omit<Task, 'group'> {
  const { number, title, assignee, criteria, requirements, priority, files, named } = item;
  const scope: Task['scope'] = { create: [], modify: uniqueEntries(files), boundary: [] };
  const known = {
    id: number,
    title,
    dependsOn: [...item.dependencies.keys()].filter((id) => kept.has(id)),
    scope,
    skills: [],
    contracts: [],
    verifyOnly: false,
    ...(assignee === undefined ? {} : { agent: assignee }),
  };
  const notes = item.notes.trim() === '' ? '' : `\n\nNotes:\n${item.notes}`;
  return {
    ...known,
    requirements,
    criteria,
    resources: [],
    ...(priority === undefined ? {} : { priority }),
    ...(files.length > 0 || named.length === 0 ? {} : { mentions: named }),
    ...(item.status === 'completed' ? { done: true } : {}),
    prompt: renderPrompt({
      ...known,
      mayCreate: true,
      requirements: `${item.description}${notes}`.trim(),
      checklist: item.criteriaText,
      context: '',
    }),
  };
}

function uniqueEntries(entries: readonly ScopeEntry[]): readonly ScopeEntry[] {
  return [...new Map(entries.map((entry) => [`${entry.pattern}::${entry.symbol ?? ''}`, entry])).values()];
}
