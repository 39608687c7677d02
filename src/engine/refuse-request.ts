import { isWithoutAgent } from '../core/agent-choice.ts';
import { consentIn } from '../core/consent.ts';
import { askingAttempt, questionId } from '../core/question-id.ts';
import type { Request } from '../core/request.ts';
import { unreachable } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { shellWord } from '../core/shell-word.ts';
import {
  hasAgent,
  isLostToDependents,
  isSettled,
  type TaskRecord,
  type TaskState,
} from '../core/task-state.ts';
import type { Refusal } from './api.ts';

/** A request that cannot mean anything is refused at once, rather than left in the log without effect. */
export function refuseRequest(state: RunState, request: Request): Refusal | null {
  const task = 'task' in request ? request.task : undefined;
  const reopens = request.type === 'requested.retry' || request.type === 'requested.skip';
  const record = task === undefined ? undefined : state.tasks.get(task);
  if (task !== undefined && record === undefined) return noSuchTask(state, task);
  if (state.phase.is === 'finished' && !reopens) {
    return {
      reason: 'finished',
      message: `run ${state.run} has ended (${state.phase.status})`,
      remedy: 'Start a new run, or retry a failed task of this one with `cox retry <task>`.',
    };
  }
  if (record === undefined) return null;
  // Its service is asked again.
  if (request.type === 'requested.retry' && isWithoutAgent(state, record)) return null;
  return otherQuestion(record, request) ?? refuseForTask(record.id, record.state, request);
}

/** The answer is for a question that was answered, or given up. */
function otherQuestion(record: TaskRecord, request: Request): Refusal | null {
  const asks = questionId(record);
  if (request.type !== 'requested.answer' || request.attempt === undefined || asks === null) return null;
  if (request.attempt === askingAttempt(record)) return null;
  const message = `${record.id}/${request.attempt} is not the question that ${record.id} waits with`;
  return notPossible(message, `It is ${asks}; see \`cox status\` for what it asks.`);
}

function noSuchTask(state: RunState, task: string): Refusal {
  return {
    reason: 'no-such-task',
    message: `run ${state.run} has no task ${task}`,
    remedy: `Its tasks are ${[...state.tasks.keys()].slice(0, 20).join(', ')}.`,
  };
}

function refuseForTask(task: string, state: TaskState, request: Request): Refusal | null {
  switch (request.type) {
    case 'requested.answer':
      if (state.is === 'asking' && state.held === true && consentIn(request.text) === null)
        return notPossible(`${task} waits for a yes or a no`, `Say: cox answer ${shellWord(task)} yes`);
      if (state.is === 'asking') return null;
      return notPossible(`${task} waits for no answer`, 'See `cox status` for tasks that are asking.');
    case 'requested.retry':
      return canBeTriedAgain(state) ? null : notTriedAgain(task, state);
    case 'requested.cancel':
      if (!isSettled(state)) return null;
      return notPossible(`${task} is ${state.is} already`, 'Nothing of it runs or will run.');
    case 'requested.skip':
      if (state.is === 'merged') return notPossible(`${task} is merged already`, 'There is nothing to skip.');
      if (state.is === 'done-before')
        return notPossible(`${task} was done before this run`, 'There is nothing to skip.');
      if (!hasAgent(state) && state.is !== 'merging') return null;
      return notPossible(`${task} is ${state.is}`, `Cancel it first with \`cox cancel --task ${task}\`.`);
    case 'requested.pause':
    case 'requested.unpause':
    case 'requested.stop':
    case 'requested.limit':
    case 'requested.heed':
      return null;
    default:
      return unreachable(request);
  }
}

/** What waits for the user counts, too: they may have mended what was in its way. */
function canBeTriedAgain(state: TaskState): boolean {
  switch (state.is) {
    case 'needs-user':
    case 'qa-blocked':
    case 'waiting-for-quota':
      return true;
    default:
      return isLostToDependents(state);
  }
}

function notTriedAgain(task: string, state: TaskState): Refusal {
  const remedy =
    state.is === 'asking'
      ? `Answer its question: cox answer ${shellWord(task)} "…"`
      : 'Only a failed, blocked or cancelled task, or one that waits for you, for QA or for its service, can be tried again.';
  return notPossible(`${task} is ${state.is}`, remedy);
}

function notPossible(message: string, remedy: string): Refusal {
  return { reason: 'not-possible', message, remedy };
}
