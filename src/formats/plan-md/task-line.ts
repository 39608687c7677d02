/** One line that names a task: `[ ] Task 1.1: text (Agent: Name, Est: Time) ✅ 1h 32min`. */

import { estimateSeconds } from '../estimate.ts';
import { type Mark, splitMarks } from './marks.ts';

export interface TaskLine {
  /** Null without a box. */
  readonly checked: boolean | null;
  readonly id?: string;
  readonly title: string;
  /** It says `Task`, has an id, a box, or somebody who does it. */
  readonly isTask: boolean;
  readonly assignment: Assignment;
  readonly marks: readonly Mark[];
}

/** What the parentheses behind a task say. */
export interface Assignment {
  readonly agents: readonly string[];
  readonly estimateSeconds?: number;
  /** Meant as a time, and none. */
  readonly unclear?: string;
  /** Names of tasks. */
  readonly dependsOn: readonly string[];
  readonly branch?: string;
}

export const NO_ASSIGNMENT: Assignment = { agents: [], dependsOn: [] };

const BOX = /^\[([ xX])\](?:\s+|$)/;
const ID = String.raw`[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}`;
/** With the word `Task` anything may be the id, without it only what looks like one; groups may have letters. */
const WITH_WORD = new RegExp(String.raw`^task\s*(?:#\s*)?(${ID})?\s*(?::|\s[-–—]\s)\s*`, 'iu');
const PLAIN =
  /^((?:\d{1,6}|[A-Z])(?:\.\d{1,6}){1,3}[a-z]?|(?:T|TASK)[-_]?\d{1,6}(?:\.\d{1,6})*[a-z]?)\s*(?::|\s[-–—]\s)\s*/iu;
const LONGEST = 5000;

export function readTaskLine(source: string): TaskLine {
  const joined = source.slice(0, LONGEST).replace(/\s+/g, ' ').trim();
  const box = BOX.exec(joined);
  const { text, marks } = splitMarks(plain(box === null ? joined : joined.slice(box[0].length)));
  const name = WITH_WORD.exec(text) ?? PLAIN.exec(text);
  const { title, assignment } = splitAssignment(name === null ? text : text.slice(name[0].length));
  const id = name?.[1];
  return {
    checked: box === null ? null : box[1] !== ' ',
    ...(id === undefined ? {} : { id }),
    title,
    isTask: box !== null || name !== null || assignment.agents.length > 0,
    assignment,
    marks,
  };
}

const CODED_ID = /^((?:task\s+)?)`([^`\s]{1,80})`(?=\s*:|\s+[-–—]\s)/i;

/** Without the stars of bold text, the strokes of text that is crossed out, and the marks of code around an id. */
function plain(text: string): string {
  return text
    .replace(/\*\*|~~/g, '')
    .trim()
    .replace(CODED_ID, '$1$2');
}

/** The last parentheses, if all that is in them is an assignment. */
function splitAssignment(text: string): { readonly title: string; readonly assignment: Assignment } {
  const open = text.endsWith(')') ? text.lastIndexOf('(') : -1;
  const assignment = open < 0 ? null : readAssignment(text.slice(open + 1, -1));
  if (assignment === null) return { title: text.trim(), assignment: NO_ASSIGNMENT };
  return { title: text.slice(0, open).trim(), assignment };
}

const KEY =
  /^(agents?|assigned to|assignee|owner|est\.?|estimated?|estimated? time|effort|time|duration|depends on|dependencies|deps|after|branch)\s*:\s*(.*)$/i;
const AFTER = /^(?:depends on|after)\s+(?=\S*\d)(.*)$/i;
const BARE_AGENT = /^@?\p{L}[\p{L}\p{N}._/:-]{0,79}$/u;

/** Null when it is no assignment but a part of the text. */
export function readAssignment(text: string): Assignment | null {
  const read: { -readonly [K in keyof Assignment]: Assignment[K] } = { agents: [], dependsOn: [] };
  let key = '';
  for (const piece of text.split(/[,;]/)) {
    const part = piece.trim();
    const [, named, value = ''] = KEY.exec(part) ?? [];
    const after = AFTER.exec(part)?.[1];
    key = named === undefined ? keyOfBare(part, key) : keyOf(named);
    if (!take(read, after === undefined ? key : 'after', after ?? (named === undefined ? part : value)))
      return null;
    if (after !== undefined) key = 'after';
  }
  return read;
}

function keyOf(name: string): string {
  if (/^(?:agent|assign|owner)/i.test(name)) return 'agent';
  if (/^(?:dep|after)/i.test(name)) return 'after';
  return /^branch/i.test(name) ? 'branch' : 'time';
}

/** Behind a list of tasks or agents stands another one of them. */
function keyOfBare(part: string, before: string): string {
  if (estimateSeconds(part) !== null) return 'time';
  if (before === 'after' && /\d/.test(part)) return 'after';
  if (/^[~≈]?\d/.test(part)) return 'time';
  return before === 'agent' ? 'agent' : '';
}

/** False when the piece cannot belong to an assignment. */
function take(
  read: { -readonly [K in keyof Assignment]: Assignment[K] },
  key: string,
  value: string,
): boolean {
  switch (key) {
    case 'time': {
      const seconds = estimateSeconds(value);
      if (seconds === null) read.unclear = value;
      else read.estimateSeconds = seconds;
      return true;
    }
    case 'after':
      read.dependsOn = [...read.dependsOn, ...taskNamesIn(value)];
      return true;
    case 'branch':
      read.branch = value.replaceAll('`', '').trim();
      return true;
    case 'agent':
      read.agents = [...read.agents, ...agentNamesIn(value)];
      return true;
    default: {
      const names = value.split(/\s*[&+]\s*|\s+and\s+/);
      if (!names.every((name) => BARE_AGENT.test(name))) return false;
      read.agents = [...read.agents, ...agentNamesIn(value)];
      return true;
    }
  }
}

const NOBODY = /^(?:none|nobody|n\/?a|tbd|tba|unassigned|any|-|–|—)?$/i;

/** `Builder-1, Builder-2`, `@Ada & Bob`; none for a word that means nobody. */
export function agentNamesIn(text: string): readonly string[] {
  return text
    .split(/\s*[,;&+]\s*|\s+and\s+/i)
    .map((name) => name.replace(/[`*@]/g, '').trim().slice(0, 100))
    .filter((name) => !NOBODY.test(name));
}

/** `T2, T3`, `Task 1.1 and 1.2`, `-`; the word for none gives none. */
export function taskNamesIn(text: string): readonly string[] {
  return text
    .split(/\s*[,;&+]\s*|\s+and\s+/i)
    .map((name) =>
      name
        .replace(/[`*[\]]/g, '')
        .replace(/^\(?\s*tasks?\s+#?/i, '')
        .replace(/\s*(?:\(?(?:complete[d]?|done|finished)\)?)?\s*$/i, '')
        .trim(),
    )
    .filter((name) => name !== '' && !NOBODY.test(name));
}
