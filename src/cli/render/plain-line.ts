/** One plain line for each event that is worth one, for pipes and logs. */

import type { CommandResult, EventBody, InstallResult, LoggedEvent } from '../../core/event.ts';
import { describeFailure } from '../../core/failure.ts';
import { describeForeseen } from '../../core/foreseen.ts';
import { type MergeResult, resolvedWords } from '../../core/merge-result.ts';
import { unreachable } from '../../core/result.ts';
import type { RunState } from '../../core/run-state.ts';
import { alikeWords } from '../../views/alike.ts';
import { outcomeWords } from '../../views/attempt-log.ts';
import { installedLine } from '../../views/dependency-facts.ts';
import { shortDuration, utcTime } from '../../views/duration.ts';
import { e2eLine } from '../../views/e2e-facts.ts';
import { groupBranchWords } from '../../views/group-branch.ts';
import { leftWords } from '../../views/left-notes.ts';
import { resumeCommand } from '../../views/next-steps.ts';
import { confinementWords } from '../../views/protection.ts';
import { heldUntil } from '../../views/throttles.ts';
import { doerOf, roleOf } from './attempt-doer.ts';
import { checksText } from './checks-text.ts';
import { clean } from './clean.ts';
import { requestText } from './request-text.ts';

/** Columns of the longest line. */
const LONGEST = 500;

/** `12:03:44` on this machine's clock. */
export function localTime(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

/**
 * `12:03:44 task-001 started (attempt 1, slot-1)`; null for an event that says nothing new to a reader. The state is that
 * after the event, or a later one.
 */
export function plainLine(
  event: LoggedEvent,
  state: RunState,
  time: (at: number) => string = localTime,
): string | null {
  const text = isOfBlockedGroup(event, state) ? null : textOf(event, state);
  return text === null ? null : `${time(event.at)} ${clean(text, LONGEST)}`;
}

/** Its turn comes and goes, and nothing is done in it. */
function isOfBlockedGroup(event: LoggedEvent, { index, tasks }: RunState): boolean {
  if (event.type !== 'group.opened' && event.type !== 'group.closed') return false;
  const ids = index.group.get(event.group)?.tasks ?? [];
  return ids.length > 0 && ids.every((id) => tasks.get(id)?.state.is === 'blocked');
}

function textOf(event: LoggedEvent, state: RunState): string | null {
  switch (event.type) {
    case 'run.created':
      return `run ${event.run}: ${count(event.plan.tasks.length, 'task')} of ${event.plan.id}, to be merged into ${event.integrationBranch}`;
    case 'run.opened':
      return `run ${event.run} is driven by process ${event.owner.pid} on ${event.owner.host}; agents are ${confinementWords(event.protection)}`;
    case 'run.suspended':
      return `run ${event.run} left (${event.reason}); go on with: ${resumeCommand(state)}`;
    case 'run.finished':
      return `run ${event.run} ${event.status}`;
    case 'breaker.opened':
      return `several tasks failed alike (${alikeWords(event.signature)}), so nothing new starts for ${shortDuration(event.until - event.at)}; see \`cox logs <task>\`, and stop with Ctrl-C to mend the cause`;
    case 'group.opened':
      return `group ${event.group} begins`;
    case 'group.closed':
      return `group ${event.group} is settled`;
    case 'group.failed':
      return `group ${event.group} failed: ${describeFailure(event.failure)}`;
    case 'group.branching':
      return null;
    case 'group.branched':
      return `group ${event.group}: ${groupBranchWords(state, event.group) ?? 'no branch'}`;
    case 'conflicts.foreseen':
      return foreseenText(event);
    case 'message.sent':
    case 'message.refused':
    case 'message.escalated':
      return mailText(event);
    default:
      return taskText(event, state);
  }
}

/** Each pair is named once, when it is new. */
function foreseenText({ found }: Extract<EventBody, { type: 'conflicts.foreseen' }>): string | null {
  const fresh = found.filter(({ known }) => !known).map(describeForeseen);
  return fresh.length === 0 ? null : `foreseen: ${fresh.join('; ')}`;
}

type MailLevel = 'message.sent' | 'message.refused' | 'message.escalated';

/** That something was taken note of is of interest to its sender alone. */
function mailText(event: Extract<EventBody, { type: MailLevel }>): string | null {
  if (event.type === 'message.refused')
    return `${event.task} left ${event.file}, no message: ${event.problem}`;
  if (event.type === 'message.escalated')
    return `message ${event.message} is not acknowledged by ${event.waiting.join(', ')}`;
  const { type, to, inReplyTo, subject } = event.letter;
  if (type === 'acknowledgment') return null;
  const whom = to ?? `the sender of ${inReplyTo ?? 'nothing'}`;
  return `${event.task} to ${whom}: ${type}${subject === '' ? '' : ` "${subject}"`}`;
}

type RunLevel = 'run.created' | 'run.opened' | 'run.suspended' | 'run.finished' | 'breaker.opened';
type GroupLevel = 'group.opened' | 'group.closed' | 'group.failed' | 'group.branching' | 'group.branched';
type TaskOrBelow = Exclude<LoggedEvent, { type: RunLevel | GroupLevel | MailLevel | 'conflicts.foreseen' }>;

function taskText(event: TaskOrBelow, state: RunState): string | null {
  switch (event.type) {
    case 'attempt.started':
      return `${event.task} started (attempt ${[event.attempt, ...roleOf(event, state), ...doerOf(event, state), event.slot].join(', ')})`;
    case 'attempt.stopping':
      return `${event.task} is being stopped (${event.why})`;
    case 'attempt.ended':
      return attemptEnded(event, state);
    case 'task.accepted':
      return `${event.task} accepted, waits for its merge`;
    case 'task.retrying':
      return `${event.task} is tried again${pause(event.notBefore - event.at)} because ${describeFailure(event.failure)}`;
    case 'task.failed':
      return `${event.task} failed: ${describeFailure(event.failure)}`;
    case 'task.unresolved':
      return `${event.task} needs you: ${describeFailure(event.failure)}`;
    case 'task.held':
      return `${event.task} waits for your word to start`;
    case 'task.cancelled':
      return `${event.task} cancelled`;
    case 'task.blocked':
      return `${event.task} blocked: ${event.because} did not succeed`;
    case 'attempt.starting':
    case 'attempt.progress':
      return null;
    default:
      return mergeText(event);
  }
}

type AttemptLevel =
  | 'attempt.starting'
  | 'attempt.started'
  | 'attempt.progress'
  | 'attempt.stopping'
  | 'attempt.ended';
type TaskLevel =
  | 'task.accepted'
  | 'task.retrying'
  | 'task.failed'
  | 'task.unresolved'
  | 'task.cancelled'
  | 'task.held'
  | 'task.blocked';
type MergeOrRequest = Exclude<TaskOrBelow, { type: AttemptLevel | TaskLevel }>;

function mergeText(event: MergeOrRequest): string | null {
  switch (event.type) {
    case 'dependencies.installing':
      return 'the dependencies of the plan are being installed';
    case 'dependencies.installed':
      return installedText(event.result);
    case 'integration.prepared':
      return `branch ${event.branch} is ready`;
    case 'merge.ended':
      return mergedText(event.task, event.result);
    case 'resolution.ended':
    case 'takeover.ended':
      return foundText(event);
    case 'test.ended':
      return testText(event);
    case 'blame.ended':
      return blameText(event);
    case 'checks.ended':
      return `${event.task} ${checksText(event.proof)}`;
    case 'validation.starting':
      return `group ${event.group} validation begins`;
    case 'validation.ended':
      return `group ${event.group} validation ${outcomeOf(event.result)}${event.guilty.length > 0 ? `, because of ${event.guilty.join(', ')}` : ''}`;
    case 'integration.advanced':
      return `merged: ${event.tasks.join(', ')} (${event.to.slice(0, 10)})`;
    case 'integration.moved':
      if (event.actual === null) return 'the integration branch was removed by somebody else';
      return event.ours
        ? 'the integration branch was moved by somebody else; merging goes on from there'
        : 'the integration branch was moved by somebody else to a commit without our work';
    case 'integration.preparing':
    case 'checks.starting':
    case 'checks.progress':
    case 'merge.starting':
    case 'resolution.starting':
    case 'takeover.starting':
    case 'test.starting':
    case 'test.stopping':
    case 'test.stopped':
    case 'blame.starting':
    case 'integration.advancing':
      return null;
    default:
      return requestText(event);
  }
}

function installedText(result: InstallResult): string {
  if (result.is === 'failed') return `installing the dependencies ${outcomeOf(result.result)}`;
  return installedLine(result);
}

function testText({ task, result }: Extract<EventBody, { type: 'test.ended' }>): string {
  const { command, e2e } = result;
  const said = [
    ...(command === '' ? [] : [`test of its merge ${e2e === undefined ? outcomeOf(result) : 'passed'}`]),
    ...(e2e === undefined ? [] : [e2eLine(e2e)]),
  ];
  return `${task} ${said.join('; ')}`;
}

/** Of a resolution, and of what the user has left on the branch. */
function foundText({
  task,
  found,
}: Extract<EventBody, { type: 'resolution.ended' | 'takeover.ended' }>): string {
  switch (found.is) {
    case 'resolved':
      return `${task} has its conflict resolved`;
    case 'taken':
      return `${task} goes on with what you have resolved`;
    case 'unchanged':
      return `${task} still needs you: its branch is as it was`;
    case 'refused':
      return `${task} ${describeFailure({ reason: 'unresolved', findings: found.findings })}`;
    default:
      return unreachable(found);
  }
}

function blameText({ task, found }: Extract<EventBody, { type: 'blame.ended' }>): string {
  switch (found.is) {
    case 'alone':
      return `${task} fails its merge test by itself`;
    case 'together':
      return `${task} fails its merge test together with ${found.with}${found.more ? ' and still others' : ''}`;
    default:
      return `${task} passes its merge test when it is run again; it is merged anew`;
  }
}

function mergedText(task: string, result: MergeResult): string | null {
  if (result.is === 'clean')
    return result.resolved === undefined
      ? null
      : `${task} conflicts resolved in ${resolvedWords(result.resolved)}`;
  const reasons = (result.unresolved ?? []).map(({ path, reason }) => `${path}: ${reason}`);
  return [`${task} conflicts in ${result.paths.join(', ')}`, ...reasons].join('; ');
}

function attemptEnded(event: Extract<LoggedEvent, { type: 'attempt.ended' }>, state: RunState): string {
  const { outcome } = event;
  const work =
    outcome.work === undefined
      ? ''
      : `: ${count(outcome.work.files.length, 'file')}, +${outcome.work.linesAdded} -${outcome.work.linesRemoved}`;
  const roles = roleOf(event, state).map((role) => ` (${role})`);
  const left = leftWords(outcome);
  const more = `${outcome.is === 'done' ? work : waitOf(event, state)}${left === null ? '' : `; ${left}`}`;
  return `${event.task} attempt ${event.attempt}${roles.join('')} ${outcomeWords(outcome)}${more}`;
}

/** Of a service that has named no time. */
function waitOf(
  { task, attempt, outcome }: Extract<LoggedEvent, { type: 'attempt.ended' }>,
  state: RunState,
): string {
  if (outcome.is !== 'quota' || outcome.untold !== true) return '';
  const until = heldUntil(state, task, attempt);
  return until === null ? '' : ` until ${utcTime(until)}`;
}

function outcomeOf(result: CommandResult): string {
  if (result.passed) return `passed (${shortDuration(result.durationMs)})`;
  return `failed (${result.exitCode === null ? 'stopped' : `exit ${result.exitCode}`}): ${result.command}`;
}

function pause(ms: number): string {
  return ms >= 1000 ? ` in ${shortDuration(ms)}` : '';
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
