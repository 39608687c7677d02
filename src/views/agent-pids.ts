/** `agent_pids.txt` of a plan of parallel groups: a line `builder-1:4242` for each agent that is at work. */

import { safeName, slugOf } from '../core/names.ts';
import type { TaskId } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import { reviewerOf, type TaskRecord } from '../core/task-state.ts';
import { agentTasks } from './agent-names.ts';
import { openAttempt } from './task-facts.ts';

/** The living process of an attempt's agent on this machine; null when there is none. */
export type PidOf = (task: TaskId, attempt: number) => number | null;

export function agentPids(state: RunState, pidOf: PidOf): string {
  return agentTasks(state)
    .flatMap(({ name, tasks }) => tasks.map((record) => pidLine(state, record, { name, pidOf })))
    .join('');
}

function pidLine(
  state: RunState,
  record: TaskRecord,
  { name, pidOf }: { readonly name: string; readonly pidOf: PidOf },
): string {
  const open = openAttempt(record);
  const pid = open === undefined ? null : pidOf(record.id, open.number);
  if (open === undefined || pid === null) return '';
  const reviewer = reviewerOf(record.state, state.index.task.get(record.id));
  const who =
    open.role === 'executor' ? name : reviewer === undefined ? open.role : safeName(slugOf(reviewer));
  return `${who}:${pid}\n`;
}
