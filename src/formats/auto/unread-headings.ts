/** Headings above tasks that seem to say how these stand, or in which order they are done: neither is read there. */

import { type FindingList, quoted } from '../finding-list.ts';
import type { Place } from '../located-text.ts';
import { headingSaysOrder, laterStages, saysOrder, stageOf } from '../said-order.ts';
import { saysStateOfAll } from '../said-state.ts';
import type { OuterHeading } from './found-task.ts';
import { idOf } from './task-id.ts';
import { namedTasks } from './unread-fields.ts';

/** Other words for parts of a plan that come one behind the other. */
const PART = /^\P{L}*(?:parallel\s+)?(?:group|level|batch|milestone|tier)(?=\s+#?\d)/iu;
/** `Phase: 2`, `**Wave**: 1`, of which headings are made. */
const PART_FIELD =
  /^[\s*_`]*((?:parallel\s+|execution\s+)?(?:phase|stage|step|wave|sprint|group|level|batch|milestone|tier|order))[\s*_`]*[:：][\s*_`]*#?(\d{1,3})(?![\p{L}\d.])/iu;

interface Read {
  readonly id: string;
  readonly at: Place;
  readonly text: readonly string[];
  readonly number: string;
  readonly done: boolean;
  readonly dependencies: readonly unknown[];
  /** It says what it depends on, be it on none. */
  readonly saysDependencies: boolean;
  readonly below: readonly OuterHeading[];
}

/** Each is told once. */
export function warnOfHeadings(
  tasks: readonly Read[],
  { prose, at: start }: Prose,
  findings: FindingList,
): void {
  const parts = [...partsOf(tasks), ...partsIn(prose, start, tasks)];
  const later = laterStages(parts.map(({ stage }) => stage));
  for (const { title, stage, at, tasks: all } of parts) {
    const own = all.filter(({ done }) => !done);
    const [first] = own;
    if (first !== undefined && saysStateOfAll(title))
      findings.warn({
        rule: 'state-unread',
        at,
        message: `${quoted(title)} seems to say how the tasks below it stand, and only a ticked box is read: Task ${first.number} is run`,
        remedy:
          'Tick the boxes of what is done (`Task 1: [x] name`); take out of the plan what is not to be run.',
        tasks: own.map(({ id }) => id).slice(0, 20),
      });
    const saysSo = headingSaysOrder(title);
    const isOpen = ({ dependencies, saysDependencies }: Read): boolean =>
      dependencies.length === 0 && (saysSo || !saysDependencies);
    const open = own.filter(isOpen);
    const last = open.at(-1);
    // The first one of an order waits for nothing; of what comes after others each one does.
    const isKept = open.length < (saysOrder(title) ? 2 : 1) || tasks.length < 2;
    if (last === undefined || isKept || !(saysSo || later.has(stage))) continue;
    findings.warn({
      rule: 'order-unread',
      at,
      message: `${quoted(title)} seems to say an order, and none is read there: Task ${last.number} waits for no other`,
      remedy: 'Write `- Depends on: Task 1` below each task that is to wait.',
      tasks: open.map(({ id }) => id).slice(0, 20),
    });
  }
}

interface Prose {
  /** What stands beside the tasks. */
  readonly prose: string;
  /** Of the file. */
  readonly at: Place;
}

/** No text is read further. */
const LONGEST = 20_000;

interface Part {
  readonly title: string;
  /** Its title in a word that is known for parts one behind the other. */
  readonly stage: string;
  readonly at: Place;
  readonly tasks: readonly Read[];
}

/** `- Wave 2: Task 3, Task 4` beside the tasks. */
function partsIn(prose: string, at: Place, tasks: readonly Read[]): readonly Part[] {
  const lines = prose
    .slice(0, LONGEST)
    .split(/\r\n?|\n/)
    .filter((line) => !line.startsWith('#'));
  return lines.flatMap((line) => {
    const title = line.replace(/^[\s*_`|+-]+|[\s|]+$/g, '');
    const stage = title.replace(PART, 'Stage');
    const named = new Set(namedTasks(title).map(({ number }) => idOf(number)));
    const own = tasks.filter(({ id }) => named.has(id));
    return stageOf(stage) === null || own.length === 0 ? [] : [{ title, stage, at, tasks: own }];
  });
}

/** What tasks stand below, by headings or by fields of their own. */
function partsOf(tasks: readonly Read[]): readonly Part[] {
  const headings = new Set(tasks.flatMap(({ below }) => below));
  const byHeading = [...headings].map((heading) => ({
    ...heading,
    stage: heading.title.replace(PART, 'Stage'),
    tasks: tasks.filter(({ below }) => below.includes(heading)),
  }));
  const byField = new Map<string, Part & { readonly tasks: Read[] }>();
  for (const task of tasks) {
    const [title = '', word = '', number = ''] =
      task.text.map((line) => PART_FIELD.exec(line)).find((found) => found !== null) ?? [];
    if (title === '') continue;
    const name = `${word.toLowerCase()} ${number}`;
    const known = byField.get(name);
    if (known === undefined)
      byField.set(name, { title, stage: `Step ${number}`, at: task.at, tasks: [task] });
    else known.tasks.push(task);
  }
  return [...byHeading, ...byField.values()];
}
