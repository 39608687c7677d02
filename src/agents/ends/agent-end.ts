/** How an agent ended: from the end of its job, what it said, and why we ended it, if we did. */

import type { Failure } from '../../core/failure.ts';
import type { Excess } from '../../core/isolation.ts';
import type { AgentEnd } from '../../ports/agent.ts';
import type { JobEnd } from '../../process/job.ts';
import { type CompletionEvidence, declaredFailure, judgeCompletion, saysDone } from '../completion/judge.ts';
import type { StopCause } from '../policies/policy.ts';
import { adviceEnd } from './advice-end.ts';
import { type EndFacts, isVouchedFor, type Verdict } from './end-facts.ts';
import { reviewEnd } from './review-end.ts';

export function agentEnd(facts: EndFacts): AgentEnd {
  const { observed, job } = facts;
  return {
    exitCode: job.is === 'exited' ? job.code : null,
    usage: observed.usage,
    ...(observed.model === undefined ? {} : { model: observed.model }),
    ...(observed.summary === undefined ? {} : { summary: observed.summary }),
    ...(observed.session === undefined || !facts.keepsSessions ? {} : { session: observed.session }),
    ...(observed.context === undefined ? {} : { context: observed.context }),
    ...(facts.peaks === null ? {} : { peaks: facts.peaks }),
    ...endOf(facts),
  };
}

function endOf(facts: EndFacts): Verdict {
  if (facts.role === 'qa') return reviewEnd(facts, verdict);
  return facts.role === 'adviser' ? adviceEnd(facts, verdict) : verdict(facts);
}

function verdict(facts: EndFacts): Verdict {
  return facts.observed.strayed && facts.cause?.is !== 'request' ? STRAYED : usualVerdict(facts);
}

const STRAYED: Verdict = {
  is: 'failed',
  failure: { reason: 'agent-error', kind: 'session', detail: 'it began another' },
};

function usualVerdict(facts: EndFacts): Verdict {
  const { job, cause, limits } = facts;
  const done = saysDone(facts.observed.signs, facts.marker) && isVouchedFor(facts);
  switch (job.is) {
    case 'not-started':
      return { is: 'failed', failure: { reason: 'not-started', detail: job.detail } };
    case 'lost':
      return { is: 'lost' };
    case 'hard-timeout':
      // What it said before counts: work that was claimed is proven or refused by what follows, not thrown away.
      return timedOut(facts, done, { reason: 'hard-timeout', afterMs: limits.hardMs });
    case 'stopped':
      if (cause !== null) return stoppedFor(cause, facts, done);
      return job.excess === undefined ? stoppedBefore(facts, done) : limited(job.excess, facts, done);
    case 'exited':
      // It ended by itself in the moment it was asked to.
      if (cause?.is === 'request' && !done) return { is: 'stopped', why: cause.why };
      return exitedWithin(facts, job, done);
    default:
      return job satisfies never;
  }
}

function stoppedFor(cause: StopCause, facts: EndFacts, done: boolean): Verdict {
  switch (cause.is) {
    case 'request':
      // Its last answer may be the one that has used up the run's budget.
      return done && cause.why === 'budget' ? { is: 'done' } : { is: 'stopped', why: cause.why };
    case 'quota':
      return waits(facts, cause.until);
    case 'question':
      return { is: 'asking', question: cause.question };
    case 'declared-failure':
      return judge(facts, { code: null, signal: null });
    case 'strayed':
      return STRAYED;
    case 'full':
      return done ? { is: 'done' } : { is: 'stopped', why: 'context' };
    case 'budget': {
      const { of, whole } = cause;
      return done ? { is: 'done' } : { is: 'failed', failure: { reason: 'budget', of, whole } };
    }
    case 'idle':
      return timedOut(facts, done, { reason: 'idle-timeout', afterMs: facts.limits.idleMs });
    default:
      return cause satisfies never;
  }
}

/** Some stay when they have asked. */
function timedOut(facts: EndFacts, done: boolean, failure: Failure): Verdict {
  if (done) return { is: 'done' };
  const question = asked(facts);
  return question === null ? { is: 'failed', failure } : { is: 'asking', question };
}

/** As an event of its own, or by a sign in its words; who has failed or is done waits for no answer. */
function asked({ observed }: EndFacts): string | null {
  if (observed.question !== null) return observed.question;
  return declaredFailure(observed.signs) === null ? observed.signs.promisedQuestion : null;
}

/** By a supervisor that is gone, or a signal to the shim: what the agent said must tell, else nobody knows. */
function stoppedBefore(facts: EndFacts, done: boolean): Verdict {
  const { quotaUntil, signs } = facts.observed;
  const told = done || quotaUntil !== null || asked(facts) !== null || declaredFailure(signs) !== null;
  return told ? exited(facts, { code: null, signal: null }, done) : { is: 'lost' };
}

/** A process that was ended at a limit explains an end that nothing else does. */
function exitedWithin(facts: EndFacts, job: Extract<JobEnd, { is: 'exited' }>, done: boolean): Verdict {
  const verdict = exited(facts, job, done);
  const isOpen = verdict.is === 'failed' && verdict.failure.reason !== 'declared-failed';
  return isOpen && job.excess !== undefined ? limited(job.excess, facts, done) : verdict;
}

function limited(excess: Excess, { tail }: EndFacts, done: boolean): Verdict {
  return done ? { is: 'done' } : { is: 'failed', failure: { reason: 'limit', ...excess, tail } };
}

function exited(facts: EndFacts, exit: CompletionEvidence['exit'], done: boolean): Verdict {
  const { quotaUntil } = facts.observed;
  const question = asked(facts);
  if (!done && quotaUntil !== null) return waits(facts, quotaUntil);
  if (!done && question !== null) return { is: 'asking', question };
  return judge(facts, exit);
}

function waits({ observed }: EndFacts, until: number): Verdict {
  const { quotaUntold, quotaOf: of } = observed;
  return {
    is: 'quota',
    until,
    ...(quotaUntold ? { untold: true } : {}),
    ...(of === undefined ? {} : { of }),
  };
}

function judge(
  facts: EndFacts,
  exit: { readonly code: number | null; readonly signal: string | null },
): Verdict {
  const { marker, rule, tail, hasVerdict, observed } = facts;
  const verdict = hasVerdict ? observed.verdict : null;
  return judgeCompletion({ signs: observed.signs, marker, rule, exit, verdict, tail });
}
