/** Reads an agent's own words as they come and notes every sign of how its task stands, with bounded memory. */

import { type Advice, NO_ANSWER } from '../../core/attempt.ts';
import { printable } from '../../core/printable.ts';
import { lastPart } from '../../process/output-text.ts';
import { createEcho, type Echo } from './echo.ts';
import {
  endsInsidePromise,
  mayHoldPromise,
  type Promised,
  promisesIn,
  strayPromiseIn,
  withoutPromises,
} from './promise.ts';
import { saysSomething } from './says-something.ts';
import { createSummaryFinder, type Summary } from './summary.ts';

export interface Review {
  readonly verdict: 'approved' | 'rejected' | 'blocked';
  readonly detail: string;
}

export interface Signs {
  /** It promised TASK_DONE or READY_FOR_QA. */
  readonly promisedDone: boolean;
  /** What it said beside its first TASK_FAILED; null without one. */
  readonly promisedFailure: string | null;
  /** What it asked last; null when it asked nothing, or in no words. */
  readonly promisedQuestion: string | null;
  /** The last verdict of a reviewer. */
  readonly review: Review | null;
  /** What an adviser said last. */
  readonly advice: Advice | null;
  /** The last promise that it printed about no such task. */
  readonly stray?: string;
  /** The last JSON summary. */
  readonly summary: Summary | null;
}

export interface CompletionScanner {
  /** Text may be split anywhere: the signs are the same. */
  push(text: string): void;
  /** Takes what is left as the last line. */
  end(): void;
  signs(): Signs;
}

export interface ScannerOptions {
  readonly task: string;
  /** What the agent was given to read; echoes of it are no signs. */
  readonly given: readonly string[];
  /** Takes no promise with other words on its line, and no summary: for a stream where much that is printed is no word. */
  readonly strict?: boolean;
}

/** In UTF-16 code units. A longer line is taken as several. */
const LONGEST_LINE = 1024 * 1024;
/** A promise whose end has not come by then is none. */
const LONGEST_PROMISE = 16 * 1024;
/** Each line of an unfinished promise is a new look at all of it. */
const MOST_LINES = 100;
const DETAIL_BYTES = 2048;
const ANSWER_BYTES = 8000;

interface OpenPromise {
  readonly text: string;
  readonly lines: number;
  readonly before: string | null;
}

export function createCompletionScanner(options: ScannerOptions): CompletionScanner {
  const echo = createEcho(options.given);
  const reader = new PromiseReader(options, echo);
  let summary: Summary | null = null;
  const finder = createSummaryFinder((found, json, before) => {
    if (!echo.isEchoedSummary(json, before)) summary = found;
  });
  const lines = new LineCutter((line) => {
    if (options.strict !== true) finder.line(line);
    reader.line(line);
  });
  return {
    push: (text) => lines.push(text),
    end: () => lines.end(),
    signs: () => ({ ...reader.signs, summary }),
  };
}

/** Cuts text into lines at the same places, however it comes in pieces. */
class LineCutter {
  readonly #take: (line: string) => void;
  #rest = '';

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  push(text: string): void {
    this.#rest += text;
    let from = 0;
    for (;;) {
      const lineEnd = this.#rest.indexOf('\n', from);
      const length = (lineEnd < 0 ? this.#rest.length : lineEnd) - from;
      if (length < LONGEST_LINE && lineEnd < 0) break;
      const taken = Math.min(length, LONGEST_LINE);
      this.#take(this.#rest.slice(from, from + taken));
      from += taken === length && lineEnd >= 0 ? taken + 1 : taken;
    }
    this.#rest = this.#rest.slice(from);
  }

  end(): void {
    if (this.#rest !== '') this.#take(this.#rest);
    this.#rest = '';
  }
}

class PromiseReader {
  readonly #task: string;
  readonly #strict: boolean;
  readonly #echo: Echo;
  #before: string | null = null;
  #open: OpenPromise | null = null;
  #signs: Omit<Signs, 'summary'> = {
    promisedDone: false,
    promisedFailure: null,
    promisedQuestion: null,
    review: null,
    advice: null,
  };

  constructor({ task, strict = false }: ScannerOptions, echo: Echo) {
    this.#task = task;
    this.#strict = strict;
    this.#echo = echo;
  }

  get signs(): Omit<Signs, 'summary'> {
    return this.#signs;
  }

  /** A line of JSON holds several lines of text, with their ends escaped. */
  line(line: string): void {
    const holdsPromise = this.#open !== null || mayHoldPromise(line);
    for (const part of holdsPromise && !this.#strict ? line.split('\\n') : [line]) this.#part(part);
  }

  #part(part: string): void {
    if (this.#open !== null || mayHoldPromise(part)) this.#look(part);
    if (saysSomething(part)) this.#before = part;
  }

  #look(part: string): void {
    const before = this.#open === null ? this.#before : this.#open.before;
    const text = this.#open === null ? part : `${this.#open.text}\n${part}`;
    const lines = (this.#open?.lines ?? 0) + 1;
    const unfinished = lines < MOST_LINES && text.length < LONGEST_PROMISE && endsInsidePromise(text);
    this.#open = unfinished ? { text, lines, before } : null;
    if (this.#open !== null || this.#echo.isEchoedLine(text, before)) return;
    if (this.#strict && printable(withoutPromises(text)).trim() !== '') return;
    for (const promised of promisesIn(text, this.#task)) this.#signs = withPromise(this.#signs, promised);
    const stray = strayPromiseIn(text, this.#task);
    if (stray !== null) this.#signs = { ...this.#signs, stray };
  }
}

function withPromise(signs: Omit<Signs, 'summary'>, promised: Promised): Omit<Signs, 'summary'> {
  const answer = lastPart(printable(promised.detail), { bytes: ANSWER_BYTES });
  const detail = lastPart(answer, { bytes: DETAIL_BYTES });
  switch (promised.word) {
    case 'TASK_DONE':
    case 'READY_FOR_QA':
      return { ...signs, promisedDone: true };
    case 'TASK_FAILED':
      return signs.promisedFailure === null ? { ...signs, promisedFailure: detail } : signs;
    case 'TASK_QUESTION':
      return detail === '' ? signs : { ...signs, promisedQuestion: detail };
    case 'TASK_APPROVED':
      return { ...signs, review: { verdict: 'approved', detail } };
    case 'TASK_REJECTED':
      return { ...signs, review: { verdict: 'rejected', detail } };
    case 'QA_BLOCKED':
      return { ...signs, review: { verdict: 'blocked', detail } };
    case 'TASK_ANSWER':
      return detail === '' ? signs : { ...signs, advice: { is: 'answer', text: answer } };
    case 'NO_ANSWER':
      return { ...signs, advice: { is: 'none', why: detail === '' ? NO_ANSWER : detail } };
    default:
      return promised.word satisfies never;
  }
}
