import type { AttemptSpec } from '../core/attempt.ts';
import type { Intent } from '../core/event.ts';
import type { RunState } from '../core/run-state.ts';
import { taskRecord } from '../core/run-state.ts';
import { reviewerOf } from '../core/task-state.ts';
import type { ShownWork } from '../ports/work-diff.ts';
import { attemptSpec, profileOf, told } from './attempt-spec.ts';
import { qaPrompt, verdictLines } from './qa-prompt.ts';

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
  const { proof, state: now } = taskRecord(state, intent.task);
  const { profile: reviewer } = profileOf(state.plan, reviewerOf(now, task));
  const prompt = qaPrompt({
    task,
    told: state.plan.context,
    base: intent.base,
    proof: proof?.tip === intent.startFrom ? proof : null,
    work,
    reviewer: reviewer ?? null,
  });
  const signs = `Look at the work as you were told at first, and end so:\n\n${verdictLines(task.id)}`;
  const { profile: _, ...spec } = attemptSpec(state, intent);
  return {
    ...spec,
    ...told(state, intent, { prompt, signs }),
    ...(reviewer === undefined ? {} : { profile: reviewer }),
  };
}
