import type { EventBody } from '../event.ts';
import { escalatedFrom, silence } from '../mail-routes.ts';
import type { RunState } from '../run-state.ts';
import type { Decision } from './decision.ts';

/** Messages that an agent has had for too long without a word. Each is told once. */
export function escalateMail(state: RunState, now: number): Decision {
  const events: EventBody[] = [];
  let wakeAt = Number.POSITIVE_INFINITY;
  for (const id of state.mail.waiting) {
    const record = state.mail.records.get(id);
    const silent = record === undefined ? null : silence(state, record);
    if (silent === null) continue;
    const from = escalatedFrom(silent);
    if (from <= now) events.push({ type: 'message.escalated', message: id, waiting: silent.tasks });
    else wakeAt = Math.min(wakeAt, from);
  }
  return Number.isFinite(wakeAt) ? { events, wakeAt } : { events };
}
