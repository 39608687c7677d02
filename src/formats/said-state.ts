/** Names of tasks, and headings above them, that seem to say how they stand, in places where no state is read. */

const STATE =
  '(?:done|completed?|finished|merged|cancell?ed|skipped|dropped|obsolete|blocked|on[ -]hold|deferred|postponed|in[ -]progress|wip)';
const SIGN = /✅|✔|☑|✓|❌|🚫|🛑|⛔|🔒|⏸|🔄|🚧|⏳|\[(?:[xX]|[^\s\]\p{L}\p{N}])\]/u;

const NAMES_STATES =
  '\\b(?:status(?:es)?|states?|events?|columns?|labels?|filters?|flags?|types?|values?|modes?|badges?|tabs?|lists?)';

const PATTERNS: readonly RegExp[] = [
  // In parentheses or brackets before it or behind it.
  new RegExp(String.raw`^[([]${STATE}\b[^()[\]]*[)\]]|[([](?:${STATE}\b[^()[\]]*|x)[)\]]\W*$`, 'iu'),
  // In capitals before it or behind a dash.
  /(?:^|\s[-–—:]\s*)(?:DONE|COMPLETED?|FINISHED|MERGED|CANCELL?ED|SKIPPED|BLOCKED|ON[ -]HOLD|DEFERRED|WIP|IN[ -]PROGRESS)\b/u,
  // Behind a comma, as a remark: `currently blocked by legal`; in a row of words it is one of them.
  new RegExp(
    String.raw`(?<![,:;]\s\p{L}{1,30})[,;]\s(?:(?:is|was|currently|already|still|now)\s)*${STATE}(?:\s*$|\s*[:(–—-]|\s(?:by|on|until|till|for|since|due|in)\b)`,
    'iu',
  ),
  // With a reason it is none of a row.
  new RegExp(
    String.raw`[,;]\s(?:(?:is|was|currently|already|still|now)\s)*${STATE}\s(?:by|until|till|since|due)\b`,
    'iu',
  ),
  // At the end, behind a dash, a bracket or a colon: `Do it - completed 2026-01-01`, `Do it (Ada-1) DONE`, `Do it: done`.
  new RegExp(
    String.raw`(?:\s[-–—]\s*|[)\]]\s+|(?<!${NAMES_STATES}):\s+)${STATE}(?:\s+(?:on\s+)?\d[\d./-]*)?\.?$`,
    'iu',
  ),
  // `Mark it as DONE` and `Raise coverage to 100%` are no states.
  /(?<!\b(?:as|to|is|are|be|at|of|or|and|with|by|than|[Ss]tatus|[Ss]tate|[Cc]overage|[Rr]each)|[=,/])\s(?:DONE|COMPLETED?|FINISHED|MERGED|CANCELL?ED|SKIPPED|BLOCKED|ON[ -]HOLD|DEFERRED|100 ?%)\.?$/u,
  // That it is not to be done.
  /^(?:DO NOT|DON['’]T) (?:RUN|START|IMPLEMENT|EXECUTE|DO|BEGIN)\b/u,
  /\b(?:do not|don['’]t) (?:run|start|implement|execute|begin)(?: (?:this|it))?(?: yet| now)?[)\].!]*$/iu,
  /^~~.*~~$/u,
];

const OF_ALL = new RegExp(
  String.raw`^(?:already )?(?:${STATE}|archived?|backlog|icebox|parking lot|paused|rejected|out[ -]of[ -]scope|not (?:in scope|now|planned|needed)|won['’]t do)(?:\s+(?:parallel\s+)?(?:groups?|tasks?|items?|work|phases?|stages?|waves?|features?|steps?))?\s*(?:$|[:(.,;–—✅-]|(?:to|until|till|for|in|on|by)\b)`,
  'iu',
);
const NOT_TO_BE =
  /\b(?:do not|don['’]t|not to be) (?:run|start(?:ed)?|implement(?:ed)?|execute[d]?|begin|begun|do|done|touch(?:ed)?)\b/iu;
const SETTLED = /[❌🚫🛑⛔🔒⏸]/u;
/** Signs that stand before headings for the look of them alone. */
const DECORATED = /^\P{L}*(?:tasks?(?: list| breakdown)?|checklist|success criteria|to-?dos?)\s*$/iu;

/** A heading above tasks that seems to say how all of them stand: `## Completed`, `## Backlog (do not run)`. */
export function saysStateOfAll(heading: string): boolean {
  const title = heading.replace(/[*_#`]/g, '').trim();
  if (OF_ALL.test(title.replace(/^[^\p{L}]+/u, '')) || NOT_TO_BE.test(title)) return true;
  return SETTLED.test(withoutLock(title)) && !DECORATED.test(title);
}

/** Before words on security it stands for the look of it: `🔒 Hash passwords`. */
export function withoutLock(text: string): string {
  return text.replace(
    /^\s*🔒(?!\P{L}*(?:locked|blocked|held|on hold|waiting)(?!\p{L})|.*[-–—:(]\s*locked)/iu,
    '',
  );
}

export function hasStateSign(text: string): boolean {
  return SIGN.test(text);
}

/** In words; signs are asked for apart. */
export function saysState(name: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(name.trim()));
}

const FIELD = new RegExp(
  String.raw`^[*_]*(?:Status|State)[*_]*[ \t]*[:：][*_ \t]*(?:\P{L}*(?:${STATE}|x)\b.*|.*${SIGN.source}.*)$`,
  'iu',
);

/** Stars and blanks of a longer line would be looked at from each of their places. */
const LONGEST_FIELD = 300;

/** `- **Status:** 🟢 Completed`, without the dash. */
export function isStateField(line: string): boolean {
  return FIELD.test(line.trim().slice(0, LONGEST_FIELD));
}
