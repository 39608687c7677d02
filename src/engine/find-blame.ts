/**
 * Whose fault a red merge test is, when green work lay between proven ground and the merge that was tested: the
 * merge's alone, or that of the smallest pair. Each trial is a merge and a test, one after another.
 */

import type { Commit } from '../core/attempt.ts';
import type { Found } from '../core/blame.ts';
import type { Branch } from '../core/branch.ts';
import type { TestResult } from '../core/event.ts';
import type { OpenIntent } from '../core/run-state.ts';
import { mergeBranch } from './merge-branch.ts';
import { mergeOf } from './merge-of.ts';
import type { Performing } from './parts.ts';
import { testMerge } from './test-merge.ts';

type Starting = Extract<OpenIntent, { type: 'blame.starting' }>;

/** Null when it was given up: the run stops, or nobody waits for the answer any more. */
export async function findBlame(intent: Starting, performing: Performing): Promise<Found | null> {
  const trials = new Trials(intent, performing);
  const alone = await trials.merged([], 'alone');
  if (alone === null) return null;
  if (isRed(alone)) return { is: 'alone', result: alone };
  const first = await trials.firstRed();
  if (first === null) return null;
  // Where no trial was red there is only the first test; one that fails now and then must blame nobody.
  const result = first.result ?? (await trials.test(intent.commit, 'again'));
  if (result === null) return null;
  const partner = intent.before[first.at];
  if (result.passed || partner === undefined) return { is: 'passed' };
  if (first.at === 0) return { is: 'together', with: partner.task, more: false, result };
  const pair = await trials.merged([partner], `with-${partner.task}`);
  if (pair === null) return null;
  return isRed(pair)
    ? { is: 'together', with: partner.task, more: false, result: pair }
    : { is: 'together', with: partner.task, more: true, result };
}

interface FirstRed {
  /** With `before` up to this one it is red, and green without this one. */
  readonly at: number;
  /** Null when that is all of `before`. */
  readonly result: TestResult | null;
}

/** `unmergeable` says nothing of the work; null when the search was given up. */
type Trial = TestResult | 'unmergeable' | null;

class Trials {
  readonly #intent: Starting;
  readonly #performing: Performing;

  constructor(intent: Starting, performing: Performing) {
    this.#intent = intent;
    this.#performing = performing;
  }

  /** The merge on top of these of the others, and no more. */
  async merged(others: readonly Branch[], name: string): Promise<Trial> {
    const { state } = this.#performing;
    let onto = this.#intent.ground;
    for (const branch of [...others, this.#intent]) {
      const merged = await mergeBranch(mergeOf(state, { ...branch, onto }), this.#performing);
      if (merged === null) return null;
      if (merged.is !== 'clean') return 'unmergeable';
      onto = merged.commit;
    }
    return this.test(onto, name);
  }

  /** Bisects for the shortest beginning of `before` with which it is red. */
  async firstRed(): Promise<FirstRed | null> {
    const { before } = this.#intent;
    let green = 0;
    let red = before.length;
    let result: TestResult | null = null;
    while (red - green > 1) {
      const middle = (green + red) >>> 1;
      const trial = await this.merged(before.slice(0, middle), `first-${middle}`);
      if (trial === null) return null;
      if (isRed(trial)) {
        red = middle;
        result = trial;
      } else green = middle;
    }
    return { at: red - 1, result };
  }

  test(commit: Commit, name: string): Promise<TestResult | null> {
    const { seq, task } = this.#intent;
    return testMerge({ ...this.#intent, commit, key: `${seq}-blame-${task}-${name}` }, this.#performing);
  }
}

function isRed(trial: Exclude<Trial, null>): trial is TestResult {
  return trial !== 'unmergeable' && !trial.passed;
}
