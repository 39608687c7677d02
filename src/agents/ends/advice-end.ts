/**
 * How an agent ended that was asked what another wants to know. What it said last counts, however its process ended; an
 * end of its own accord without a word for it is no answer.
 */

import { NO_ANSWER } from '../../core/attempt.ts';
import type { EndFacts, Verdict } from './end-facts.ts';
import { notDone } from './review-end.ts';

/** `usual` says how an agent of another role with these facts has ended. */
export function adviceEnd(facts: EndFacts, usual: (facts: EndFacts) => Verdict): Verdict {
  const { observed } = facts;
  const { advice } = observed.signs;
  const end = usual({ ...facts, observed: notDone(observed), marker: false, rule: 'signal' });
  if (end.is === 'stopped' || end.is === 'lost') return end;
  if (advice !== null) return { is: 'advised', advice };
  const isSilent = end.is === 'failed' && end.failure.reason === 'no-completion-sign';
  if (end.is === 'failed' && !isSilent) return end;
  return end.is === 'quota' ? end : { is: 'advised', advice: { is: 'none', why: NO_ANSWER } };
}
