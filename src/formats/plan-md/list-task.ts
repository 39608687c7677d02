/** A list item that is a task, with what stands below it. */

import type { Heading, List, ListItem, RootContent } from 'mdast';
import { estimateIn } from '../estimate.ts';
import type { LocatedText } from '../located-text.ts';
import { endOf, headingText, sourceOf, startOf } from '../markdown.ts';
import { isYes } from './assignment.ts';
import { readField } from './fields.ts';
import { agentNamesIn, isTaskName, keyOf, taskNamesIn } from './keys.ts';
import { CRITERIA, headingLabelOf, labelOf } from './labels.ts';
import { doneInPart, isDoneWord, isUnclearState, marksOf, remarksOf, saysMoreThanDone } from './marks.ts';
import type { MarkPlace, RawTask } from './raw-task.ts';
import { dependsWithoutColon, saidFrom, saidLines } from './said-lines.ts';
import { standsInText } from './standing.ts';
import { readTaskLine, type TaskLine } from './task-line.ts';

/** Null for an item that is no task. */
export function readListTask(source: LocatedText, item: ListItem): RawTask | null {
  const [first, ...below] = item.children;
  if (first?.type !== 'paragraph') return null;
  // A quotation is no part of the title, although nothing but its sign parts them.
  const whole = sourceOf(source.text, first).replace(/[\r\n][ \t]*>.*$/s, '');
  const text = whole.slice(0, saidFrom(source, whole));
  const line = readTaskLine(text);
  if (!line.isTask || line.title === '') return null;
  const start = startOf(first);
  return rawTask(source, {
    at: startOf(item),
    line,
    place: {
      ...(line.checked === null ? {} : boxIn(text, start)),
      end: start + text.trimEnd().length,
    },
    behind: whole.slice(text.length).trim(),
    below,
    details: dedented(source.text.slice(start + text.length, endOf(item))),
  });
}

/** A heading such as `#### Task 1.1: text (Builder-1)`, with what stands below it. Null for one that is no task. */
export function readHeadingTask(
  source: LocatedText,
  heading: Heading,
  below: readonly RootContent[],
): RawTask | null {
  const text = headingText(source.text, heading);
  const line = readTaskLine(text);
  const names = /^(?:\W*)task\b/i.test(text) || line.assignment.agents.length > 0;
  if (line.id === undefined || line.title === '' || !names) return null;
  const first = heading.children[0];
  const last = heading.children.at(-1);
  const [top, bottom] = [below[0], below.at(-1)];
  return rawTask(source, {
    at: startOf(heading),
    line,
    place: {
      ...(line.checked === null || first === undefined ? {} : boxIn(text, startOf(first))),
      end: endOf(last ?? heading),
    },
    behind: '',
    below,
    details:
      top === undefined || bottom === undefined
        ? ''
        : dedented(source.text.slice(startOf(top), endOf(bottom))),
  });
}

/** Of a text that begins with a box. */
function boxIn(text: string, start: number): Pick<MarkPlace, 'box' | 'boxLength'> {
  const from = text.indexOf('[') + 1;
  const length = text.indexOf(']') - from;
  return { box: start + from, ...(length === 1 ? {} : { boxLength: length }) };
}

interface Piece {
  readonly at: number;
  readonly line: TaskLine;
  readonly place: NonNullable<RawTask['place']>;
  /** Lines behind its title, before what stands below it. */
  readonly behind: string;
  readonly below: readonly RootContent[];
  /** The same as text. */
  readonly details: string;
}

function rawTask(source: LocatedText, { at, line, place, behind, below, details: text }: Piece): RawTask {
  const details = detailsOf(source, behind, below);
  const { assignment } = line;
  const seconds = assignment.estimateSeconds ?? details.estimateSeconds;
  const unclear = assignment.unclear ?? details.unclear;
  const branch = assignment.branch ?? details.branch;
  const reviewers = [...(assignment.reviewers ?? []), ...details.reviewers];
  const verifies = assignment.verifies ?? details.verifies;
  const { notes, remarks } = assignment;
  // What its own line says is said later: a run marks that.
  const marks = [...marksOf(details.status ?? ''), ...line.marks];
  const unclearState = unclearStateOf(line, details.status);
  return {
    ...(line.id === undefined ? {} : { id: line.id }),
    title: line.title,
    at: source.place(at),
    agents: assignment.agents.length > 0 ? assignment.agents : details.agents,
    areInstances: true,
    ...(seconds === undefined ? {} : { estimateSeconds: seconds }),
    ...(unclear === undefined ? {} : { unclearTime: unclear }),
    ...(unclearState === undefined ? {} : { unclearState }),
    dependsOn: [...assignment.dependsOn, ...details.dependsOn],
    ...(branch === undefined ? {} : { branch }),
    ...(reviewers.length === 0 ? {} : { reviewers }),
    ...(verifies === undefined ? {} : { verifies }),
    ...(notes === undefined ? {} : { notes }),
    ...(remarks === undefined ? {} : { remarks }),
    ...(line.oddBox === undefined ? {} : { oddBox: line.oddBox }),
    ...(line.isDropped ? { isDropped: true } : {}),
    checked: line.checked,
    marks,
    requirements: details.requirements,
    details: [...remarksOf(line.marks).map((remark) => `- ${remark}`), text]
      .filter((part) => part !== '')
      .join('\n'),
    criteria: details.criteria,
    place,
  };
}

function unclearStateOf({ checked, marks }: TaskLine, status: string | undefined): string | undefined {
  if (status !== undefined && saysMoreThanDone(status)) return status;
  // With a ticked box any other word is against it.
  const isAnother = checked === true && status !== undefined && !isDoneWord(status);
  if (isAnother && marksOf(status).length === 0) return status;
  if (status !== undefined && checked !== true && isUnclearState(status)) return status;
  // Beside an empty box it is told that it contradicts that.
  return checked === null ? doneInPart(marks) : undefined;
}

interface Details {
  agents: readonly string[];
  reviewers: readonly string[];
  estimateSeconds?: number;
  unclear?: string;
  branch?: string;
  verifies?: boolean;
  /** How far it is, in words. */
  status?: string;
  dependsOn: readonly string[];
  readonly requirements: string[];
  readonly criteria: string[];
}

function detailsOf(source: LocatedText, behind: string, below: readonly RootContent[]): Details {
  const details: Details = { agents: [], reviewers: [], dependsOn: [], requirements: [], criteria: [] };
  let label = behind === '' ? '' : takeText(source, details, behind);
  for (const node of below) {
    if (node.type === 'heading') label = headingLabelOf(headingText(source.text, node));
    else if (node.type === 'paragraph') label = takeText(source, details, sourceOf(source.text, node).trim());
    else if (node.type === 'list') {
      if (keyOf(label) === 'after') takeDependencies(source, details, node);
      else for (const item of node.children) takeItem(source, details, item, CRITERIA.test(label));
      label = '';
    }
  }
  return details;
}

/** Gives the label of what stands below it, if it is one. */
function takeText(source: LocatedText, details: Details, text: string): string {
  if (CRITERIA.test(labelOf(text))) return labelOf(text);
  if (!takeLines(source, details, text)) details.requirements.push(text);
  const last = readField(source, text.split(/\r\n?|\n/).at(-1) ?? '', 0);
  return last?.value.value === '' ? last.key : '';
}

/** False if any of them says what is not read. */
function takeLines(source: LocatedText, details: Details, text: string): boolean {
  return saidLines(text)
    .map((line) => takeField(source, details, line))
    .every(Boolean);
}

/** A task of each item of a list below `Depends on:`. */
function takeDependencies(source: LocatedText, details: Details, list: List): void {
  const names = list.children.flatMap((item) => taskNamesIn(withoutBox(sourceOf(source.text, item))));
  details.dependsOn = [...details.dependsOn, ...names];
}

function takeItem(source: LocatedText, details: Details, item: ListItem, areCriteria: boolean): void {
  const [first, ...below] = item.children;
  if (first?.type !== 'paragraph') return;
  const text = sourceOf(source.text, first).trim();
  const field = readField(source, text, startOf(first));
  if (field !== null && CRITERIA.test(field.key)) {
    if (field.value.value !== '') details.criteria.push(field.value.value);
    details.criteria.push(...itemsBelow(source, below));
  } else if (field !== null && field.value.value === '' && keyOf(field.key) === 'after') {
    for (const node of below) if (node.type === 'list') takeDependencies(source, details, node);
  } else if (areCriteria || (BOX.test(text) && !isDependency(source, withoutBox(text))))
    details.criteria.push(withoutBox(text));
  else if (!takeLines(source, details, text.replace(BOX, ''))) {
    details.requirements.push(text);
    details.requirements.push(...itemsBelow(source, below));
  }
}

/** Nobody ticks that a task waits for another. */
function isDependency(source: LocatedText, text: string): boolean {
  const field = readField(source, text, 0);
  return field === null ? dependsWithoutColon(text) !== null : keyOf(field.key) === 'after';
}

function itemsBelow(source: LocatedText, below: readonly RootContent[]): readonly string[] {
  return below.flatMap((node) =>
    node.type === 'list' ? node.children.map((item) => withoutBox(sourceOf(source.text, item))) : [],
  );
}

const BOX = /^\[[ xX]\]\s+/;

/** The text of an item, without its bullet and its box. */
export function withoutBox(text: string): string {
  return text
    .replace(/^\s*(?:[-*+]|\d{1,9}[.)])\s+/, '')
    .replace(BOX, '')
    .trim();
}

/** False for a text that says nothing that is read. */
function takeField(source: LocatedText, details: Details, text: string): boolean {
  const field = readField(source, text, 0);
  const names = field === null ? dependsWithoutColon(text) : null;
  details.dependsOn = [...details.dependsOn, ...(names ?? [])];
  if (field === null) return names !== null;
  const value = field.value.value
    .replace(/[`*]/g, '')
    .trim()
    .replace(/(?<=[\p{L}\d])\.$/u, '');
  switch (keyOf(field.key)) {
    case 'agent':
      details.agents = agentNamesIn(value);
      return true;
    case 'reviewer':
      details.reviewers = agentNamesIn(value);
      return true;
    case 'after':
      details.dependsOn = [...details.dependsOn, ...taskNamesIn(value)];
      return true;
    case 'needs': {
      const names = taskNamesIn(value);
      details.dependsOn = [...details.dependsOn, ...names.filter(isTaskName)];
      return names.length > 0 && names.every(isTaskName);
    }
    case 'branch':
      details.branch = value;
      return true;
    case 'verifies':
      details.verifies = isYes(value);
      return true;
    case 'time':
      takeTime(details, value);
      return true;
    case 'status':
      details.status = value;
      return false;
    default:
      takeState(details, `${field.key}: ${value}`);
      return false;
  }
}

/** `Blocked: legal`, `On hold: until May`; `Blocked: no` says nothing. */
function takeState(details: Details, text: string): void {
  const stands = standsInText(text);
  if (
    stands?.is === 'held' &&
    stands.reason !== '' &&
    !/^(?:no|none|nothing|n\/?a|false)\b/i.test(stands.reason)
  )
    details.status = text;
}

function takeTime(details: Details, value: string): void {
  const seconds = estimateIn(value);
  if (seconds === null) details.unclear = value;
  else details.estimateSeconds = seconds;
}

/** Without the indent that all of its lines have. */
export function dedented(text: string): string {
  const lines = text
    .replace(/^(?:[ \t]*(?:\r\n?|\n))+/, '')
    .trimEnd()
    .split(/\r\n?|\n/);
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const least = Math.min(...indents, 99);
  return lines.map((line) => line.slice(Math.min(least, line.length))).join('\n');
}
