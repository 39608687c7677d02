import type { AttemptSpec } from '../core/attempt.ts';
import type { Intent } from '../core/event.ts';
import type { RunState } from '../core/run-state.ts';
import { taskRecord } from '../core/run-state.ts';
import type { ShownWork } from '../ports/work-diff.ts';
import { attemptSpec } from './attempt-spec.ts';
import { qaPrompt } from './qa-prompt.ts';

/** The same for QA, which is told of the work and never what the agent that did it says. */
export function qaSpec(
  state: RunState,
  intent: Extract<Intent, { type: 'attempt.starting' }>,
  work: ShownWork,
): AttemptSpec {
  const { qa } = state.settings;
  const task = state.index.task.get(intent.task);
  if (qa === null || task === undefined)
    throw new Error(`the log has ${intent.task} reviewed, and nobody reviews it`);
  const { proof } = taskRecord(state, intent.task);
  const prompt = qaPrompt({
    task,
    told: state.plan.context,
    base: intent.base,
    proof: proof?.tip === intent.startFrom ? proof : null,
    work,
  });
  return { ...attemptSpec(state, intent), prompt, agent: qa.agent };
}
