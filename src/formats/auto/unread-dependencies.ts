/** A net below the reader: words that say that a task waits for another, which it does not wait for. */

import { fewOf } from '../../core/few-of.ts';
import { reach } from '../../core/graph.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Place } from '../located-text.ts';
import { behindAll, besideNone } from '../said-order.ts';
import { WAITING_WORDS } from '../waiting-words.ts';
import type { AutoTask } from './read-task.ts';
import { idOf } from './task-id.ts';
import { warnOfBeside } from './unread-beside.ts';
import { type NamedTask, namedTasks, tasksInFields } from './unread-fields.ts';

const NUMBER = String.raw`(?:task|#)[ \t#_-]{0,9}T?(\d{1,6}(?:\.\d{1,6})?)(?![\p{L}\d])`;
const BEFORE = '(blocks|(?:(?:must|should|has to) (?:be done|come|run|end|finish) )?before)';
const VERB = `(?:${BEFORE}|${WAITING_WORDS})`;
const SAYS = new RegExp(String.raw`(?<!\p{L})${VERB}[\s*_:|\x60[–—→=>-]{1,20}${NUMBER}`, 'giu');
const SAYS_OF = new RegExp(
  String.raw`${NUMBER}[^\n.;]{0,60}?(?<!\p{L})${VERB}[\s*_:|\x60[–—→=>-]{1,20}${NUMBER}`,
  'giu',
);
/** In a row of arrows each number is looked at with the next. */
const ARROW = new RegExp(
  String.raw`(?<![\p{L}\d.])${NUMBER}[\s*_\x60]{0,9}(?:→|⇒|[-=]{1,3}>)[\s*_\x60]{0,9}(?=${NUMBER})`,
  'giu',
);
/** Parts of a plan, which nothing waits for. */
const SAYS_OF_PART = new RegExp(
  String.raw`(?<!\p{L})${VERB}[\s*_:|\x60[–—→=>-]{1,20}(?:the[ ])?(?:phase|group|wave|stage|milestone|level)s?[ #_-]{0,3}(?:\d{1,6}|[A-Z])(?![\p{L}\d])`,
  'iu',
);
/** No text is read further. */
const LONGEST = 20_000;

interface Prose {
  readonly prose: string;
  /** Of the file. */
  readonly at: Place;
}

/** Where one waits for the other anyway nothing is told. */
export function warnOfUnread(tasks: readonly AutoTask[], { prose, at }: Prose, findings: FindingList): void {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const edges = edgesOf(tasks);
  const find = (number: string): AutoTask | undefined => byId.get(idOf(number));
  const told = new Set<string>();
  const tell = (task: AutoTask | undefined, said: readonly (string | undefined)[], place: Place): void => {
    const [words = ''] = said;
    const other = find(said.at(-1) ?? '');
    const isBefore = said.at(-2) !== undefined;
    const [first, last] = isBefore ? [task, other] : [other, task];
    if (first === undefined || last === undefined || first === last || first.done || last.done) return;
    const isKept =
      reach(edges, last.id).has(first.id) ||
      (/^conflicts/i.test(words) && reach(edges, first.id).has(last.id));
    if (told.has(`${first.id} ${last.id}`) || isKept) return;
    told.add(`${first.id} ${last.id}`);
    findings.warn({
      rule: 'dependency-unread',
      at: place,
      message: `${quoted(words.replace(/\s+/g, ' '))} stands where no dependency is read: Task ${last.number} does not wait for Task ${first.number}`,
      remedy: `Write \`- Depends on: Task ${first.number}\` below Task ${last.number} if it is to wait.`,
      tasks: [last.id, first.id],
    });
  };
  const tellNamed = (task: AutoTask, { number, words }: NamedTask, place: Place): void => {
    const other = find(number);
    if (other === undefined || other === task || task.done || other.done) return;
    if (waits(edges, task, other) || waits(edges, other, task)) return;
    if (told.has(`${task.id} ${other.id}`) || told.has(`${other.id} ${task.id}`)) return;
    told.add(`${task.id} ${other.id}`);
    findings.warn({
      rule: 'dependency-unread',
      at: place,
      message: `${quoted(words)} is read as no dependency: neither of Task ${task.number} and Task ${other.number} waits for the other`,
      remedy:
        'Write `- Depends on:` with the number of the other, and no more, below the one that is to wait.',
      tasks: [task.id, other.id],
    });
  };
  const titled = new Map(tasks.map(({ name, number }) => [name.trim().toLowerCase(), number]));
  for (const task of tasks) {
    const words = [task.name, ...task.requirements, ...task.criteria].join('\n').slice(0, LONGEST);
    for (const said of words.matchAll(SAYS)) tell(task, said, task.at);
    for (const { value, at: place } of task.dependsLines)
      for (const named of namedTasks(value)) tellNamed(task, named, place);
    for (const named of tasksInFields(task.text, titled)) tellNamed(task, named, task.at);
    warnOfAlone(task, { words, tasks, edges }, findings);
    const all = behindAll(words);
    if (all === null || task.done || task.dependencies.length > 0 || tasks.length < 2) continue;
    findings.warn({
      rule: 'order-unread',
      at: task.at,
      message: `${quoted(all)} is read as words alone: Task ${task.number} waits for no other`,
      remedy: `Write \`- Depends on:\` with the numbers of the others below Task ${task.number} if it is to wait.`,
      tasks: [task.id],
    });
  }
  const beside = prose.slice(0, LONGEST);
  for (const said of beside.matchAll(SAYS_OF)) tell(find(said[1] ?? ''), said, at);
  for (const [said, one = '', other = ''] of beside.matchAll(ARROW))
    tell(find(other), [`${said}${other}`, undefined, one], at);
  const tellOrder = (task: AutoTask, number: string, words: string): void =>
    tell(task, [words, undefined, number], at);
  warnOfBeside({ prose: beside, at, find, tellOrder }, findings);
  warnOfPart(tasks, { prose: beside, at }, findings);
}

interface Around {
  readonly words: string;
  readonly tasks: readonly AutoTask[];
  readonly edges: ReadonlyMap<string, readonly string[]>;
}

/** It says that no other is to run beside it. */
function warnOfAlone(task: AutoTask, { words, tasks, edges }: Around, findings: FindingList): void {
  const said = task.done ? null : besideNone(words);
  if (said === null) return;
  const beside = tasks.filter(
    (each) =>
      each !== task &&
      !each.done &&
      !reach(edges, each.id).has(task.id) &&
      !reach(edges, task.id).has(each.id),
  );
  if (beside.length === 0) return;
  findings.warn({
    rule: 'order-unread',
    at: task.at,
    message: `${quoted(said)} is read as words alone: Task ${task.number} may be run beside ${fewOf(beside.map(({ id }) => id))}`,
    remedy: 'Let one wait for the other, as in `- Depends on: Task 1`.',
    tasks: [task.id],
  });
}

/** What stands behind waits for nothing where more than the first tasks wait for none. */
function warnOfPart(tasks: readonly AutoTask[], { prose, at }: Prose, findings: FindingList): void {
  const said = SAYS_OF_PART.exec(prose)?.[0];
  const open = tasks.filter(({ done, dependencies }) => !done && dependencies.length === 0);
  if (said === undefined || open.length < 2) return;
  findings.warn({
    rule: 'order-unread',
    at,
    message: `${quoted(said.replace(/\s+/g, ' '))} is read as words alone: ${open.length} tasks wait for no other, ${fewOf(open.map(({ id }) => id))}`,
    remedy: 'Write `- Depends on:` with the numbers of others below each task that is to wait.',
    tasks: open.slice(0, 20).map(({ id }) => id),
  });
}

function waits(edges: Around['edges'], task: AutoTask, other: AutoTask): boolean {
  return edges.get(task.id)?.includes(other.id) === true || reach(edges, task.id).has(other.id);
}

/** By ids, what each task waits for. */
function edgesOf(tasks: readonly AutoTask[]): ReadonlyMap<string, readonly string[]> {
  return new Map(tasks.map(({ id, dependencies }) => [id, dependencies.map(({ value }) => value)]));
}
