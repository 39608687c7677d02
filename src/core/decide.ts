/**
 * What is to be done now. Pure: the time is an argument, and nothing is changed.
 * Each step looks at one concern; the first that has something to say speaks alone, and the caller asks again
 * after those events are in the log. So no step has to guess what another is about to change.
 */

import { integrationSteps } from './decide/integrate.ts';
import { endRun } from './decide/end.ts';
import { settleTasks } from './decide/settle.ts';
import { startAttempts } from './decide/start.ts';
import { stopAttempts } from './decide/stop.ts';
import { turnGroups } from './decide/groups.ts';
import type { EventBody } from './event.ts';
import type { RunState } from './run-state.ts';

export interface Decision {
  /** To be appended in this order; an intent among them is then to be performed. */
  readonly events: readonly EventBody[];
  /** When to decide again if nothing happens before, in milliseconds since the epoch. */
  readonly wakeAt?: number;
}

const STEPS: readonly ((state: RunState, now: number) => Decision)[] = [
  stopAttempts,
  settleTasks,
  integrationSteps,
  turnGroups,
  startAttempts,
  endRun,
];

export function decide(state: RunState, now: number): Decision {
  if (state.phase.is !== 'running') return { events: [] };
  let wakeAt: number | undefined;
  for (const step of STEPS) {
    const decision = step(state, now);
    if (decision.events.length > 0) return decision;
    if (decision.wakeAt !== undefined) wakeAt = Math.min(wakeAt ?? Number.POSITIVE_INFINITY, decision.wakeAt);
  }
  return wakeAt === undefined ? { events: [] } : { events: [], wakeAt };
}
