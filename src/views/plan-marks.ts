/** What of a run is marked in a plan that is one Markdown file. */

import { verdictOf } from '../core/proof.ts';
import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { shortDuration } from './duration.ts';
import { workedMs } from './task-facts.ts';

export interface PlanMarks {
  readonly tasks: readonly {
    readonly id: string;
    readonly title: string;
    readonly duration?: string;
    readonly warnings: boolean;
  }[];
  readonly groups: readonly {
    readonly number: number;
    readonly actual?: string;
    readonly report?: string;
  }[];
}

/**
 * Merged tasks of groups that have come to their end, and those groups of which every task is done. `report`: where the
 * run's report is; it is written when the run has ended or is left, and named then.
 */
export function planMarks(state: RunState, report?: string): PlanMarks {
  const ended = state.plan.groups.filter(({ number }) => {
    const is = state.groups.get(number)?.state;
    return is === 'closed' || is === 'failed' || (is === 'open' && state.phase.is === 'finished');
  });
  const merged = ended.flatMap(({ tasks }) =>
    tasks.flatMap((id) => {
      const record = state.tasks.get(id);
      return record?.state.is === 'merged' ? [record] : [];
    }),
  );
  return {
    tasks: merged.map((record) => {
      const ms = workedMs(record);
      return {
        id: record.id,
        title: state.index.task.get(record.id)?.title ?? '',
        ...(ms === null ? {} : { duration: shortDuration(ms) }),
        warnings: hasWarnings(record),
      };
    }),
    groups: ended
      .filter(({ tasks }) => isComplete(state, tasks))
      .map(({ number }) => ({
        ...groupMark(state, number),
        ...(report === undefined || state.phase.is === 'running' ? {} : { report }),
      })),
  };
}

function hasWarnings({ proof }: TaskRecord): boolean {
  return proof !== null && verdictOf(proof) === 'complete-with-warnings';
}

function isComplete({ tasks: records }: RunState, tasks: readonly string[]): boolean {
  const states = tasks.map((id) => records.get(id)?.state.is);
  return states.includes('merged') && states.every((is) => is === 'merged' || is === 'done-before');
}

function groupMark({ groups }: RunState, number: number): PlanMarks['groups'][number] {
  const { openedAt, closedAt } = groups.get(number) ?? {};
  if (openedAt === undefined || closedAt === undefined) return { number };
  return { number, actual: shortDuration(closedAt - openedAt) };
}
