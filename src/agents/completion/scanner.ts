/** Reads an agent's own words as they come and notes every sign of how its task stands, with bounded memory. */

import { cleanOutput, lastPart } from '../../process/output-text.ts';
import { createEcho, saysSomething } from './echo.ts';
import { endsInsidePromise, mayHoldPromise, type Promised, promisesIn } from './promise.ts';
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
  /** The last verdict of a reviewer. */
  readonly review: Review | null;
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
}

/** In UTF-16 code units. A longer line is taken as several. */
const LONGEST_LINE = 1024 * 1024;
/** A promise whose end has not come by then is none. */
const LONGEST_PROMISE = 16 * 1024;
const DETAIL_BYTES = 2048;

interface OpenPromise {
  readonly text: string;
  readonly before: string | null;
}

export function createCompletionScanner(options: ScannerOptions): CompletionScanner {
  const echo = createEcho(options.given);
  let signs: Signs = { promisedDone: false, promisedFailure: null, review: null, summary: null };
  let rest = '';
  let before: string | null = null;
  let open: OpenPromise | null = null;
  const finder = createSummaryFinder((summary, json) => {
    if (!echo.isEchoedSummary(json)) signs = { ...signs, summary };
  });

  /** One line, or one part of a line of JSON between two escaped line ends. */
  const lookForPromise = (line: string): void => {
    if (open !== null || mayHoldPromise(line)) {
      const start: OpenPromise = open ?? { text: '', before };
      const text = start.text === '' ? line : `${start.text}\n${line}`;
      const unfinished = endsInsidePromise(text) && text.length < LONGEST_PROMISE;
      open = unfinished ? { text, before: start.before } : null;
      if (!unfinished && !echo.isEchoedLine(text, start.before)) {
        for (const promised of promisesIn(text, options.task)) signs = withPromise(signs, promised);
      }
    }
    if (saysSomething(line)) before = line;
  };

  const takeLine = (line: string): void => {
    finder.line(line);
    const parts = open !== null || mayHoldPromise(line) ? line.split('\\n') : [line];
    for (const part of parts) lookForPromise(part);
  };

  return {
    push(text) {
      rest += text;
      let from = 0;
      for (;;) {
        const lineEnd = rest.indexOf('\n', from);
        const length = (lineEnd < 0 ? rest.length : lineEnd) - from;
        if (length >= LONGEST_LINE) {
          takeLine(rest.slice(from, from + LONGEST_LINE));
          from += LONGEST_LINE;
        } else if (lineEnd >= 0) {
          takeLine(rest.slice(from, lineEnd));
          from = lineEnd + 1;
        } else break;
      }
      rest = rest.slice(from);
    },
    end() {
      if (rest !== '') takeLine(rest);
      rest = '';
    },
    signs: () => signs,
  };
}

function withPromise(signs: Signs, promised: Promised): Signs {
  const detail = lastPart(cleanOutput(promised.detail), { bytes: DETAIL_BYTES });
  switch (promised.word) {
    case 'TASK_DONE':
    case 'READY_FOR_QA':
      return { ...signs, promisedDone: true };
    case 'TASK_FAILED':
      return signs.promisedFailure === null ? { ...signs, promisedFailure: detail } : signs;
    case 'TASK_APPROVED':
      return { ...signs, review: { verdict: 'approved', detail } };
    case 'TASK_REJECTED':
      return { ...signs, review: { verdict: 'rejected', detail } };
    case 'QA_BLOCKED':
      return { ...signs, review: { verdict: 'blocked', detail } };
    default:
      return promised.word satisfies never;
  }
}
