/** Whether a prompt file still says what the plan says of its task. */

import { isBarePrompt, isMadePrompt, promptSections, promptTitle } from '../task-prompt.ts';
import type { TaskFile } from './task-file.ts';

export interface PromptSubject {
  readonly id: string;
  readonly file: TaskFile;
  /** The text that would be made now. */
  readonly made: string;
}

/** Copied from the plan as they are; what somebody adds to a prompt belongs elsewhere. */
const COPIED: readonly string[] = [
  'REQUIRED SKILLS',
  'CONTEXT',
  'CONTRACTS',
  'FILES TO CREATE',
  'FILES TO MODIFY',
  'DO NOT MODIFY',
];
/** Taken from the task file line by line. More may stand in them, but no further items of their lists. */
const LISTED: readonly string[] = ['IMPLEMENTATION REQUIREMENTS', 'ACCEPTANCE CRITERIA'];
const ROLE = 'YOUR ROLE';
const SINCE =
  'The plan was changed after all of this was written. Where it says otherwise, what follows counts.';

/** It was made before the task file said what is to be done. It is left unused: it would tell an agent that there is nothing to do. */
export function isUnfilled({ requirementsText, otherText }: TaskFile, text: string): boolean {
  return isBarePrompt(text) && `${requirementsText}${otherText}`.trim() !== '';
}

/** Why it is stale; null when it is not. One of a form of its own is not compared: nothing says what it leaves out. */
export function whyStale({ id, file, made }: PromptSubject, text: string): string | null {
  const first = text.trimStart().split(/\r?\n/, 1)[0] ?? '';
  if (!/^task-/i.test(first) && !/^=== [A-Z][A-Z ()]* ===/m.test(text)) return null;
  if (isUnfilled(file, text))
    return 'it was made before the task file said what is to be done; one will be made from the task file';
  const title = file.title?.value ?? '';
  const names = [id, file.stem, file.id?.value ?? id];
  const titles = names.flatMap((name) => [promptTitle(name, title), `TASK-${name}: ${title}`]);
  titles.push(made.split('\n', 1)[0] ?? '');
  if (!titles.some((each) => anyCase(each) === anyCase(first)))
    return `its first line is not "${promptTitle(id, title)}"`;
  const words = anyCase(text);
  const lacks = (each: string): boolean => !words.includes(anyCase(each));
  if (file.requirements.some(lacks)) return 'it lacks a requirement of the task file';
  if (file.criteria.some(lacks)) return 'it lacks a criterion of the task file';
  return isMadePrompt(text) ? otherThanMade(made, text) : null;
}

/** With what the plan says now behind it, where it says otherwise: its agent's work is held to the plan. */
export function upToDate(subject: PromptSubject, text: string): string {
  if (whyStale(subject, text) === null) return text;
  const [wanted, present] = [promptSections(subject.made), promptSections(text)];
  const changed = [...wanted].filter(
    ([name, body]) =>
      ['', ROLE, ...COPIED, ...LISTED].includes(name) && anySpace(body) !== anySpace(present.get(name) ?? ''),
  );
  const parts = changed.map(([name, body]) => (name === '' ? body.trim() : `${name}:\n${body.trim()}`));
  return [`${text.trimEnd()}\n\n=== WHAT THE PLAN SAYS NOW ===\n${SINCE}`, ...parts]
    .join('\n\n')
    .concat('\n');
}

function otherThanMade(made: string, text: string): string | null {
  const [wanted, present] = [promptSections(made), promptSections(text)];
  const bodies = (name: string): readonly [string, string] => [
    wanted.get(name) ?? '',
    present.get(name) ?? '',
  ];
  const [header, itsHeader] = bodies('').map(plainLines);
  const lost = header?.slice(1).find((line) => itsHeader?.includes(line) === false);
  if (lost !== undefined) return `its header does not say "${lost}"`;
  // Who has no role here may have one where the agents are described.
  const copied = wanted.has(ROLE) ? [ROLE, ...COPIED] : COPIED;
  const other = copied.find((name) => {
    const [one, another] = bodies(name);
    return one !== another && anySpace(one) !== anySpace(another);
  });
  if (other !== undefined) return `its section ${other} is not what the plan says now`;
  for (const name of LISTED) {
    const [one, another] = bodies(name);
    if (one === another) continue;
    const [known, its] = [anySpace(one), anySpace(another)];
    if (plainLines(one).some((line) => !its.includes(line)))
      return `its section ${name} lacks what the task file says`;
    if (itemsOf(another).some((item) => !known.includes(item)))
      return `its section ${name} has an item that the task file does not have`;
  }
  return null;
}

const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ x]\]\s+)?/i;

/** The first line of each, without its mark. */
function itemsOf(body: string): readonly string[] {
  return body.split(/\r?\n/).flatMap((line) => (ITEM.test(line) ? [anySpace(line.replace(ITEM, ''))] : []));
}

function plainLines(body: string): readonly string[] {
  return body
    .split(/\r?\n/)
    .map((line) => anySpace(line.replace(ITEM, '')))
    .filter((line) => line !== '');
}

function anySpace(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function anyCase(text: string): string {
  return anySpace(text).toLowerCase();
}
