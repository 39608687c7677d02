/**
 * How a look at the work of others ended. A rejection counts however the process ended, an approval only if nothing
 * went wrong with it: its program says that all went well, where it says so at all, and it exited with 0, or hung after
 * its word until it was stopped at a time limit of ours, or used up a budget with it. An exit of 0 without a verdict is none.
 */

import type { Review } from '../../core/attempt.ts';
import { printable } from '../../core/printable.ts';
import { lastPart } from '../../process/output-text.ts';
import { withoutPromises } from '../completion/promise.ts';
import { type EndFacts, isVouchedFor, type Verdict } from './end-facts.ts';

const REPORT = { bytes: 8000, lines: 200 };

/** `usual` says how an agent of another role with these facts has ended. */
export function reviewEnd(facts: EndFacts, usual: (facts: EndFacts) => Verdict): Verdict {
  const { observed, job, cause } = facts;
  const { review } = observed.signs;
  const end = usual({ ...facts, observed: notDone(observed), marker: false, rule: 'signal' });
  const isOver = wasOver(facts);
  if (review === null || (end.is === 'stopped' && !isOver) || end.is === 'lost') return withoutVerdict(end);
  const said = {
    is: 'reviewed',
    review: { verdict: review.verdict, report: reportOf(facts, review.detail) },
  } as const;
  if (review.verdict !== 'approved') return said;
  const hung = job.is === 'hard-timeout' || cause?.is === 'idle';
  const isFine = hung || isOver || (job.is === 'exited' && job.code === 0 && job.excess === undefined);
  return isFine && isVouchedFor(facts) ? said : end;
}

/** Its program had said that all went well when its last answer was seen to have used up a budget. */
function wasOver({ job, cause, hasVerdict, observed }: EndFacts): boolean {
  const isForBudget = cause?.is === 'budget' || (cause?.is === 'request' && cause.why === 'budget');
  const isAsked = job.is === 'stopped' || (job.is === 'exited' && job.excess === undefined);
  return isAsked && isForBudget && hasVerdict && observed.verdict === null;
}

/** That work is done is not its to say. */
export function notDone(observed: EndFacts['observed']): EndFacts['observed'] {
  return { ...observed, signs: { ...observed.signs, promisedDone: false, summary: null } };
}

function withoutVerdict(end: Verdict): Verdict {
  if (end.is === 'failed' && end.failure.reason === 'no-completion-sign')
    return { is: 'failed', failure: { reason: 'no-verdict', tail: end.failure.tail } };
  if (end.is !== 'asking') return end;
  return { is: 'failed', failure: { reason: 'no-verdict', tail: end.question } };
}

/** What stands behind the promise first, for that is the reason; then the last of what it printed before. */
function reportOf({ observed }: EndFacts, detail: string): Review['report'] {
  const words = printable(withoutPromises(observed.recentText)).trim();
  return lastPart([detail, words].filter((text) => text !== '').join('\n\n'), REPORT);
}
