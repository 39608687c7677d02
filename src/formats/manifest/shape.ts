/** Checks a value against its schema; what need not be right is left out instead of refusing all. */

import type { z } from 'zod';

export interface ShapeIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The value is not there at all. */
  readonly missing: boolean;
}

export interface Shaped<T> {
  /** Absent when what is wrong cannot be left out. */
  readonly value?: T;
  readonly issues: readonly ShapeIssue[];
}

/** `optional`: top-level keys of which what has not the right shape is dropped, and nothing else. */
export function readShape<T>(schema: z.ZodType<T>, value: unknown, optional: ReadonlySet<string>): Shaped<T> {
  const first = schema.safeParse(value);
  if (first.success) return { value: first.data, issues: [] };
  const issues = first.error.issues.map((issue) => ({
    path: issue.path,
    message: issue.message.replace(/^Invalid input: /, ''),
    missing: valueAt(value, issue.path) === undefined,
  }));
  if (!issues.every(({ path }) => optional.has(String(path[0])))) return { issues };
  const bad = new Map(issues.map(({ path }) => [pathText(keysOf(path)), keysOf(path)]));
  const rest = [...bad.values()].reduce(without, value);
  const second = schema.safeParse(rest);
  return second.success ? { value: second.data, issues } : { issues };
}

/** A list with something wrong in it is dropped as a whole: the places of its items have a meaning. */
function keysOf(path: readonly PropertyKey[]): readonly string[] {
  const index = path.findIndex((key) => typeof key !== 'string');
  return path.slice(0, index < 0 ? path.length : index).map(String);
}

function without(value: unknown, [key, ...deeper]: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  if (deeper.length === 0) return Object.fromEntries(entries.filter(([name]) => name !== key));
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, name === key ? without(inner, deeper) : inner]),
  );
}

/**
 * Keys that are not read and were meant as one that is: in other letters, with hyphens, as one of several or several of
 * one. All else is somebody's own, and so is what holds nothing.
 */
export function misspelt(
  value: object,
  known: readonly string[],
): readonly { readonly key: string; readonly meant: string }[] {
  const byPlain = new Map(known.map((key) => [plainKey(key), key]));
  return Object.entries(value).flatMap(([key, inner]) => {
    const meant = byPlain.get(plainKey(key));
    return known.includes(key) || meant === undefined || !isSaid(inner) ? [] : [{ key, meant }];
  });
}

/** `dependson` for `depends_on`, `dependsOn` and `Depends-On`. */
function plainKey(key: string): string {
  return key.toLowerCase().replace(/[-_ ]/g, '').replace(/s$/, '');
}

/** What plans of other kinds call what a task waits for, beside `deps`. */
const OTHER_DEPS: ReadonlySet<string> = new Set(
  ['dependency', 'dependencies', 'depends', 'depends_on', 'blocked_by', 'requires'].map(plainKey),
);

export function meansDeps(key: string): boolean {
  return OTHER_DEPS.has(plainKey(key));
}

/** What belongs into the sections of a task file. */
const WORDS: ReadonlySet<string> = new Set(
  [
    ...[
      'title',
      'description',
      'summary',
      'objective',
      'goal',
      'details',
      'instructions',
      'notes',
      'context',
    ],
    ...['scope', 'create', 'modify', 'boundary', 'requirements'],
    ...['checklist', 'criteria', 'acceptance', 'acceptance_criteria', 'success_criteria'],
  ].map(plainKey),
);

/** Keys whose words nobody is told, as long as they do not stand in the text as well. */
export function untoldWords(value: object, text: string): readonly string[] {
  const told = anyCase(text);
  return Object.entries(value).flatMap(([key, inner]) => {
    const words = WORDS.has(plainKey(key)) ? wordsIn(inner) : [];
    return words.some((each) => !told.includes(anyCase(each))) ? [key] : [];
  });
}

function wordsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsIn) : [];
}

function anyCase(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}

/** What a plan of another kind says of a task that is to be run; whatever else it says may mean that it is not. */
const OPEN =
  /^\W*(?:pending|to[ _-]?do|open|ready|new|planned|queued|draft|approved|active|not[ _-]?(?:yet[ _-]?)?(?:started|done|begun)|in[ _-]?progress|started)(?![\p{L}\p{N}])/iu;

/** Keys that say that something is not to be run, as plans of other kinds do. */
export function asideKeys(value: object): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const isAside =
      (/^(?:status|state)$/i.test(key) && typeof inner === 'string' && isSaid(inner) && !OPEN.test(inner)) ||
      (/^progress$/i.test(key) && /^100 ?%?$/.test(String(inner))) ||
      (ASIDE.test(key) && isYes(inner)) ||
      (ACTIVE.test(key) && isNo(inner));
    return isAside ? [key] : [];
  });
}

const ASIDE = /^(?:is_?)?(?:done|completed?|finished|merged|skip(?:ped)?|disabled|blocked|cancell?ed)$/i;
const ACTIVE = /^(?:is_?)?(?:enabled|active)$/i;
/** What would change how tasks are run beside each other. */
const ORDERING =
  /^(?:(?:requires?_?)?approvals?|gates?|manual|sequential|exclusive|alone|(?:max_?)?(?:parallel|concurren)\w*|conditions?|if|when|after|before)$/i;
/** As in `mode: sequential`. */
const SEQUENTIAL = /^\s*(?:sequential(?:ly)?|serial(?:ly)?)\s*$/i;
const CHECKING = /^(?:validat\w*|verif\w*|checks?|tests?|commands?)$/i;

/** Keys that are not read, and are meant to change how tasks are run: `gate`, `sequential: true`, `parallel: false`. */
export function orderingKeys(value: object): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    if (typeof inner === 'string' && SEQUENTIAL.test(inner)) return [key];
    const isUsual = /^parallel/i.test(key) ? isYes(inner) : isNo(inner) || isNone(inner);
    return ORDERING.test(key) && isSaid(inner) && !isUsual ? [key] : [];
  });
}

/** The same of what is to be checked. */
export function checkingKeys(value: object, known: readonly string[]): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    CHECKING.test(key) && !known.includes(key) && isSaid(inner) && !isNo(inner) ? [key] : [],
  );
}

const LIMIT =
  /^(?:model|(?:idle_?)?time_?out(?:_?(?:seconds|minutes|ms))?|(?:max_?)?(?:retries|retry|turns|attempts|tries|iterations)|(?:max_?)?(?:budget|cost)(?:_?usd)?)$/i;

/** Keys of a task that name its model, or how long and how often it is tried: the configuration says that. */
export function limitKeys(value: object): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]) => (LIMIT.test(key) && isSaid(inner) ? [key] : []));
}

/** Of such a key. */
export const OF_CONFIGURATION = {
  why: 'the configuration says which model does a task, and how long and how often it is tried',
  remedy:
    'Say it there: `timeout`, `retries`, or `agents` with a rule such as `{ when: { task: task-001 }, model: opus }`.',
};

function isNone(value: unknown): boolean {
  return typeof value === 'string' && /^(?:none|n\/a|always|-)$/i.test(value.trim());
}

function isYes(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(?:true|yes)$/i.test(value));
}

function isNo(value: unknown): boolean {
  return value === false || (typeof value === 'string' && /^(?:false|no)$/i.test(value));
}

export function isSaid(value: unknown): boolean {
  return (
    value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.getOwnPropertyDescriptor(at, key)?.value;
  }
  return at;
}

/** `waves[0].tasks[1].id` */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}
