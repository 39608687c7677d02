import { agentOfRole } from '../core/agent-choice.ts';
import { type AttemptSpec, onlyLooks } from '../core/attempt.ts';
import { allowancesOf } from '../core/budget.ts';
import type { Intent } from '../core/event.ts';
import { digestOf, goOnPrompt, toHeedText } from '../core/go-on.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import { throttlesOf } from '../core/limits.ts';
import type { Plan, TaskId } from '../core/plan.ts';
import { promptText } from '../core/prompt-text.ts';
import { type RunState, taskRecord } from '../core/run-state.ts';
import { FULLEST, lastInSession, mayHandOver, stillToHeed, usedInSession } from '../core/sessions.ts';
import type { RunSettings } from '../core/settings.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { agentContext, contextNote } from './agent-context.ts';
import { askNote } from './ask-note.ts';
import { decisionsNote, mailFiles, mailNote } from './mail-prompt.ts';
import { subject } from './subject.ts';

/** Everything a runner on any machine needs for the attempt that the intent names. */
export function attemptSpec(state: RunState, intent: Starting): AttemptSpec {
  const task = state.index.task.get(intent.task);
  if (task === undefined)
    throw new Error(`the log starts a task that its plan does not have: ${intent.task}`);
  const agent = intent.agent ?? agentOfRole(state.settings, intent.role);
  const { prices } = state.settings;
  const allowances = allowancesOf(state, taskRecord(state, intent.task));
  const own = intent.role === 'executor' ? agentContext(state, task) : null;
  const feedback = intent.feedback === '' ? [] : [{ path: 'feedback.md', text: intent.feedback }];
  return {
    id: { run: state.run, task: intent.task, number: intent.attempt },
    role: intent.role,
    base: intent.base,
    startFrom: intent.startFrom,
    branch: intent.branch,
    commitMessage: subject(`${task.id}: ${task.title}`),
    ...told(state, intent, { prompt: promptText(task.prompt, state.plan.context), signs: signsOf(task.id) }),
    context: [
      ...state.plan.context,
      ...(own === null ? [] : [own]),
      ...(onlyLooks(intent.role) ? [] : mailFiles(state)),
      ...feedback,
    ],
    agent,
    ...(throttlesOf(state, { task: task.id, agent }).length > 0 ? { probes: true } : {}),
    ...profileOf(state.plan, task.agent),
    limits: state.settings.attempt,
    ...(prices === undefined ? {} : { prices }),
    ...(allowances.length === 0 ? {} : { allowances }),
    isolation: isolationOf(state.settings, intent.task),
    ...(handsOver(state, intent) ? { fullestContext: FULLEST } : {}),
    // What git has put together may be right as it is.
    verifyOnly: task.verifyOnly || task.mayChangeNothing === true || intent.role === 'resolver',
  };
}

/** Who looks at work, or answers, has soon done so, and begins anew with each. */
function handsOver({ tasks }: RunState, { task, role }: Starting): boolean {
  const record = tasks.get(task);
  return !onlyLooks(role) && record !== undefined && mayHandOver(record);
}

type Starting = Extract<Intent, { type: 'attempt.starting' }>;

export function signsOf(task: TaskId): string {
  return [
    'When the whole task is done, end as you were told at first, with this line:',
    `<promise>TASK_DONE: ${task}</promise>`,
    'When it cannot be done, say why, and end with this line instead:',
    `<promise>TASK_FAILED: ${task}</promise>`,
  ].join('\n');
}

interface Telling {
  /** The whole of it, without the feedback of earlier tries. */
  readonly prompt: string;
  /** How it says that it has ended, for who was told at first. */
  readonly signs: string;
}

/** What the attempt is told: in a session what is new, else everything. */
export function told(
  state: RunState,
  intent: Starting,
  { prompt, signs }: Telling,
): Pick<AttemptSpec, 'session' | 'counted' | 'prompt'> {
  const { task, attempt, role, session, startFrom, feedback } = intent;
  const record = taskRecord(state, task);
  const last = session === undefined ? undefined : lastInSession(record, session, attempt);
  const isAlone = onlyLooks(role);
  if (session === undefined || last === undefined) {
    const others = isAlone ? '' : `${mailNote(state)}${askNote(state, task)}`;
    const built = role === 'executor' ? contextNote(state) : '';
    return { prompt: freshPrompt(record, intent, `${others}${built}${prompt}`) };
  }
  const decided = isAlone ? '' : decisionsNote(state, last.requestedAt);
  return {
    session,
    counted: usedInSession(record, session, attempt),
    prompt: `${goOnPrompt({ last, startFrom, feedback, toHeed: stillToHeed(record, intent), signs })}${decided}`,
  };
}

/** The last try's feedback stands first: it is what matters most now, and a long prompt may be cut at its end. */
function freshPrompt(record: TaskRecord, intent: Starting, prompt: string): string {
  const { attempt, role, feedback } = intent;
  // Who looks at work looks at it as if nobody had.
  const before = record.attempts.filter(
    (each) => !onlyLooks(role) && each.role === role && each.number < attempt,
  );
  const heard = feedback === '' ? '' : `=== FEEDBACK ON THE LAST TRY ===\n\n${feedback}`;
  return [heard, toHeedText(stillToHeed(record, intent)), digestOf(before), prompt]
    .filter((part) => part !== '')
    .join('\n');
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
