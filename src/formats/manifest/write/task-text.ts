/** A task as the text of its file. */

import type { Task } from '../../../core/plan.ts';
import { printable } from '../../../core/printable.ts';
import { FindingList } from '../../finding-list.ts';
import { LocatedText } from '../../located-text.ts';
import type { TaskWords } from '../../plan-files.ts';
import { isTooDeep } from '../../unfit-text.ts';
import { readTaskFile, type TaskFile } from '../task-file.ts';
import { lostLines, wordsText } from './compare-words.ts';
import { headerText, scopeLines } from './task-head.ts';
import { fenced, flatLists, softened, withHeading } from './task-sections.ts';

/**
 * With the words as they are written, if the file then reads as one with the task's requirements and criteria alone, and
 * says them all; else as far as it does.
 */
export function taskText(task: Task, words?: TaskWords): string {
  const lists = plainText(task);
  const read = words === undefined ? null : readBack(lists);
  if (words === undefined || read === null || saysAll(read, words)) return lists;
  return candidates(task, words).find((text) => reads(text, read, words)) ?? lists;
}

interface Bodies {
  readonly requirements: string;
  readonly checklist: string;
  /** Sections behind them. */
  readonly rest: readonly string[];
}

function plainText(task: Task): string {
  const text = textWith(task, { ...listBodies(task, (each) => each), rest: [] });
  // Lists within lists that no reader follows.
  return isTooDeep(text) ? textWith(task, { ...listBodies(task, flat), rest: [] }) : text;
}

function textWith(task: Task, { requirements, checklist, rest }: Bodies): string {
  const section = (heading: string, body: string): string =>
    body === '' ? heading : `${heading}\n\n${body.trimEnd()}`;
  const parts = [
    headerText(task),
    `# ${task.id}: ${task.title}`,
    ['## Scope', '', ...scopeLines(task)].join('\n').trimEnd(),
    section('## Requirements', requirements),
    section('## Checklist', checklist),
    ...rest,
  ];
  return `${parts.join('\n\n').trimEnd()}\n`;
}

function listBodies({ requirements, criteria }: Task, form: (text: string) => string): Omit<Bodies, 'rest'> {
  return {
    requirements: requirements.map((text) => item('- ', form(text))).join('\n'),
    checklist: criteria.map((text) => item('- [ ] ', form(text))).join('\n'),
  };
}

interface Way {
  readonly form: (text: string) => string;
  /** As written, and not as a list; what is written is then said behind it. */
  readonly requirements: boolean;
  readonly checklist: boolean;
}

/** The likest to what is written comes first. What is in a fence is read by nobody but the agent. */
const WAYS: readonly Way[] = [softened, fenced].flatMap((form) =>
  [true, false].flatMap((requirements) =>
    [true, false].map((checklist) => ({ form, requirements, checklist })),
  ),
);

function* candidates(task: Task, given: TaskWords): Generator<string> {
  const lists = listBodies(task, (text) => text);
  const covered = [task.title, lists.requirements, lists.checklist].join('\n');
  const fit = (text: string): string => flatLists(printable(text)).trim();
  const words = {
    requirements: fit(given.requirements),
    more: fit(given.more),
    checklist: fit(given.checklist),
  };
  for (const way of WAYS) {
    const section = (name: string, text: string): readonly string[] =>
      lostLines(text, covered).length === 0 ? [] : [withHeading(name, way.form(text))];
    yield textWith(task, {
      requirements: way.requirements ? softened(words.requirements) : lists.requirements,
      checklist: way.checklist ? softened(words.checklist) : lists.checklist,
      rest: [
        ...(way.requirements ? [] : section('Details', words.requirements)),
        ...section('Description', words.more),
        ...(way.checklist ? [] : section('Details of the criteria', words.checklist)),
      ],
    });
  }
}

function reads(text: string, plain: TaskFile, words: TaskWords): boolean {
  const read = readBack(text);
  return read !== null && facts(read) === facts(plain) && saysAll(read, words);
}

function saysAll({ title, requirementsText, otherText, criteriaText }: TaskFile, words: TaskWords): boolean {
  const said = [title?.value ?? '', requirementsText, otherText, criteriaText].join('\n');
  return lostLines(wordsText(words), said).length === 0;
}

function readBack(text: string): TaskFile | null {
  const findings = new FindingList();
  const read = readTaskFile(new LocatedText('', text), findings);
  return findings.errors.length > 0 ? null : read;
}

/** What the words must leave as it is. */
function facts({ title, scope, requirements, criteria }: TaskFile): string {
  const { create, modify, boundary, keys, understood } = scope;
  const entries = [create, modify, boundary].map((each) => each.map(({ value }) => value));
  return JSON.stringify([title?.value, entries, [...keys], understood, requirements, criteria]);
}

/** Lines after the first belong to the item by their indentation. */
function item(bullet: string, text: string): string {
  return `${bullet}${text.replaceAll(/\n(?!\n|$)/g, '\n  ')}`;
}

function flat(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replace(/^(?:(?:[*+-]|\d{1,9}[.)]) )+/, '')
    .trim();
}
