import type { AttemptSpec } from '../core/attempt.ts';
import type { Intent } from '../core/event.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import type { Plan, TaskId } from '../core/plan.ts';
import { promptText } from '../core/prompt-text.ts';
import type { RunState } from '../core/run-state.ts';
import type { RunSettings } from '../core/settings.ts';
import { subject } from './subject.ts';

/** Everything a runner on any machine needs for the attempt that the intent names. */
export function attemptSpec(
  state: RunState,
  intent: Extract<Intent, { type: 'attempt.starting' }>,
): AttemptSpec {
  const task = state.index.task.get(intent.task);
  if (task === undefined)
    throw new Error(`the log starts a task that its plan does not have: ${intent.task}`);
  const feedback = intent.feedback === '' ? [] : [{ path: 'feedback.md', text: intent.feedback }];
  return {
    id: { run: state.run, task: intent.task, number: intent.attempt },
    role: intent.role,
    base: intent.base,
    startFrom: intent.startFrom,
    branch: intent.branch,
    commitMessage: subject(`${task.id}: ${task.title}`),
    prompt: promptWith(promptText(task.prompt, state.plan.context), intent.feedback),
    context: [...state.plan.context, ...feedback],
    agent: state.settings.agent,
    ...profileOf(state.plan, task.agent),
    limits: state.settings.attempt,
    isolation: isolationOf(state.settings, intent.task),
    // What git has put together may be right as it is.
    verifyOnly: task.verifyOnly || intent.role === 'resolver',
  };
}

/** What is known of an agent that the plan names. */
export function profileOf(plan: Plan, name: string | undefined): Pick<AttemptSpec, 'profile'> {
  if (name === undefined) return {};
  return { profile: plan.profiles?.find((profile) => profile.name === name) ?? { name } };
}

/** For what is run to test the work. */
export function checkIsolation({ settings: { isolation } }: Pick<RunState, 'settings'>): IsolationSettings {
  return { ...isolation, network: isolation.checkNetwork };
}

function isolationOf({ isolation, taskNetwork }: RunSettings, task: TaskId): IsolationSettings {
  const own = Object.hasOwn(taskNetwork, task) ? taskNetwork[task] : undefined;
  return own === undefined ? isolation : { ...isolation, network: own };
}

/** The last try's feedback stands first: it is what matters most now, and a long prompt may be cut at its end. */
export function promptWith(prompt: string, feedback: string): string {
  return feedback === '' ? prompt : `=== FEEDBACK ON THE LAST TRY ===\n\n${feedback}\n${prompt}`;
}
