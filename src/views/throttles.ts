/** What services behind agents refuse, for people and as JSON. */

import type { RunState } from '../core/run-state.ts';
import type { Throttle } from '../core/throttle.ts';
import { isoTime, utcTime } from './duration.ts';

export interface LimitStatus {
  /** The driver, with more where one driver has several credentials. */
  readonly agent: string;
  /** No agent starts before, ISO 8601; it may be past. */
  readonly until: string;
  /** How many may run at once from then on. */
  readonly atOnce: number;
  /** Its service takes its credentials no more in this run. */
  readonly refused: boolean;
}

export function limitStatus(state: RunState): readonly LimitStatus[] {
  return inForce(state).map(([agent, throttle]) => ({
    agent,
    until: isoTime(throttle.until),
    atOnce: throttle.isProbing ? 1 : throttle.limit,
    refused: throttle.isRefused,
  }));
}

export function limitLines(state: RunState, now: number): readonly string[] {
  return inForce(state).map(([agent, throttle]) => `${agent}: ${words(throttle, now)}`);
}

/** They matter to nobody once the run has ended. */
function inForce({ phase, throttles }: RunState): readonly (readonly [agent: string, Throttle])[] {
  return phase.is === 'finished' ? [] : [...throttles];
}

function words({ until, limit, isProbing, isRefused }: Throttle, now: number): string {
  if (isRefused) return 'its service refused its credentials; other agents stand in where they can';
  if (now < until) return `its service refuses more work until ${utcTime(until)}; then one agent is tried`;
  if (isProbing) return 'one agent is tried before the others, for its service refused work';
  return `at most ${limit} at once, one more with each success, for its service refused work`;
}
