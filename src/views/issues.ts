/** Everything that did not go smoothly in a run, in the plan's order. */

import type { AttemptOutcome } from '../core/attempt.ts';
import { describeFailure } from '../core/failure.ts';
import { unreachable } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { lastAttempt, type TaskRecord } from '../core/task-state.ts';
import { isoTime } from './duration.ts';

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
    ...[...state.tasks.values()].flatMap((record) => [...attemptIssues(record), ...stateIssues(record)]),
    ...state.integration.conflicts.map(({ task, paths }): Issue => {
      const merged = state.tasks.get(task)?.state.is === 'merged';
      const what = `merging it conflicted in ${paths.join(', ')}`;
      return {
        severity: merged ? 'Minor' : 'Warning',
        about: task,
        what,
        came: merged ? 'merged after another try' : null,
      };
    }),
    ...[...state.groups.values()].flatMap((group): Issue[] => {
      if (group.validation === undefined || group.validation.passed) return [];
      const what = `its validation failed: ${group.validation.command}`;
      return [{ severity: 'Critical', about: `group ${group.number}`, what, came: null }];
    }),
  ];
}

/** Without the last attempt's failure where it is the end of the task: that is said once, with the task. */
function attemptIssues(record: TaskRecord): Issue[] {
  const last = record.state.is === 'failed' ? lastAttempt(record)?.number : undefined;
  return record.attempts.flatMap(({ number, outcome }): Issue[] => {
    const what = outcome === undefined ? null : attemptProblem(outcome);
    if (what === null || (number === last && outcome?.is === 'failed')) return [];
    const came = record.state.is === 'merged' ? 'merged after another try' : null;
    const severity = outcome?.is === 'failed' && came === null ? 'Warning' : 'Minor';
    return [{ severity, about: record.id, what: `attempt ${number}: ${what}`, came }];
  });
}

function attemptProblem(outcome: AttemptOutcome): string | null {
  switch (outcome.is) {
    case 'done':
      return null;
    case 'failed':
      return describeFailure(outcome.failure);
    case 'stopped':
      return outcome.why === 'budget' ? 'stopped because the budget was spent' : `stopped: ${outcome.why}`;
    case 'lost':
      return 'lost with the machine or its shim';
    case 'quota':
      return `the agent's service said to come back at ${isoTime(outcome.until)}`;
    case 'asking':
      return `asked: ${outcome.question}`;
    default:
      return unreachable(outcome);
  }
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
    case 'blocked':
      return [
        { severity: 'Warning', about, what: `not started: ${state.because} did not succeed`, came: null },
      ];
    default:
      return [];
  }
}
