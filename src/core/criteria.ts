/** How each criterion of a task stands: proven by us, judged by QA, or neither. */

import type { Review } from './attempt.ts';
import type { Task } from './plan.ts';
import type { CriterionProof, CriterionResult, Proof } from './proof.ts';

/** `review` is QA's on the very work that the proof is of. What we have run ourselves is not QA's to judge. */
export function criteriaOf(
  task: Pick<Task, 'criteria'>,
  proof: Pick<Proof, 'criteria'> | null,
  review: Review | null,
): readonly CriterionResult[] {
  const judged = review === null ? [] : judgements(review.report);
  return task.criteria.map((text, index): CriterionResult => {
    const looked = proof?.criteria.find((each) => each.text === text)?.proof;
    if (looked?.is === 'proven') return { text, proof: looked };
    const unproven: CriterionProof = looked ?? { is: 'unproven', reason: 'nothing was run for it' };
    return { text, proof: judgedAs(text, index, judged) ?? unproven };
  });
}

interface Judgement {
  /** As QA names it, in lower case and without marks. */
  readonly name: string;
  readonly met: boolean;
  readonly reason: string;
}

/** More is no table that anybody wrote for people. */
const MOST_LINES = 2000;
const LONGEST_REASON = 500;

const MET = /^(?:✅|☑️?|✔️?)?\s*(?:pass(?:ed)?|ok|met|yes|true|done)\b|^(?:✅|☑|✔)/iu;
const NOT_MET = /^(?:❌|✖️?|✗)?\s*(?:fail(?:ed)?|not met|unmet|no|false|missing)\b|^(?:❌|✖|✗)/iu;

/** From rows `| C1 | PASS | why |` and lines `- [x] the criterion: why`. A later word on one thing replaces an earlier one. */
function judgements(report: string): readonly Judgement[] {
  return report
    .split('\n')
    .slice(-MOST_LINES)
    .flatMap((line) => fromRow(line) ?? fromItem(line) ?? []);
}

function fromRow(line: string): Judgement | null {
  const trimmed = line.trim();
  if (!trimmed.startsWith('|')) return null;
  const [name = '', status = '', ...details] = trimmed
    .slice(1)
    .replace(/\|$/, '')
    .split('|')
    .map((cell) => cell.trim());
  const met = metOf(status);
  return met === null
    ? null
    : { name: plain(name), met, reason: details.join(' | ').slice(0, LONGEST_REASON) };
}

function fromItem(line: string): Judgement | null {
  const match = /^\s*[-*]\s*\[([ xX])\]\s*(.*)$/.exec(line);
  if (match === null) return null;
  const [, mark = ' ', text = ''] = match;
  return { name: plain(text), met: mark !== ' ', reason: text.slice(0, LONGEST_REASON) };
}

/** Null for a word that is neither: it judges nothing. */
function metOf(status: string): boolean | null {
  const word = status.replace(/[*_`]/g, '').trim();
  if (NOT_MET.test(word)) return false;
  return MET.test(word) ? true : null;
}

function judgedAs(text: string, index: number, judged: readonly Judgement[]): CriterionProof | null {
  const wanted = plain(text);
  const found = judged.findLast(
    ({ name }) => isNumber(name, index + 1) || (wanted !== '' && isAbout(name, wanted)),
  );
  return found === undefined ? null : { is: 'judged', met: found.met, reason: found.reason };
}

/** `c1`, `criterion 1`, or one of them before the words. */
function isNumber(name: string, number: number): boolean {
  return new RegExp(`^(?:c|criterion )${number}(?![\\p{L}\\p{N}])`, 'u').test(name);
}

function isAbout(name: string, wanted: string): boolean {
  // A longer criterion may begin with the words of this one.
  return name.startsWith(wanted) && /^\s*(?:[:;.,(–—-]|$)/.test(name.slice(wanted.length));
}

function plain(text: string): string {
  return text
    .replace(/[*_`#]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
