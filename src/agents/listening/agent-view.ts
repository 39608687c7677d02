/** What the policies see of an agent, as its logs were at the last look. */

import type { AttemptSpec, StopReason } from '../../core/attempt.ts';
import { spentAllowance } from '../../core/budget.ts';
import { isTooFull } from '../../core/sessions.ts';
import { declaredFailure } from '../completion/judge.ts';
import type { AgentView } from '../policies/policy.ts';
import type { Started } from '../started.ts';

export function viewOf(
  { listening, observed, startedAt, quiet }: Started,
  { limits, fullestContext, allowances }: AttemptSpec,
  stopRequest: StopReason | null,
): AgentView {
  return {
    quietMs: quiet.since(listening.lastGrowth || startedAt),
    logFull: listening.isFull,
    limits,
    stopRequest,
    declaredFailure: declaredFailure(observed.signs) !== null,
    question: observed.question,
    quotaUntil: observed.quotaUntil,
    strayed: observed.strayed,
    full: isTooFull(observed.context, fullestContext),
    spent: spentAllowance(observed.usage, allowances) ?? null,
  };
}
