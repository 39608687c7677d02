/**
 * Does what an intent says and gives its outcome. Everything here may be done again after a crash:
 * each port takes up or repeats the same request to the same result.
 */

import type { EventBody, Outcome, Report } from '../core/event.ts';
import { leftKey } from '../core/mail.ts';
import { unreachable } from '../core/result.ts';
import type { OpenIntent } from '../core/run-state.ts';
import type { AttemptReport } from '../ports/dispatcher.ts';
import { adviserSpec } from './adviser-spec.ts';
import { attemptSpec } from './attempt-spec.ts';
import { findBlame } from './find-blame.ts';
import { installDependencies } from './install-dependencies.ts';
import { lookAtBranch, lookAtResolution } from './look-at-resolution.ts';
import { mergeWork } from './merge-work.ts';
import type { Performing } from './parts.ts';
import { proveWork } from './prove-work.ts';
import { qaSpec } from './qa-spec.ts';
import { resolverSpec } from './resolver-spec.ts';
import { testMerge } from './test-merge.ts';
import { validateGroup } from './validate-group.ts';

export async function perform(intent: OpenIntent, performing: Performing): Promise<void> {
  const { ports, state, emit } = performing;
  switch (intent.type) {
    case 'attempt.starting':
      return startAttempt(intent, performing);
    case 'attempt.stopping':
      return ports.dispatcher.stop({ run: state.run, task: intent.task, number: intent.attempt }, intent.why);
    case 'dependencies.installing': {
      const installed = await installDependencies(intent, performing);
      return installed === null ? undefined : emit(installed);
    }
    case 'integration.preparing':
      await ports.merger.prepareBranch(intent.branch, intent.base);
      return emit({ type: 'integration.prepared', branch: intent.branch });
    case 'checks.starting':
      return proveWork(intent, performing);
    case 'merge.starting':
      return mergeWork(intent, performing);
    case 'resolution.starting':
      return lookAtResolution(intent, performing);
    case 'takeover.starting':
      return lookAtBranch(intent, performing);
    case 'test.starting':
      return testStep(intent, performing);
    case 'test.stopping':
      await performing.giveUp(intent.of);
      return emit({ type: 'test.stopped', of: intent.of });
    case 'blame.starting': {
      const found = await findBlame(intent, performing);
      return found === null ? undefined : emit({ type: 'blame.ended', task: intent.task, found });
    }
    case 'validation.starting':
      return validate(intent, performing);
    case 'integration.advancing': {
      const result = await ports.merger.advance(intent);
      if (result.is === 'advanced')
        return emit({ type: 'integration.advanced', to: intent.to, tasks: intent.tasks });
      return emit({ type: 'integration.moved', actual: result.actual, ours: result.ours });
    }
    case 'group.branching':
      return emit(await leaveBranch(intent, performing));
    default:
      return unreachable(intent);
  }
}

async function leaveBranch(
  { group, branch, from, to }: Extract<OpenIntent, { type: 'group.branching' }>,
  { ports }: Performing,
): Promise<Outcome> {
  const left = await ports.merger.advance({ branch, from, to });
  const result =
    left.is === 'advanced'
      ? ({ is: 'set', at: to } as const)
      : ({ is: 'taken', actual: left.actual } as const);
  return { type: 'group.branched', group, result };
}

async function testStep(
  intent: Extract<OpenIntent, { type: 'test.starting' }>,
  performing: Performing,
): Promise<void> {
  const { task, commit, seq } = intent;
  const result = await testMerge({ ...intent, key: `${seq}-test-${task}` }, performing);
  if (result !== null) performing.emit({ type: 'test.ended', task, commit, result });
}

async function validate(
  intent: Extract<OpenIntent, { type: 'validation.starting' }>,
  performing: Performing,
): Promise<void> {
  const outcome = await validateGroup(intent, performing);
  if (outcome !== null) performing.emit(outcome);
}

async function startAttempt(
  intent: Extract<OpenIntent, { type: 'attempt.starting' }>,
  { ports, state, emit, signal }: Performing,
): Promise<void> {
  const known = state.tasks.get(intent.task)?.attempts.find((each) => each.number === intent.attempt);
  const spec =
    intent.role === 'qa'
      ? qaSpec(state, intent, await ports.diff.show(intent.base, intent.startFrom))
      : intent.role === 'resolver'
        ? resolverSpec(state, intent)
        : intent.role === 'adviser'
          ? adviserSpec(state, intent, await ports.diff.show(intent.base, intent.startFrom))
          : attemptSpec(state, intent);
  if (signal.aborted) return;
  ports.dispatcher.start(spec, (report) => {
    const event = toEvent(intent, report);
    // Whoever adopts an attempt is told again of all that it has left.
    if ('key' in event && state.mail.left.has(leftKey(event))) return;
    // An adopted attempt reports its start again.
    if (event.type === 'attempt.started' && known?.startedAt !== undefined) return;
    emit(event);
  });
  const { task, attempt } = intent;
  const stop = state.open.get(`stop:${task}:${attempt}`);
  // It may have been asked to stop before there was anything to be stopped.
  if (stop?.type === 'attempt.stopping') ports.dispatcher.stop(spec.id, stop.why);
}

function toEvent(
  { task, attempt }: { task: string; attempt: number },
  report: AttemptReport,
): Outcome | Report {
  switch (report.is) {
    case 'started':
      return { type: 'attempt.started', task, attempt, slot: report.slot, worktree: report.worktree };
    case 'progress': {
      const { is: _, ...progress } = report;
      return { type: 'attempt.progress', task, attempt, ...progress };
    }
    case 'left': {
      const { key, file } = report.left;
      const left = { task, attempt, key, file };
      return 'letter' in report.left
        ? { type: 'message.sent', ...left, letter: report.left.letter }
        : { type: 'message.refused', ...left, problem: report.left.problem };
    }
    case 'ended':
      return { type: 'attempt.ended', task, attempt, outcome: report.outcome };
    default:
      return unreachable(report);
  }
}

export function isIntent(event: EventBody): event is Extract<EventBody, { type: OpenIntent['type'] }> {
  return event.type.endsWith('ing') && !event.type.startsWith('task.');
}
