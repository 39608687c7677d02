/** What a group waits for: `None | Group 1 complete | Group 1 complete, can overlap with Group 2 | All previous groups complete`. */

export interface GroupDependencies {
  /** Numbers or letters of groups, as they are written. */
  readonly groups: readonly string[];
  readonly overlaps: readonly string[];
  readonly allPrevious: boolean;
  /** Names of tasks that every task of the group waits for. */
  readonly tasks: readonly string[];
  /** Nothing of the above is said, and neither that there is nothing to wait for. */
  readonly isUnclear: boolean;
}

const OVERLAP =
  /\b(?:can|may|could)?\s*(?:overlaps?|run|be run|start|execute)?\s*(?:(?:in )?parallel (?:with|to)|in parallel|overlaps?|alongside|concurrently|beside|at the same time)\s*(?:with|as|to)?\s*/i;
const NAMED =
  /\b(?:parallel\s+)?(?:groups?|work\s?streams?)\s+#?((?:\d{1,6}|[A-Z]\b)(?:\s*(?:,|&|\+|\band\b|\bor\b|,\s*and\b|[-–—]|\bto\b|\bthrough\b)\s*(?:groups?\s+|work\s?streams?\s+)?(?:\d{1,6}|[A-Z]\b)(?![.\d]))*)/gi;
const RANGE = /(\d{1,6})\s*(?:[-–—]|\bto\b|\bthrough\b)\s*(?:(?:groups?|work\s?streams?)\s+)?(\d{1,6})/gi;
/** A longer one is taken for its ends. */
const LONGEST_RANGE = 100;
const TASKS =
  /\btasks?\s+#?([\p{L}\d][\p{L}\d._-]*(?:\s*(?:,|&|\band\b)\s*(?:tasks?\s+)?[\p{L}]*\d[\d._-]*)*)/giu;
const BARE_TASKS = /\b\d{1,6}(?:\.\d{1,6})+\b/g;
const NOTHING =
  /^\s*(?:(?:none|nothing|no dependenc(?:y|ies)|n\/?a)\b\s*(?:[-–—,;:(.].*)?|[-–—]?\s*(?:\(.*\))?\.?\s*)$/i;
const ALL = /\ball\s+(?:of\s+the\s+)?(?:previous|prior|earlier|preceding|other)\b/i;
const LONGEST = 1000;

export function readGroupDependencies(value: string): GroupDependencies {
  const text = value.slice(0, LONGEST).replace(/[`*]/g, '');
  const overlap = OVERLAP.exec(text);
  const needs = overlap === null ? text : text.slice(0, overlap.index);
  const beside = overlap === null ? '' : text.slice(overlap.index + overlap[0].length);
  const groups = groupsIn(needs);
  // Who says nothing but what it may run beside does not say that the other groups before need not be there.
  const allPrevious = ALL.test(needs) || (beside !== '' && needs.trim() === '');
  const tasks = [...new Set([...namesIn(needs, TASKS), ...(needs.match(BARE_TASKS) ?? [])])];
  const overlaps = groupsIn(beside);
  const says = groups.length + tasks.length + overlaps.length > 0 || allPrevious || NOTHING.test(needs);
  return { groups, overlaps, allPrevious, tasks, isUnclear: !says };
}

/** A small letter alone is a word, as in `Group 1 and a review`. */
function groupsIn(text: string): readonly string[] {
  return namesIn(text, NAMED).filter((name) => !/^[a-z]$/.test(name));
}

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].flatMap(([, list = '']) =>
    list
      .replace(RANGE, (_, from: string, to: string) => spelledOut(Number(from), Number(to)))
      .split(/\s*(?:,|&|\+|\band\b|\bor\b|[-–—]|\bto\b|\bthrough\b)\s*/i)
      .map((name) => name.replace(/^(?:groups?|work\s?streams?|tasks?)\s+/i, '').trim())
      .filter((name) => name !== ''),
  );
}

function spelledOut(from: number, to: number): string {
  if (to < from || to - from > LONGEST_RANGE) return `${from},${to}`;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index).join();
}
