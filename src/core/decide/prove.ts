import type { EventBody } from '../event.ts';
import { checksKey } from '../intent-key.ts';
import { type RunState, taskRecord } from '../run-state.ts';
import { workBase } from '../task-state.ts';
import type { Decision } from './decision.ts';

/** Has the work of tasks checked whose agents say that they are done, as many at once as there may be agents. */
export function proveTasks(state: RunState): Decision {
  if (state.control.stopping !== null || state.integration.movedTo !== null) return { events: [] };
  const events: EventBody[] = [];
  let room = state.control.maxParallel - openChecks(state);
  for (const task of state.undecided) {
    if (room <= 0) break;
    const record = taskRecord(state, task);
    const { state: now } = record;
    if (now.is !== 'checking' || now.passed) continue;
    const { attempt, tip } = now;
    const base = workBase(record);
    if (base === undefined || state.open.has(checksKey({ task, attempt }))) continue;
    events.push({ type: 'checks.starting', task, attempt, base, tip });
    room -= 1;
  }
  return { events };
}

/** How many tasks are checked now. */
export function openChecks({ open }: RunState): number {
  let count = 0;
  for (const { type } of open.values()) if (type === 'checks.starting') count += 1;
  return count;
}
