/** What an agent did, for people: one line a step, in the same shape for every agent. */

import type { AttemptSpec } from './attempt.ts';
import { unreachable } from './result.ts';
import type { Usage } from './usage.ts';

/** Who has printed it, and what is counted of its session already. */
export interface PrintedBy extends Pick<AttemptSpec, 'agent' | 'counted' | 'prices'> {
  /** What was counted of it once it has ended: some tell it elsewhere than in what they print. */
  readonly used?: () => Usage | undefined;
}

export interface LogLine {
  /** `text`: the agent's own words. `progress`: what it or its program says of its state. */
  readonly kind: 'text' | 'tool' | 'result' | 'error' | 'tokens' | 'question' | 'progress';
  /** Not cleaned of control characters. */
  readonly text: string;
}

/** Reads what one agent has printed, from its first line on. */
export interface LogReader {
  /** Of its next line of output: none, one or more. */
  read(line: string): readonly LogLine[];
  /** What was still open when the output ended. */
  end(): readonly LogLine[];
}

/** Output that has no events: each line stands for itself. */
export const PLAIN_LINES: LogReader = { read: (text) => [{ kind: 'text', text }], end: () => [] };

/** A line of standard error. */
export function shownError({ text }: LogLine): string {
  return `! ${text}`;
}

/** As it is shown without a table. */
export function shownLine({ kind, text }: LogLine): string {
  switch (kind) {
    case 'text':
    case 'progress':
      return text;
    case 'tool':
      return `→ ${text}`;
    case 'result':
      return `← ${text}`;
    case 'error':
      return `✗ ${text}`;
    case 'tokens':
      return `Σ ${text}`;
    case 'question':
      return `? ${text}`;
    default:
      return unreachable(kind);
  }
}
