/** One line that names a task: `[ ] Task 1.1: text (Agent: Name, Est: Time) ✅ 1h 32min`. */

import { type Assignment, NO_ASSIGNMENT, readAssignment } from './assignment.ts';
import { type Mark, marksOf, splitMarks } from './marks.ts';
import { sureNames } from './said-lines.ts';
import { standsInText } from './standing.ts';

export interface TaskLine {
  /** Null without a box. */
  readonly checked: boolean | null;
  /** What stands in the box and says neither yes nor no: `!`. */
  readonly oddBox?: string;
  readonly id?: string;
  readonly title: string;
  /** It says `Task`, has an id, a box, or somebody who does it. */
  readonly isTask: boolean;
  /** It is crossed out, or its box is: nobody is to do it. */
  readonly isDropped: boolean;
  readonly assignment: Assignment;
  readonly marks: readonly Mark[];
}

const BOX = /^\[ ?([ xX~/><!?*✓✔✅-]?) ?\](?:\s+|$)/;
const TICKED = /[xX✓✔✅]/;
const BEGUN = /[~/]/;
const ODD = /[><!?*]/;
const ID = String.raw`[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}`;
const DOTTED = String.raw`(?:\d{1,6}[a-z]?|[A-Z])(?:\.\d{1,6}){1,3}[a-z]?`;
const END = String.raw`\s*(?:[:：]|[.)](?=\s)|\s[-–—]\s)\s*`;
/** With the word `Task` anything may be the id, without it only what looks like one; groups may have letters. */
const WITH_WORD = new RegExp(String.raw`^task(?!s\s*[:：])\s*(?:#\s*)?(${ID}?)?${END}`, 'iu');
const CODE = String.raw`(?:T|TASK)[-_]?\d{1,6}(?:\.\d{1,6})*[a-z]?`;
const PLAIN = new RegExp(`^(${DOTTED}|${CODE})${END}`, 'iu');
/** Without a colon shorter ones are names of other things: `T5 model`. */
const BARE_CODE = String.raw`T\d{3,6}|TASK[-_]?\d{1,6}`;
/** Without a colon it may be an amount as well. */
const BARE = new RegExp(
  String.raw`^(?:(?:task\s+#?)?(${DOTTED})|(${BARE_CODE})(?!\s+(?:and|or|to|through|is|are|was|were|has|have|must|should|can|with)\b))\s+(?!(?:[smhdwx]|secs?|mins?|hours?|hrs?|days?|weeks?|months?|years?|percent|times?|[kmgt]i?b|million|thousand|points?)\b|[%+*/=<>-])(?=\S)`,
  'iu',
);
/** Of a project's own making: `CORE-001: text`, `US-003 text`. Without the noughts they may be tickets of several tasks, or standards: `SHA-256`. */
const OWN = /^([A-Z][A-Z0-9]{0,9}-0\d{1,5})(?:\s*[:：]|\s[-–—]\s|(?<=-\d{3,6})\s)\s*(?=\S)/u;
const LONGEST = 5000;

export function readTaskLine(source: string): TaskLine {
  const joined = narrow(source.slice(0, LONGEST)).replace(/\s+/g, ' ').trim();
  const box = BOX.exec(joined);
  const written = box === null ? joined : joined.slice(box[0].length);
  const { text, marks } = splitMarks(plain(written).replace(ENCLOSED_ID, '$1$2$3'), isAssigned);
  const before = stateBefore(text);
  const split = splitAssignment(before.text);
  const isSure = box !== null || split.assignment !== NO_ASSIGNMENT || /^task\b/i.test(text);
  const name =
    WITH_WORD.exec(split.title) ??
    PLAIN.exec(split.title) ??
    (isSure ? (BARE.exec(split.title) ?? OWN.exec(split.title)) : null);
  const { assignment } = split;
  const rest = stateBefore(name === null ? split.title : split.title.slice(name[0].length));
  const waits = dependsBehind(rest.text);
  const behind = stateBehind(waits.text);
  const sign = box?.[1] ?? '';
  const ofBox = BEGUN.test(sign) ? 'In progress' : undefined;
  const states = [ofBox, before.state, rest.state, behind.state, assignment.state].flatMap((each) =>
    marksOf(each ?? ''),
  );
  const id = name?.[1] ?? name?.[2];
  const checked = box === null ? null : TICKED.test(sign);
  return {
    checked,
    ...(ODD.test(sign) ? { oddBox: sign } : {}),
    ...(id === undefined ? {} : { id }),
    title: behind.text,
    isTask: box !== null || name !== null || assignment.agents.length > 0,
    isDropped: checked !== true && marks.length === 0 && (sign === '-' || isCrossedOut(written)),
    assignment:
      waits.names.length === 0
        ? assignment
        : { ...assignment, dependsOn: [...assignment.dependsOn, ...waits.names] },
    marks: [...states, ...marks],
  };
}

/** Parentheses of full width, as Chinese and Japanese texts have them, with the commas and colons in them. */
function narrow(text: string): string {
  return text.replace(/（([^（）]*)）/g, (_, inner: string) => {
    const own = inner
      .replace(/[，、]/g, ', ')
      .replace(/；/g, '; ')
      .replace(/：/g, ': ');
    return ` (${own})`;
  });
}

const LOUD = '(?:BLOCKED|ON[ -]HOLD|PAUSED|DEFERRED|POSTPONED|CANCELL?ED|SKIPPED|IN[ -]PROGRESS|WIP)';
const LOUD_FIRST = new RegExp(
  String.raw`^(?:[[(](${LOUD}\b[^\])]*)[\])]|(${LOUD})\s*(?::|\s[–—-]\s))\s*(?=\S)`,
);
const LOUD_LAST = new RegExp(String.raw`\s+(?:[[(](${LOUD}\b[^\])]*)[\])]|[–—-]\s+(${LOUD}\b.*))$`);

const BRACKETED_FIRST = /^\[([^[\]]+)\]\s*(?=\S)/;
const BRACKETED_LAST = /\s\[([^[\]]+)\]$/;
const LABELLED = /\s[–—|;-]\s*(?:Status|State)\s*:\s*(\S.*)$/i;

interface WithState {
  readonly text: string;
  readonly state?: string;
}

/** What is written before a text in capitals or brackets: `BLOCKED: Do it`, `[on hold] Do it`. */
function stateBefore(text: string): WithState {
  return stateIn(text, BRACKETED_FIRST) ?? loud(text, LOUD_FIRST) ?? { text };
}

/** The same behind it, or behind a label: `Do it - ON HOLD: legal`, `Do it — Status: blocked`. */
function stateBehind(text: string): WithState {
  return stateIn(text, BRACKETED_LAST) ?? stateIn(text, LABELLED) ?? loud(text, LOUD_LAST) ?? { text };
}

function stateIn(text: string, pattern: RegExp): WithState | null {
  const state = pattern.exec(text)?.[1] ?? '';
  return standsInText(state) === null ? null : { text: text.replace(pattern, ''), state };
}

function loud(text: string, pattern: RegExp): WithState | null {
  const found = pattern.exec(text);
  return found === null ? null : { text: text.replace(pattern, ''), state: found[1] ?? found[2] ?? '' };
}

const DEPENDS_LAST =
  /(?:\s*[,;|–—]|\.(?=\s)|\s-|\s[*_]{0,2}[([])\s*(?:depend(?:s|ing|ent)? (?:up)?on|blocked by|waits? for|after|requires|needs)\s*:?\s+([^,;|–—()[\]][^|–—()[\]]*)[)\]]?[*_]{0,2}\.?$/iu;

/** What is written behind a text that names tasks, and nothing else that it could be: `Do it, depends on 1.1`. */
function dependsBehind(text: string): { readonly text: string; readonly names: readonly string[] } {
  const found = DEPENDS_LAST.exec(text);
  const names = found === null ? null : sureNames(found[1] ?? '');
  return found === null || names === null
    ? { text, names: [] }
    : { text: text.slice(0, found.index).trim(), names };
}

/** All but what stands in parentheses behind it. */
function isCrossedOut(text: string): boolean {
  const rest = /^~~(?!~).+?~~(?!~)(.*)$/.exec(text)?.[1];
  return rest !== undefined && splitAssignment(rest.trim()).title === '';
}

/** `[1.2] Do it`, `(1.2) Do it`, `#1.2 Do it`. */
const ENCLOSED_ID = new RegExp(String.raw`^(?:\[(${DOTTED})\]|\((${DOTTED})\)|#(${DOTTED}))(?=[\s:])`, 'iu');
const CODED_ID = /^((?:task\s+)?)`([^`\s]{1,80})`(?=\s*[:：]|\s+[-–—]\s)/i;

/** Without the stars of bold text, the strokes of text that is crossed out, and the marks of code around an id. */
function plain(text: string): string {
  return withoutBold(text).replace(/~~/g, '').trim().replace(CODED_ID, '$1$2');
}

const BOLD = /(?<![^\s([{_~"'])\*\*(?=[^\s*/])([^*]+(?:\*[^*]+)*?)(?<=[^\s*/])\*\*(?![\p{L}\p{N}/*])/gu;

/** Stars of a path such as `src/**` are left. */
export function withoutBold(text: string): string {
  return text.replace(BOLD, '$1');
}

/** Behind it can stand nothing but marks. */
function isAssigned(text: string): boolean {
  const { assignment } = splitAssignment(text);
  return /[)\]]$/.test(text) && assignment !== NO_ASSIGNMENT;
}

interface Split {
  readonly title: string;
  readonly assignment: Assignment;
}

const COMMENT = /\s*<!--(?:(?!-->).)*-->$/;
/** More of them one behind the other are text. */
const MOST = 4;

/** The parentheses at the end, if they are an assignment; else the last ones that name an agent. */
function splitAssignment(text: string): Split {
  let rest = text.trim();
  let assignment = NO_ASSIGNMENT;
  for (let count = 0; count < MOST; count += 1) {
    const bare = rest.replace(COMMENT, '');
    const last = spansIn(bare).at(-1);
    const read = last === undefined || last.end !== bare.length ? null : readSpan(bare, last);
    if (last === undefined || read === null) break;
    assignment = joined(read, assignment);
    rest = bare.slice(0, last.start).trim();
  }
  if (assignment !== NO_ASSIGNMENT) return { title: rest, assignment };
  for (const span of spansIn(rest).toReversed()) {
    const read = readSpan(rest, span);
    if (read === null || read.agents.length === 0) continue;
    const behind = rest.slice(span.end);
    const state = /^[\s–—:-]*(.*)$/s.exec(behind)?.[1] ?? '';
    if (standsInText(state) !== null)
      return { title: rest.slice(0, span.start).trim(), assignment: { ...read, state } };
    return { title: rest.slice(0, span.start).trim() + behind, assignment: read };
  }
  return { title: rest, assignment };
}

interface Span {
  readonly start: number;
  /** Behind the closing one. */
  readonly end: number;
}

function readSpan(text: string, { start, end }: Span): Assignment | null {
  const isIndex = text[start] === '[' && /\S/.test(text[start - 1] ?? ' ');
  if (isIndex) return null;
  return readAssignment(text.slice(start + 1, end - 1));
}

/** The pairs of parentheses, or of square ones, that stand in no other; in the text's order. */
function spansIn(text: string): readonly Span[] {
  const spans: Span[] = [];
  const open: number[] = [];
  for (const { 0: sign, index } of text.matchAll(/[()[\]]/g)) {
    if (sign === '(' || sign === '[') {
      open.push(index);
      continue;
    }
    const start = open.pop();
    if (start === undefined) continue;
    while ((spans.at(-1)?.start ?? -1) > start) spans.pop();
    spans.push({ start, end: index + 1 });
  }
  return spans;
}

function joined(first: Assignment, second: Assignment): Assignment {
  if (second === NO_ASSIGNMENT) return first;
  const reviewers = [...(first.reviewers ?? []), ...(second.reviewers ?? [])];
  const remarks = [...(first.remarks ?? []), ...(second.remarks ?? [])];
  const notes = [...(first.notes ?? []), ...(second.notes ?? [])];
  return {
    ...first,
    ...second,
    agents: [...first.agents, ...second.agents],
    dependsOn: [...first.dependsOn, ...second.dependsOn],
    ...(reviewers.length === 0 ? {} : { reviewers }),
    ...(remarks.length === 0 ? {} : { remarks }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}
