/** The readable log of a task: for each attempt a heading and what its agent printed. */

import { REFUSED_CREDENTIALS } from '../core/agent-problem.ts';
import { type AttemptOutcome, isRefusedCredential } from '../core/attempt.ts';
import { describeFailure } from '../core/failure.ts';
import { safeName } from '../core/names.ts';
import type { TaskId } from '../core/plan.ts';
import { printableLine } from '../core/printable.ts';
import { unreachable } from '../core/result.ts';
import type { AttemptRecord } from '../core/task-state.ts';
import { utcTime } from './duration.ts';
import { leftWords } from './left-notes.ts';

const PLAIN_ID = /^task-\d+[a-z0-9_-]{0,70}(?<!-[0-9a-f]{8})$/;

/** `task-001.log`; an id that is no plain name becomes one that no other id has. */
export function logFileName(task: TaskId): string {
  return `${PLAIN_ID.test(task) ? task : safeName(task)}.log`;
}

/** `=== attempt 1 (executor), 2025-11-29 14:31:15 UTC to 2025-11-29 16:03:15 UTC: done ===` */
export function attemptHeading(attempt: AttemptRecord): string {
  const from = utcTime(attempt.startedAt ?? attempt.requestedAt);
  const to = attempt.endedAt === undefined ? '' : ` to ${utcTime(attempt.endedAt)}`;
  const outcome = attempt.outcome === undefined ? 'running' : printableLine(outcomeWords(attempt.outcome));
  return `=== attempt ${attempt.number} (${attempt.role}), ${from}${to}: ${outcome} ===`;
}

/** Behind what it printed; empty where nothing is to be said. */
export function attemptEnding({ outcome }: AttemptRecord): readonly string[] {
  const left = leftWords(outcome);
  return left === null ? [] : [`=== ${printableLine(left)} ===`];
}

/** Untrusted text may be part of it. */
export function outcomeWords(outcome: AttemptOutcome): string {
  switch (outcome.is) {
    case 'done':
      return 'done';
    case 'failed':
      // What to do is told once for the agent, not for each of its attempts.
      return isRefusedCredential(outcome)
        ? `not done, ${REFUSED_CREDENTIALS}`
        : `failed, ${describeFailure(outcome.failure)}`;
    case 'stopped':
      return `stopped (${outcome.why})`;
    case 'lost':
      return 'lost with the machine or its shim';
    case 'quota':
      // How long its service is waited for then is not the attempt's to tell.
      return outcome.untold === true ? 'waits for quota' : `waits for quota until ${utcTime(outcome.until)}`;
    case 'asking':
      return `asks: ${outcome.question}`;
    case 'reviewed':
      return outcome.review.verdict;
    case 'advised':
      return outcome.advice.is === 'answer'
        ? `answers: ${outcome.advice.text}`
        : `has no answer: ${outcome.advice.why}`;
    default:
      return unreachable(outcome);
  }
}
