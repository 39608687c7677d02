/** What an agent is told that goes on in its own session, and, where it cannot, of what earlier ones have done. */

import type { Commit, StopReason } from './attempt.ts';
import { clipEnd } from './clip.ts';
import { feedbackOf } from './feedback.ts';
import { besideWords } from './left-beside.ts';
import { printable } from './printable.ts';
import type { AttemptRecord } from './task-state.ts';

export interface GoingOn {
  /** The attempt whose session it is. */
  readonly last: AttemptRecord;
  /** What the worktree stands on now. */
  readonly startFrom: Commit;
  /** Of its last try; empty for none. */
  readonly feedback: string;
  /** Of tries before that, and not known in the session. */
  readonly toHeed: readonly string[];
  /** How it says that it has ended, in words that it was given before. */
  readonly signs: string;
}

/** The agent knows the task and what it did, so neither is said again. */
export function goOnPrompt({ last, startFrom, feedback, toHeed, signs }: GoingOn): string {
  return [
    whatHappened(last, feedback),
    toHeedText(toHeed),
    `Your worktree is your current folder, on commit ${startFrom}; what you had not committed was committed for you. It may lie at another path than before, and so may what the variables COX_… name.`,
    signs,
  ]
    .filter((part) => part !== '')
    .map((part) => `${part.trimEnd()}\n`)
    .join('\n');
}

const GO_ON = 'Go on with your task.';

const STOPS: Readonly<Record<StopReason, string>> = {
  cancelled: 'Your task was cancelled, and is taken up again now.',
  interrupted: 'You were interrupted, and go on now.',
  context: 'Your conversation became too full to go on in.',
  budget: 'You were stopped because a budget was used up; there is more now.',
};

function whatHappened({ outcome, told = '' }: AttemptRecord, feedback: string): string {
  const isKnown = feedback === '' || (told !== '' && feedback.startsWith(told));
  const goOn = isKnown ? GO_ON : `${GO_ON}\n\n${feedback}`;
  switch (outcome?.is) {
    case 'quota':
      return `Your service refused more work for a while. ${goOn}`;
    case 'lost':
      return `You were cut off in the middle: your process, or the machine, went down. See what is there. ${goOn}`;
    case 'stopped':
      return `${STOPS[outcome.why]} ${goOn}`;
    case 'failed':
      return feedback === '' ? feedbackOf(outcome.failure) : feedback;
    default:
      return feedback === '' ? GO_ON : feedback;
  }
}

const MOST_TOLD = 5;
/** Bytes. */
const LONGEST_TOLD = 8000;

/** Empty for nothing. */
export function toHeedText(texts: readonly string[]): string {
  if (texts.length === 0) return '';
  const told = texts.slice(-MOST_TOLD).map((text) => indented(clipEnd(text.trimEnd(), LONGEST_TOLD)));
  return `=== WHAT TRIES BEFORE THAT WERE TOLD ===\n\nNothing was handed in since, so it still holds.\n\n${told.join('\n\n')}\n`;
}

const MOST_TRIES = 3;
const MOST_FILES = 20;
/** Bytes. */
const LONGEST_WORDS = 2000;

/** Of attempts in other sessions, newest last; empty when they left nothing. */
export function digestOf(attempts: readonly AttemptRecord[]): string {
  const parts = attempts.flatMap(digest).slice(-MOST_TRIES);
  return parts.length === 0
    ? ''
    : `=== WHAT EARLIER TRIES DID ===\n\n${parts.join('\n\n')}\n\nThe agents of those tries are gone; git log and git diff show the rest.\n`;
}

function digest({ number, agent, base, outcome }: AttemptRecord): readonly string[] {
  const words = printable(outcome?.summary ?? '').trim();
  const work = outcome?.work;
  const beside = work === undefined ? [] : besideWords(work);
  const isBare = work === undefined || (work.files.length === 0 && beside.length === 0);
  if (outcome === undefined || (isBare && words === '')) return [];
  const files = work?.files ?? [];
  const rest = files.length - MOST_FILES;
  const named = files.slice(0, MOST_FILES).join(', ');
  const left =
    work === undefined || files.length === 0
      ? 'left no change'
      : `left commit ${work.tip}, which changes since ${base}: ${printable(named)}${rest > 0 ? ` and ${rest} more` : ''}`;
  const said = words === '' ? [] : ['Its last words:', indented(clipEnd(words, LONGEST_WORDS))];
  const more = beside.length === 0 ? '' : ` Beside that, ${printable(beside.join('; '))}.`;
  return [[`Try ${number}, by ${agent.driver}, ${left}.${more}`, ...said].join('\n\n')];
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}
