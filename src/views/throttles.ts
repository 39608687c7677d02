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

export function limitStatus({ throttles }: RunState): readonly LimitStatus[] {
  return [...throttles].map(([agent, throttle]) => ({
    agent,
    until: isoTime(throttle.until),
    atOnce: throttle.isProbing ? 1 : throttle.limit,
    refused: throttle.isRefused,
  }));
}

export function limitLines({ throttles }: RunState, now: number): readonly string[] {
  return [...throttles].map(([agent, throttle]) => `${agent}: ${words(throttle, now)}`);
}

function words({ until, limit, isProbing, isRefused }: Throttle, now: number): string {
  if (isRefused) return 'its service refused its credentials; another agent stands in';
  if (now < until) return `its service refuses more work until ${utcTime(until)}; then one agent is tried`;
  if (isProbing) return 'one agent is tried before the others, for its service refused work';
  return `at most ${limit} at once, one more with each success, for its service refused work`;
}
