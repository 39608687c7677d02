/** What a group waits for: `None | Group 1 complete | Group 1 complete, can overlap with Group 2 | All previous groups complete`. */

import { saysNoDependency } from '../no-dependency.ts';
import { spelledOut } from './keys.ts';

export interface GroupDependencies {
  /** Numbers or letters of groups, as they are written. */
  readonly groups: readonly string[];
  /** Which need not be waited for. */
  readonly overlaps: readonly string[];
  /** Which it must not run beside, whichever comes first. */
  readonly apart: readonly string[];
  readonly allPrevious: boolean;
  /** Names of tasks that every task of the group waits for. */
  readonly tasks: readonly string[];
  /** Something of it says none of the above, and neither that there is nothing to wait for. */
  readonly isUnclear: boolean;
}

const NAME = String.raw`(?:\d{1,6}[a-z]?(?![.\d\p{L}])|[A-Z](?![\p{L}\p{N}]))`;
const LINK = String.raw`(?:\s*(?:,|&|\+|\/|[-–—])\s*(?:and\s+)?|\s+(?:and|or|to|through)\s+)`;
const GROUPS = new RegExp(
  String.raw`\b(?:parallel\s+)?(?:groups?|work\s?streams?)\s+#?(${NAME}(?:${LINK}(?:(?:parallel\s+)?(?:groups?|work\s?streams?)\s+)?#?${NAME})*)`,
  'giu',
);
const TASKS =
  /\btasks?\s+#?([\p{L}\d][\p{L}\d._-]*(?:\s*(?:,|&|[–—]|\band\b|\bto\b|\bthrough\b)\s*(?:tasks?\s+)?\p{L}*\d[\p{L}\d._-]*)*)/giu;
const BARE_TASKS = /(?<![\p{L}\d.])\d{1,6}(?:\.\d{1,6})+(?:\s*[-–—]\s*\d{1,6}(?:\.\d{1,6})+)?(?![\d.]*\d)/gu;
/** Among other words these are names of other things as well. */
const CODED_TASKS =
  /(?<![\p{L}\d.])(?:T|TASK[-_])\d{1,6}(?:\s*[-–—]\s*(?:T|TASK[-_])?\d{1,6})?(?![\p{L}\d.]*\d)/gu;
const RANGE = /^(\d{1,6})\s*(?:[-–—]|\bto\b|\bthrough\b)\s*(\d{1,6})$/i;
/** A longer one is taken for its ends. */
const LONGEST_RANGE = 100;
const NOTHING = /^(?:none|nothing|no dependenc(?:y|ies)|n\/?a|[-–—])?\.?$/i;
const ALL =
  /\b(?:all|every|each)\b.*\b(?:previous|prior|earlier|preceding|other|above)\b|\b(?:previous|preceding|prior)\s+groups?\b/i;
const LONGEST = 1000;

const CAN = 'can|may|could|must|should';
const CAN_BE = new RegExp(String.raw`\b(?:${CAN})\b`, 'i');
const IS_DONE = String.raw`(?:(?:must be|is|are)\s+)?(?:completed?|done|finished|merged)`;
/** `Group 1, Group 2 must be done`: each with words of its own. */
const GROUP_WITH_STATE = String.raw`(?:and\s+)?(?:groups?|work\s?streams?)\s+\S+\s+${IS_DONE}\b`;
const BEHIND_COMMA = String.raw`(?:and\s+|but\s+|or\s+)?(?:${CAN}|will|is|are|not|no|cannot|can't|does|doesn't|requires?|needs?|after|once|when|waits?|depends?|overlaps?|in parallel|parallel|runs?|concurrent|alongside|all|every|except|but|task)\b`;
const BEHIND_AND = String.raw`(?:${CAN}|cannot|can't|requires?|needs?|after|waits?|depends?|overlaps?|runs?|does|not)\b`;
const ANYWHERE = String.raw`(?:after|requires?|requiring|(?<!\bat\s)once|when|as soon as|except|excluding|but not|other than|apart from)\b`;
/** Where another thing is said: a list of groups goes on behind its commas. */
const BREAK = new RegExp(
  [
    '[;()]',
    String.raw`\.(?=\s|$)`,
    String.raw`\s[-–—]\s(?!\d|groups?\b)`,
    String.raw`,\s*(?=${GROUP_WITH_STATE})`,
    String.raw`,\s*(?=${BEHIND_COMMA})`,
    String.raw`\s+(?:and|but)\s+(?=${BEHIND_AND})`,
    String.raw`\s+(?=${ANYWHERE})`,
  ].join('|'),
  'i',
);
const NEGATED = /\b(?:not|cannot|never|no|without|nor|neither|n't)\b|n['’]t\b/i;
const BESIDE =
  /\b(?:overlap(?:s|ping)?|parallel(?!\s+(?:groups?\b|\d))|alongside|concurrent(?:ly)?|simultaneous(?:ly)?|beside|at the same time|independent(?:ly)?|regardless)\b|\b(?:can|may|could)\s+(?:start|begin|run)\b.*\bbefore\b/i;
/** Words that say when it runs, but not whether it waits: `None (starts with Group 1)`, `same time as Group 2`. */
const WITH = /\b(?:with|same time as)\s+(?:the\s+)?(?:parallel\s+)?(?:groups?|work\s?streams?)\s/i;
/** `Group 1 and Group 2 in parallel`: with each other, or this one with both? */
const AT_ONCE = /\b(?:in parallel|concurrently|simultaneously|at the same time)\W*$/i;
const EXCEPT = /^(?:except|excluding|but not|other than|apart from)\b/i;
/** It is others that wait for this one. */
const BEFORE = /\b(?:before|blocks|blocking|precedes)\b/i;

type Kind = 'needs' | 'beside' | 'apart' | 'unclear';

export function readGroupDependencies(value: string): GroupDependencies {
  const text = withoutReasons(
    value
      .slice(0, LONGEST)
      .replace(/[`*]/g, '')
      .replace(/[，、]/g, ', ')
      .replace(/；/g, '; '),
  );
  const found: Record<Kind, string[]> = { needs: [], beside: [], apart: [], unclear: [] };
  const tasks = new Set<string>();
  let allPrevious = false;
  let saysNothing = false;
  let unclear = 0;
  const clauses = text.split(BREAK).map((clause) => clause?.trim() ?? '');
  for (const clause of clauses) {
    const groups = groupsIn(clause);
    const kind = kindOf(clause, saysNothing);
    const own = kind === 'needs' ? tasksIn(clause) : [];
    if (NOTHING.test(clause)) saysNothing ||= clause !== '' || clauses.length === 1;
    else if (isFree(clause, groups)) saysNothing = true;
    else if (isMute(clause) && ADDS.test(clause)) unclear += 1;
    found[kind].push(...groups);
    for (const task of own) tasks.add(task);
    allPrevious ||= kind === 'needs' && ALL.test(clause);
  }
  const { needs, beside: overlaps, apart } = found;
  const isMissing = found.unclear.length > 0 || unclear > 0;
  // Who says nothing but what it may run beside does not say that the other groups before need not be there.
  if (overlaps.length + apart.length > 0 && needs.length + tasks.size === 0 && !saysNothing)
    allPrevious = true;
  const says = needs.length + tasks.size + overlaps.length + apart.length > 0 || allPrevious || saysNothing;
  const isUnclear = !says || isMissing;
  return {
    groups: unique(needs),
    overlaps: unique(overlaps),
    apart: unique(apart),
    allPrevious,
    tasks: [...tasks],
    isUnclear,
  };
}

/** Behind what is waited for parentheses say why, unless they name something: `Group 2 complete (needs the server)`. */
function withoutReasons(text: string): string {
  return text.replace(/(?<=[\p{L}\d]\s{0,9})\(([^()]*)\)/gu, (said, reason: string, at: number) => {
    const before = text.slice(0, at).split(BREAK).at(-1)?.trim() ?? '';
    const isBehindNone = NOTHING.test(before) || saysNoDependency(before);
    return reason.split(BREAK).every((clause) => isReason(clause?.trim() ?? '', isBehindNone)) ? ' ' : said;
  });
}

/** `AUTH-2`, of a project's own making. */
const OWN_ID = /(?<![\p{L}\d-])[A-Z][A-Z0-9]{0,9}-\d/u;

/** Behind words for nothing it is no reason but what is waited for all the same: `None (needs the login)`. */
function isReason(clause: string, isBehindNone: boolean): boolean {
  const wants = ADDS.test(clause) && !/\bnothing\b|^as soon as possible/i.test(clause);
  return isMute(clause) && !(wants && (isBehindNone || OWN_ID.test(clause)));
}

/** It says that there is nothing to wait for. */
function isFree(clause: string, groups: readonly string[]): boolean {
  return saysNoDependency(groups.length === 0 ? clause.replace(/\d/g, '') : clause);
}

/** Such a clause wants something: if it cannot be told what, that is no mere remark. */
const ADDS = /^(?:and\s+)?(?:requires?|needs?|waits? for|depends? on|after|once|as soon as)\b/i;

function isMute(clause: string): boolean {
  return groupsIn(clause).length + tasksIn(clause).length === 0 && !ALL.test(clause) && !NOTHING.test(clause);
}

/** Behind words for nothing: `None except Group 1`. */
function kindOf(clause: string, isBehindNone = false): Kind {
  const isNegated = NEGATED.test(clause);
  if (EXCEPT.test(clause)) return isBehindNone ? 'needs' : 'beside';
  if (BESIDE.test(clause)) return isNegated ? 'apart' : saysAmongWhom(clause) ? 'beside' : 'unclear';
  if (BEFORE.test(clause)) return isNegated ? 'needs' : 'unclear';
  if (WITH.test(clause)) return 'unclear';
  return isNegated && !/\b(?:until|unless)\b/i.test(clause) ? 'beside' : 'needs';
}

/** Several groups before such words may be so among themselves, unless it is said what this one can. */
function saysAmongWhom(clause: string): boolean {
  if (!AT_ONCE.test(clause) || CAN_BE.test(clause)) return true;
  return groupsIn(clause).length < 2;
}

/** A small letter alone is a word, as in `Group 1 and a review`. */
function groupsIn(text: string): readonly string[] {
  return [...text.matchAll(GROUPS)].flatMap(([, list = '']) =>
    list
      .replace(/\b(?:parallel\s+)?(?:groups?|work\s?streams?)\s+/gi, '')
      .split(/\s*[,&+/]\s*|\s+(?:and|or)\s+|(?<=,\s*)and\s+/i)
      .flatMap((name) => rangeOf(name.replace(/^(?:and\s+)?#?/i, '').trim()))
      .filter((name) => name !== '' && !/^[a-z]$/.test(name)),
  );
}

function rangeOf(name: string): readonly string[] {
  const [, from = '', to = ''] = RANGE.exec(name) ?? [];
  if (from === '') return name.split(/\s*[-–—]\s*|\s+(?:to|through)\s+/);
  const count = Number(to) - Number(from) + 1;
  if (count < 1 || count > LONGEST_RANGE) return [from, to];
  return Array.from({ length: count }, (_, index) => String(Number(from) + index));
}

function tasksIn(text: string): readonly string[] {
  const named = [...text.matchAll(TASKS)].flatMap(([, list = '']) =>
    list.split(/\s*(?:,|&|\band\b)\s*/i).map((name) => name.replace(/^tasks?\s+/i, '').trim()),
  );
  const coded = isPlainDependency(text) ? (text.match(CODED_TASKS) ?? []) : [];
  return [...named, ...(text.match(BARE_TASKS) ?? []), ...coded]
    .filter((name) => /\d/.test(name))
    .flatMap((name) => spelledOut(name.replace(/\.$/, '')));
}

/** Entries of such a list that name neither a group nor a task, as `G2` does in `Group 1, G2`, without the words for a state. */
export function unreadEntries(value: string): readonly string[] {
  const text = value
    .slice(0, LONGEST)
    .replace(/[`*]/g, '')
    .replace(/\([^()]*\)/g, ' ');
  return text.split(BREAK).flatMap((clause = '') => {
    const known = [GROUPS, TASKS, BARE_TASKS, ...(isPlainDependency(clause) ? [CODED_TASKS] : [])];
    const marked = known.reduce((rest, names) => rest.replace(names, READ), clause);
    return marked.split(/[,;&+/]|\band\b/i).flatMap((entry) => {
      const name = entry.replace(STATE, '').trim();
      return name === '' || entry.includes(READ) ? [] : [name];
    });
  });
}

const READ = '\u0001';
const STATE = new RegExp(String.raw`\s${IS_DONE}\.?\s*$`, 'i');

/** The words that say what is waited for; what is left is a remark. */
const WORDS =
  /\b(?:none|nothing|n\/?a|no|dependenc(?:y|ies)|all|every|each|previous|prior|earlier|preceding|other|above|parallel|groups?|tasks?|work\s?streams?|completed?|completion|done|finished|merged|is|are|must|be|and|or|but|can|cannot|may|could|not|overlaps?|overlapping|with|in|run|runs|start|begin|before|alongside|after|once|when|requires?|needs?|waits?|depends?|on|for|of|to|until|except|does|the)\b/gi;

/** It says what is waited for, and no more. */
export function isPlainDependency(value: string): boolean {
  const rest = [GROUPS, TASKS, BARE_TASKS, CODED_TASKS, WORDS].reduce(
    (text, known) => text.replace(known, ' '),
    value,
  );
  return !/[\p{L}\d]/u.test(rest);
}

const WITHOUT_COLON =
  /^[\s*_]*(?:depends? (?:up)?on|blocked by|waits? for|(?:starts? |runs? )?after|requires)\b[*_]*\s+(?=\S)(.*)$/i;

/** What a line says is waited for, as in `Depends on Group 1`; null if it says anything else. */
export function waitsWithoutColon(line: string): string | null {
  const value = WITHOUT_COLON.exec(line)?.[1]?.trim() ?? '';
  const { groups, tasks, allPrevious } = readGroupDependencies(value);
  return (groups.length + tasks.length > 0 || allPrevious) && isPlainDependency(value) ? value : null;
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
