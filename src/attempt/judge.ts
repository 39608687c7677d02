/** What an attempt comes to: the agent's own word, then what git says of it. */

import { type AttemptOutcome, type AttemptSpec, NO_ANSWER, type Role, type Work } from '../core/attempt.ts';
import { leftBeside } from '../core/left-beside.ts';
import type { Result } from '../core/result.ts';
import type { AgentEnd } from '../ports/agent.ts';
import type { WorktreeProblem } from '../ports/worktree.ts';

export function judge(
  spec: AttemptSpec,
  end: AgentEnd,
  harvest: Result<Work, WorktreeProblem>,
): AttemptOutcome {
  if (!harvest.ok) return withoutWork(end, harvest.error);
  const work = harvest.value;
  if (end.is !== 'done') return { ...end, work };
  // An agent can say that it is done with every tool call denied: only git tells.
  if (work.files.length > 0 || spec.verifyOnly) return { ...end, work };
  return { ...end, is: 'failed', failure: { reason: 'nothing-changed', ...leftBeside(work) }, work };
}

/** Of whoever leaves no work: a word of work being done is neither a verdict nor an answer. */
export function judgeLook(role: Role, end: AgentEnd): AttemptOutcome {
  if (end.is !== 'done') return end;
  if (role === 'adviser') return { ...end, is: 'advised', advice: { is: 'none', why: NO_ANSWER } };
  return { ...end, is: 'failed', failure: { reason: 'no-verdict', tail: end.summary ?? '' } };
}

function withoutWork(end: AgentEnd, problem: WorktreeProblem): AttemptOutcome {
  const { detail } = problem;
  if (end.is !== 'done') return { ...end, untaken: detail };
  return { ...end, is: 'failed', failure: { reason: 'harvest', detail } };
}

export function notPrepared(problem: WorktreeProblem): AttemptOutcome {
  return { is: 'failed', failure: { reason: 'setup', detail: problem.detail }, usage: {}, exitCode: null };
}
