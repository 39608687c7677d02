import { ADVISER } from '../core/advising.ts';
import type { AttemptSpec } from '../core/attempt.ts';
import type { Intent } from '../core/event.ts';
import { type RunState, taskRecord } from '../core/run-state.ts';
import type { ShownWork } from '../ports/work-diff.ts';
import { type Answered, adviserPrompt } from './adviser-prompt.ts';
import { attemptSpec } from './attempt-spec.ts';
import { decisionsNote } from './mail-prompt.ts';

/** The same for an adviser, which is told of the task, of the work so far, and of the question. */
export function adviserSpec(
  state: RunState,
  intent: Extract<Intent, { type: 'attempt.starting' }>,
  work: ShownWork,
): AttemptSpec {
  const task = state.index.task.get(intent.task);
  const { state: now, attempts } = taskRecord(state, intent.task);
  if (now.is !== 'asking' || task === undefined)
    throw new Error(`the log has a question of ${intent.task} answered, and it asks nothing`);
  const prompt = adviserPrompt({
    task,
    told: state.plan.context,
    question: now.question,
    answered: answeredIn(attempts),
    base: intent.base,
    work,
  });
  const { profile: _, ...spec } = attemptSpec(state, intent);
  return { ...spec, prompt: `${decisionsNote(state)}${prompt}`, profile: ADVISER };
}

/** What advisers have answered to this task's agents before. */
function answeredIn(attempts: ReturnType<typeof taskRecord>['attempts']): readonly Answered[] {
  return attempts.flatMap(({ outcome }, at): Answered[] => {
    if (outcome?.is !== 'advised' || outcome.advice.is !== 'answer') return [];
    const asker = attempts.slice(0, at).findLast((each) => each.outcome?.is === 'asking')?.outcome;
    return asker?.is === 'asking' ? [{ question: asker.question, answer: outcome.advice.text }] : [];
  });
}
