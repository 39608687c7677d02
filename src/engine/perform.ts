/**
 * Does what an intent says and gives its outcome. Everything here may be done again after a crash:
 * each port takes up or repeats the same request to the same result.
 */

import type { EventBody, Outcome, Report } from '../core/event.ts';
import { unreachable } from '../core/result.ts';
import type { OpenIntent } from '../core/run-state.ts';
import type { AttemptReport } from '../ports/dispatcher.ts';
import { attemptSpec, checkIsolation } from './attempt-spec.ts';
import type { Performing } from './parts.ts';
import { subject } from './subject.ts';
import { validateGroup } from './validate-group.ts';

export async function perform(intent: OpenIntent, performing: Performing): Promise<void> {
  const { ports, state, emit } = performing;
  switch (intent.type) {
    case 'attempt.starting':
      return startAttempt(intent, performing);
    case 'attempt.stopping':
      return ports.dispatcher.stop({ run: state.run, task: intent.task, number: intent.attempt }, intent.why);
    case 'integration.preparing':
      await ports.merger.prepareBranch(intent.branch, intent.base);
      return emit({ type: 'integration.prepared', branch: intent.branch });
    case 'merge.starting': {
      const message = subject(`Merge ${intent.task}: ${state.index.task.get(intent.task)?.title ?? ''}`);
      const result = await ports.merger.merge({
        run: state.run,
        onto: intent.onto,
        tip: intent.tip,
        message,
      });
      return emit({ type: 'merge.ended', task: intent.task, result });
    }
    case 'test.starting':
      return testMerge(intent, performing);
    case 'validation.starting':
      return validate(intent, performing);
    case 'integration.advancing': {
      const result = await ports.merger.advance(intent);
      if (result.is === 'advanced')
        return emit({ type: 'integration.advanced', to: intent.to, tasks: intent.tasks });
      return emit({ type: 'integration.moved', actual: result.actual, ours: result.ours });
    }
    default:
      return unreachable(intent);
  }
}

async function testMerge(
  intent: Extract<OpenIntent, { type: 'test.starting' }>,
  { ports, state, emit, signal }: Performing,
): Promise<void> {
  const { task, commit, command, seq } = intent;
  const key = `${seq}-test-${task}`;
  const what = { kind: 'shell', command } as const;
  const result = await ports.checker.check(
    {
      run: state.run,
      key,
      commit,
      what,
      timeoutMs: state.settings.checkMs,
      isolation: checkIsolation(state),
    },
    signal,
  );
  if (result !== null) emit({ type: 'test.ended', task, commit, result });
}

async function validate(
  intent: Extract<OpenIntent, { type: 'validation.starting' }>,
  performing: Performing,
): Promise<void> {
  const outcome = await validateGroup(intent, performing);
  if (outcome !== null) performing.emit(outcome);
}

function startAttempt(
  intent: Extract<OpenIntent, { type: 'attempt.starting' }>,
  { ports, state, emit }: Performing,
): void {
  const known = state.tasks.get(intent.task)?.attempts.find((each) => each.number === intent.attempt);
  ports.dispatcher.start(attemptSpec(state, intent), (report) => {
    const event = toEvent(intent, report);
    // An adopted attempt reports its start again.
    if (event.type === 'attempt.started' && known?.startedAt !== undefined) return;
    emit(event);
  });
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
    case 'ended':
      return { type: 'attempt.ended', task, attempt, outcome: report.outcome };
    default:
      return unreachable(report);
  }
}

export function isIntent(event: EventBody): event is Extract<EventBody, { type: OpenIntent['type'] }> {
  return event.type.endsWith('ing') && !event.type.startsWith('task.');
}
