/** Marks in a plan file what a run has done. Pure; every byte that is no mark stays as it is. */

import { FindingList } from '../finding-list.ts';
import { LocatedText } from '../located-text.ts';
import { unfitPlan } from '../unfit-text.ts';
import { linkPlan } from './link-plan.ts';
import { placeTasks } from './place-tasks.ts';
import type { PlacedTask } from './placed.ts';
import { readParts } from './plan-parts.ts';
import type { RawGroup } from './raw-group.ts';
import type { MarkPlace } from './raw-task.ts';

export interface DoneTask {
  readonly id: string;
  /** Of the plan as it was run: a task whose id is made up counts by its place, which may be another's by now. */
  readonly title: string;
  /** `1h 32min`; absent when it is not known. */
  readonly duration?: string;
  readonly warnings: boolean;
}

export interface DoneGroup {
  readonly number: number;
  /** How long it took, in words. */
  readonly actual?: string;
  /** Path of the report on it, relative to the plan's folder; one line. */
  readonly report?: string;
}

export interface DoneFacts {
  readonly tasks: readonly DoneTask[];
  /** Those of which every task is done. */
  readonly groups: readonly DoneGroup[];
}

export interface Marked {
  /** The same when there is nothing to mark, or when it cannot be marked so that it reads as it should. */
  readonly text: string;
  /** Tasks for whose marks there is no place, or that are there no more. */
  readonly unmarked: readonly string[];
  /** Tasks of the text that are to be done, by the ids that it gives them. */
  readonly left: readonly string[];
}

export function markDone(text: string, facts: DoneFacts): Marked {
  const marked = mark(text, facts);
  const now = look(marked);
  const isMarked = (done: DoneTask): boolean => now !== null && findTask(now, done)?.isDone === true;
  return {
    text: marked,
    unmarked: facts.tasks.filter((done) => !isMarked(done)).map(({ id }) => id),
    left: now === null ? [] : openTasks(now),
  };
}

function openTasks({ tasks, toRun }: Look): readonly string[] {
  const open = tasks.filter(({ raw, isDone }) => raw.id !== undefined && !isDone).map(({ id }) => id);
  if (open.length === 0) return open;
  const run = new Set(toRun().map(({ id }) => id));
  return open.filter((id) => run.has(id));
}

function mark(text: string, facts: DoneFacts): string {
  const before = look(text);
  if (before === null) return text;
  const marked = edited(
    text,
    facts.tasks.flatMap((done) => taskEdits(before, done)),
  );
  const between = marked === text ? before : look(marked);
  if (between === null || !readsAsMeant(before, between, facts)) return text;
  const whole = edited(
    marked,
    facts.groups.flatMap((done) => [...groupEdits(between, done), ...reportEdits(marked, between, done)]),
  );
  const after = whole === marked ? between : look(whole);
  return after !== null && readsAsMeant(between, after, facts) ? whole : marked;
}

interface Look {
  readonly groups: readonly { readonly number: number; readonly raw?: RawGroup }[];
  readonly tasks: readonly PlacedTask[];
  /** Without what the text says cannot be done yet. */
  toRun(): readonly { readonly id: string }[];
}

/** Null for a text that is no plan any more. */
function look(text: string): Look | null {
  const source = new LocatedText('', text);
  if (unfitPlan(source) !== null) return null;
  const findings = new FindingList();
  const parts = readParts(source, findings);
  const placed = placeTasks(parts, findings);
  return {
    ...placed,
    toRun: () => linkPlan(parts, placed, findings, { areBarriers: true, mentions: [] }).tasks,
  };
}

/** At most one task is meant: of two with one id nobody knows which. */
function findTask({ tasks }: Look, { id, title }: DoneTask): PlacedTask | undefined {
  const [found, ...others] = tasks.filter((task) => task.id === id);
  if (found === undefined || others.length > 0) return undefined;
  return found.raw.id !== undefined || found.raw.title === title ? found : undefined;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function taskEdits(before: Look, done: DoneTask): readonly Edit[] {
  const found = findTask(before, done);
  if (found === undefined || found.isDone) return [];
  const { raw, row } = found;
  const cells = [row?.place, ...(row?.alsoIn ?? []), ...(raw.alsoIn ?? [])];
  return [raw.place, ...cells.filter((cell) => cell?.start !== undefined)].flatMap((place) =>
    place === undefined ? [] : placeEdits(place, done),
  );
}

function placeEdits({ box, boxLength = 1, start, end }: MarkPlace, done: DoneTask): readonly Edit[] {
  if (start !== undefined) return [{ from: start, to: end, text: cellWords(done, start === end) }];
  const tick = box === undefined ? [] : [{ from: box, to: box + boxLength, text: 'x' }];
  return [...tick, insert(end, ` ${signWords(done)}`)];
}

function signWords({ duration, warnings }: DoneTask): string {
  // Without a time, a sign of warning alone would not say that the work is done.
  if (warnings && duration !== undefined) return `⚠️ ${duration} (warnings)`;
  return duration === undefined ? '✅' : `✅ ${duration}`;
}

function cellWords({ duration, warnings }: DoneTask, wasEmpty: boolean): string {
  const facts = [...(duration === undefined ? [] : [duration]), ...(warnings ? ['warnings'] : [])].join(', ');
  return `✅ Done${facts === '' ? '' : ` (${facts})`}${wasEmpty ? ' ' : ''}`;
}

/** Null for one that has got another task meanwhile: it is not complete. */
function completed({ groups, tasks }: Look, { number }: DoneGroup): RawGroup | null {
  const raw = groups.find((group) => group.number === number)?.raw;
  return raw !== undefined && tasks.every((task) => task.group !== number || task.isDone) ? raw : null;
}

function groupEdits(before: Look, done: DoneGroup): readonly Edit[] {
  const raw = completed(before, done);
  if (raw === null || raw.isMarkedDone) return [];
  const { actual } = done;
  const { heading, duration } = raw.places;
  const time =
    actual === undefined || duration === undefined ? [] : [insert(duration, ` → **Actual**: ${actual}`)];
  return [insert(heading, ' ✅ COMPLETED'), ...time];
}

const REPORT = 'Execution Report';

/** A paragraph of its own behind the tasks; a group that is marked already may get it later. */
function reportEdits(text: string, before: Look, done: DoneGroup): readonly Edit[] {
  const raw = completed(before, done);
  const at = raw?.places.tasks;
  if (done.report === undefined || at === undefined || raw?.fields.has(REPORT.toLowerCase())) return [];
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const shift = text.startsWith('\ufeff') ? 1 : 0;
  // What stands in the next line could make another thing of the paragraph: `---` makes it a heading.
  const isAlone = /^[^\n]*(?:\n[ \t]*\r?(?:\n|$)|\n?$)/.test(text.slice(at + shift));
  return [insert(at, `${eol}${eol}**${REPORT}**: ${done.report}${isAlone ? '' : eol}`)];
}

function insert(at: number, text: string): Edit {
  return { from: at, to: at, text };
}

function edited(text: string, edits: readonly Edit[]): string {
  // Places count from behind a byte order mark.
  const shift = text.startsWith('\ufeff') ? 1 : 0;
  let result = text;
  for (const { from, to, text: piece } of edits.toSorted((a, b) => b.from - a.from)) {
    result = result.slice(0, from + shift) + piece + result.slice(to + shift);
  }
  return result;
}

/** The same tasks in the same groups, and none is done but those that were and those that are meant. */
function readsAsMeant(before: Look, after: Look, { tasks: done }: DoneFacts): boolean {
  if (before.tasks.length !== after.tasks.length) return false;
  const meant = new Set(done.map((task) => findTask(before, task)));
  return before.tasks.every((task, index) => {
    const now = after.tasks[index];
    if (now?.id !== task.id || now.group !== task.group || now.raw.title !== task.raw.title) return false;
    const isMeant = meant.has(task) && (task.raw.place !== undefined || task.row?.place !== undefined);
    return now.isDone === (task.isDone || isMeant);
  });
}
