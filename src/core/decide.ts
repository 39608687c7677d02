/**
 * What is to be done now. Pure: the time is an argument, and nothing is changed.
 * Each step looks at one concern; the first that has something to say speaks alone, and the caller asks again
 * after those events are in the log. So no step has to guess what another is about to change.
 */

import type { Decision } from './decide/decision.ts';
import { endRun } from './decide/end.ts';
import { escalateMail } from './decide/escalate.ts';
import { turnGroups } from './decide/groups.ts';
import { holdStarts } from './decide/hold-starts.ts';
import { integrationSteps } from './decide/integrate.ts';
import { proveTasks } from './decide/prove.ts';
import { lookAtResolutions } from './decide/resolve.ts';
import { settleTasks } from './decide/settle.ts';
import { startAttempts } from './decide/start.ts';
import { stopAttempts } from './decide/stop.ts';
import type { RunState } from './run-state.ts';

const STEPS: readonly ((state: RunState, now: number) => Decision)[] = [
  stopAttempts,
  settleTasks,
  lookAtResolutions,
  proveTasks,
  integrationSteps,
  turnGroups,
  holdStarts,
  startAttempts,
  escalateMail,
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
