/** Everything that did not go smoothly in a run, in the plan's order. */

import { REFUSED_CREDENTIALS } from '../core/agent-problem.ts';
import { type AttemptOutcome, isRefusedCredential, type StopReason } from '../core/attempt.ts';
import { describeFailure } from '../core/failure.ts';
import { unreachable } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import type { AttemptRecord, TaskRecord } from '../core/task-state.ts';
import { isoTime } from './duration.ts';
import { leftNotes } from './left-notes.ts';
import { refusedAgents } from './throttles.ts';

export interface Issue {
  readonly severity: 'Critical' | 'Warning' | 'Minor';
  /** What it is about: a task's id, or a group. */
  readonly about: string;
  /** Untrusted text may be part of it. */
  readonly what: string;
  readonly came: string | null;
}

export function issuesOf(state: RunState): readonly Issue[] {
  return [
    ...dependencyIssues(state),
    ...credentialIssues(state),
    ...[...state.tasks.values()].flatMap((record) => [
      ...troubles(record),
      ...leftIssues(record),
      ...stateIssues(record),
    ]),
    ...[...state.groups.values()].flatMap((group): Issue[] => {
      if (group.validation === undefined || group.validation.passed) return [];
      const what = `its validation failed: ${group.validation.command}`;
      return [{ severity: 'Critical', about: `group ${group.number}`, what, came: null }];
    }),
  ];
}

function dependencyIssues({ dependencies }: RunState): Issue[] {
  if (dependencies.is !== 'failed') return [];
  const { command, output } = dependencies.result;
  const what = `${command} failed, so no task was started: ${output}`;
  return [{ severity: 'Critical', about: 'dependencies', what, came: null }];
}

/** Once for each agent; its attempts say no more than that it was so. */
function credentialIssues(state: RunState): Issue[] {
  return refusedAgents(state).map((what) => ({ severity: 'Critical', about: 'agents', what, came: null }));
}

interface Trouble {
  readonly at: number;
  readonly attempt: number;
  readonly what: string;
  readonly severe: boolean;
}

/** Without the last setback where it is the end of the task: that is said once, with the task. */
function troubles(record: TaskRecord): Issue[] {
  const setbacks = record.state.is === 'failed' ? record.setbacks.slice(0, -1) : record.setbacks;
  const all = [
    ...record.attempts.flatMap((attempt) => attemptTrouble(record, attempt)),
    ...setbacks.map(({ at, attempt, failure }): Trouble => {
      return { at, attempt, what: describeFailure(failure), severe: true };
    }),
  ];
  const came = record.state.is === 'merged' ? 'merged after another try' : null;
  return all
    .sort((one, other) => one.at - other.at)
    .map(({ attempt, what, severe }): Issue => {
      const severity = severe && came === null ? 'Warning' : 'Minor';
      return { severity, about: record.id, what: `attempt ${attempt}: ${what}`, came };
    });
}

/** How an attempt ended, where that is neither good nor a setback. */
function attemptTrouble(
  { setbacks }: TaskRecord,
  { number, role, outcome, endedAt = 0 }: AttemptRecord,
): Trouble[] {
  if (outcome === undefined) return [];
  const isSetback = setbacks.some(({ attempt }) => attempt === number);
  const what =
    role === 'qa'
      ? reviewProblem(outcome)
      : role === 'adviser'
        ? adviceProblem(outcome)
        : (attemptProblem(outcome) ?? uncounted(outcome, isSetback));
  return what === null ? [] : [{ at: endedAt, attempt: number, what, severe: false }];
}

function attemptProblem(outcome: AttemptOutcome): string | null {
  switch (outcome.is) {
    case 'done':
    case 'failed':
    case 'reviewed':
    case 'advised':
      return null;
    case 'stopped':
      return STOP_WORDS[outcome.why];
    case 'lost':
      return 'lost with the machine or its shim';
    case 'quota':
      return outcome.untold === true
        ? "the agent's service refused more work for a while"
        : `the agent's service said to come back at ${isoTime(outcome.until)}`;
    case 'asking':
      return `asked: ${outcome.question}`;
    default:
      return unreachable(outcome);
  }
}

/** A failure after which another agent, or a fresh session, went on. */
function uncounted(outcome: AttemptOutcome, isSetback: boolean): string | null {
  if (isSetback || outcome.is !== 'failed' || outcome.failure.reason !== 'agent-error') return null;
  if (isRefusedCredential(outcome)) return REFUSED_CREDENTIALS;
  return outcome.failure.kind === 'session' ? describeFailure(outcome.failure) : null;
}

/** A rejection is a setback of the task. */
function reviewProblem(outcome: AttemptOutcome): string | null {
  if (isRefusedCredential(outcome)) return REFUSED_CREDENTIALS;
  if (outcome.is === 'failed') return `QA gave no verdict: ${describeFailure(outcome.failure)}`;
  if (outcome.is === 'done') return describeFailure({ reason: 'no-verdict', tail: '' });
  if (outcome.is !== 'reviewed' || outcome.review.verdict !== 'blocked') return attemptProblem(outcome);
  return describeFailure({ reason: 'qa-blocked', report: outcome.review.report });
}

/** Without an answer the question has gone to others. */
function adviceProblem(outcome: AttemptOutcome): string | null {
  if (outcome.is === 'failed') return `the adviser gave no answer: ${describeFailure(outcome.failure)}`;
  if (outcome.is !== 'advised') return attemptProblem(outcome);
  return outcome.advice.is === 'answer' ? null : `the adviser had no answer: ${outcome.advice.why}`;
}

function leftIssues(record: TaskRecord): Issue[] {
  return leftNotes(record).map((what) => ({ severity: 'Warning', about: record.id, what, came: null }));
}

function stateIssues(record: TaskRecord): Issue[] {
  const { state } = record;
  const about = record.id;
  switch (state.is) {
    case 'failed': {
      const tries = `${record.attempts.length} attempt${record.attempts.length === 1 ? '' : 's'}`;
      const what = `failed for good after ${tries}: ${describeFailure(state.failure)}`;
      return [{ severity: 'Critical', about, what, came: null }];
    }
    case 'qa-blocked':
      return [{ severity: 'Critical', about, what: describeFailure(state.failure), came: null }];
    case 'needs-user': {
      const conflict = describeFailure({ reason: 'conflict', paths: state.conflict.paths });
      const why = state.failure.reason === 'conflict' ? '' : `: ${describeFailure(state.failure)}`;
      return [{ severity: 'Critical', about, what: `${conflict}; it waits for you${why}`, came: null }];
    }
    case 'blocked':
      return [
        { severity: 'Warning', about, what: `not started: ${state.because} did not succeed`, came: null },
      ];
    default:
      return [];
  }
}

const STOP_WORDS: Readonly<Record<StopReason, string>> = {
  cancelled: 'stopped: cancelled',
  interrupted: 'stopped: interrupted',
  budget: 'stopped because the budget was spent',
  context: 'stopped because its conversation was full; the next goes on with a digest',
};
