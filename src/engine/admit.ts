/** Holds attempts back that the machine has no room for. What else was decided is done, and what runs runs on. */

import type { Decision } from '../core/decide/decision.ts';
import type { EventBody } from '../core/event.ts';
import type { Admission } from '../ports/admission.ts';

/** Nobody tells when there is room again. */
const ASK_AGAIN_MS = 2_000;

export interface AdmittedDecision extends Decision {
  /** Undefined where it was not asked: whatever was short may still be. */
  readonly shortage?: string | null;
}

/** `running`: attempts of the run at this time. */
export async function admitted(
  decision: Decision,
  admission: Admission,
  { now, running }: { readonly now: number; readonly running: number },
): Promise<AdmittedDecision> {
  const wanted = decision.events.filter(isStart).length;
  if (wanted === 0) return decision.events.length === 0 ? { ...decision, shortage: null } : decision;
  const { starts, shortage } = await admission.admit(wanted, running);
  if (starts >= wanted) return { ...decision, shortage };
  let passed = 0;
  const events = decision.events.filter((event) => {
    if (!isStart(event)) return true;
    passed += 1;
    return passed <= starts;
  });
  const wakeAt = Math.min(decision.wakeAt ?? Number.POSITIVE_INFINITY, now + ASK_AGAIN_MS);
  return { events, wakeAt, shortage };
}

function isStart(event: EventBody): boolean {
  return event.type === 'attempt.starting';
}
