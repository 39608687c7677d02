import type { AttemptSpec } from '../core/attempt.ts';
import type { Intent } from '../core/event.ts';
import type { RunState } from '../core/run-state.ts';
import { taskRecord } from '../core/run-state.ts';
import { attemptSpec, signsOf, told } from './attempt-spec.ts';
import { resolverPrompt } from './resolver-prompt.ts';
import { subject } from './subject.ts';

/** The same for a resolver, which is told of both sides. */
export function resolverSpec(
  state: RunState,
  intent: Extract<Intent, { type: 'attempt.starting' }>,
): AttemptSpec {
  const agent = state.settings.resolver?.agent;
  const task = state.index.task.get(intent.task);
  const { conflict } = taskRecord(state, intent.task);
  if (agent == null || task === undefined || conflict === null)
    throw new Error(`the log has a conflict of ${intent.task} resolved, and there is none`);
  const others = conflict.others.flatMap((id) => state.index.task.get(id) ?? []);
  const prompt = resolverPrompt({ task, others, told: state.plan.context, conflict });
  return {
    ...attemptSpec(state, intent),
    ...told(state, intent, { prompt, signs: signsOf(task.id) }),
    commitMessage: subject(`Resolve the conflict of ${task.id}: ${task.title}`),
  };
}
