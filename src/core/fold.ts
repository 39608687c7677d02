/** The log, folded. Live running, resuming, views and the simulator all go through here. */

import { applyAttempt } from './apply/attempt.ts';
import { applyForeseen } from './apply/foreseeing.ts';
import { growCandidate } from './apply/integration.ts';
import { applyMail } from './apply/mail.ts';
import { applyMerging } from './apply/merging.ts';
import { applyProving } from './apply/proving.ts';
import { applyRequest } from './apply/request.ts';
import { applyResolving } from './apply/resolving.ts';
import { applyRun } from './apply/run.ts';
import { applyTask } from './apply/task.ts';
import type { LoggedEvent } from './event.ts';
import { err, ok, type Result } from './result.ts';
import { type Draft, newDraft, type RunState } from './run-state.ts';

export interface RunFold {
  /** One value that changes as events are applied: read it, keep nothing of it across `apply`. */
  readonly state: RunState;
  apply(event: LoggedEvent): void;
}

/** The log's first event must be `run.created`; the error says what it is instead. */
export function startFold(first: LoggedEvent): Result<RunFold, string> {
  if (first.type !== 'run.created')
    return err(`the log of run ${first.run} starts with ${first.type}, not with run.created`);
  const draft = newDraft(first);
  return ok({ state: draft, apply: (event) => apply(draft, event) });
}

export function foldRun(events: readonly LoggedEvent[]): Result<RunState, string> {
  const [first, ...rest] = events;
  if (first === undefined) return err('the log is empty');
  const fold = startFold(first);
  if (!fold.ok) return fold;
  for (const event of rest) fold.value.apply(event);
  return ok(fold.value.state);
}

function apply(draft: Draft, event: LoggedEvent): void {
  draft.seq = event.seq;
  draft.lastEventAt = event.at;
  applyBody(draft, event);
  growCandidate(draft);
  // Requests come from anywhere, also while nobody drives the run.
  if (!event.type.startsWith('requested.')) draft.lastDrivenAt = event.at;
}

function applyBody(draft: Draft, event: LoggedEvent): void {
  switch (event.type) {
    case 'run.created':
    case 'run.opened':
    case 'run.suspended':
    case 'run.finished':
    case 'breaker.opened':
    case 'group.opened':
    case 'group.closed':
    case 'group.failed':
    case 'group.branching':
    case 'group.branched':
      return applyRun(draft, event);
    case 'task.accepted':
    case 'task.retrying':
    case 'task.failed':
    case 'task.unresolved':
    case 'task.cancelled':
    case 'task.held':
    case 'task.blocked':
      return applyTask(draft, event);
    case 'attempt.starting':
    case 'attempt.started':
    case 'attempt.progress':
    case 'attempt.stopping':
    case 'attempt.ended':
      return applyAttempt(draft, event);
    case 'checks.starting':
    case 'checks.progress':
    case 'checks.ended':
      return applyProving(draft, event);
    case 'conflicts.foreseen':
      return applyForeseen(draft, event);
    case 'message.sent':
    case 'message.refused':
    case 'message.escalated':
      return applyMail(draft, event);
    case 'resolution.starting':
    case 'resolution.ended':
    case 'takeover.starting':
    case 'takeover.ended':
      return applyResolving(draft, event);
    default:
      return applyIntegrating(draft, event);
  }
}

type Integrating = Parameters<typeof applyMerging>[1] | Parameters<typeof applyRequest>[1];

function applyIntegrating(draft: Draft, event: Integrating): void {
  switch (event.type) {
    case 'dependencies.installing':
    case 'dependencies.installed':
    case 'integration.preparing':
    case 'integration.prepared':
    case 'merge.starting':
    case 'merge.ended':
    case 'test.starting':
    case 'test.ended':
    case 'test.stopping':
    case 'test.stopped':
    case 'blame.starting':
    case 'blame.ended':
    case 'validation.starting':
    case 'validation.ended':
    case 'integration.advancing':
    case 'integration.advanced':
    case 'integration.moved':
      return applyMerging(draft, event);
    default:
      return applyRequest(draft, event);
  }
}
