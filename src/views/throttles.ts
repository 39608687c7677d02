/** What services behind agents refuse, for people and as JSON. */

import { isRefusedCredential } from '../core/attempt.ts';
import { describeFailure, type Failure } from '../core/failure.ts';
import { isUnder, throttlesOf } from '../core/limits.ts';
import type { TaskId } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import type { Throttle } from '../core/throttle.ts';
import { isoTime, utcTime } from './duration.ts';

export interface LimitStatus {
  /** The driver, with more where one driver has several credentials, and with the model where the limit is that of one. */
  readonly agent: string;
  /** No agent starts before, ISO 8601; it may be past. */
  readonly until: string;
  /** How many may run at once from then on. */
  readonly atOnce: number;
  /** Its service refused its credentials, which is so until the run is opened again. */
  readonly refused: boolean;
}

export function limitStatus(state: RunState): readonly LimitStatus[] {
  return inForce(state).map(([agent, throttle]) => ({
    agent,
    until: isoTime(throttle.until),
    atOnce: atOnce(throttle),
    refused: throttle.credentials !== 'taken',
  }));
}

function atOnce({ credentials, isProbing, limit }: Throttle): number {
  if (credentials === 'refused') return 0;
  return isProbing ? 1 : limit;
}

export function limitLines(state: RunState, now: number): readonly string[] {
  return inForce(state).map(([agent, throttle]) => `${agent}: ${words(throttle, now)}`);
}

/** No agent like that of the attempt starts before; null when nothing holds it. */
export function heldUntil(state: RunState, task: TaskId, number: number): number | null {
  const attempt = state.tasks.get(task)?.attempts.find((each) => each.number === number);
  const held = attempt === undefined ? [] : throttlesOf(state, { task, agent: attempt.agent });
  return held.length === 0 ? null : Math.max(...held.map(([, { until }]) => until));
}

/** Each agent whose credentials are refused once, with what its service said and what to do; untrusted text is part of it. */
export function refusedAgents(state: RunState): readonly string[] {
  return inForce(state).flatMap(([key, { credentials }]) => {
    const failure = credentials === 'taken' ? undefined : lastRefusal(state, key);
    return failure === undefined ? [] : [`${key}: ${describeFailure(failure)}`];
  });
}

function lastRefusal(state: RunState, key: string): Failure | undefined {
  const ends = [...state.tasks].flatMap(([task, { attempts }]) =>
    attempts.flatMap(({ agent, endedAt = 0, outcome }) =>
      outcome !== undefined &&
      isRefusedCredential(outcome) &&
      isUnder(state, { task, agent }, { key, isWhole: true })
        ? [{ endedAt, failure: outcome.failure }]
        : [],
    ),
  );
  return ends.toSorted((a, b) => b.endedAt - a.endedAt)[0]?.failure;
}

/** They matter to nobody once the run has ended. */
function inForce({ phase, throttles }: RunState): readonly (readonly [agent: string, Throttle])[] {
  return phase.is === 'finished' ? [] : [...throttles];
}

function words({ until, limit, isProbing, credentials }: Throttle, now: number): string {
  if (credentials === 'refused')
    return 'its service refuses its credentials; log in, or set its key. Other agents stand in where they can';
  if (credentials === 'doubted')
    return 'its service refused its credentials; other agents stand in where they can, else one is tried once more';
  if (now < until) return `its service refuses more work until ${utcTime(until)}; then one agent is tried`;
  if (isProbing) return 'one agent is tried before the others, for its service refused work';
  return `at most ${limit} at once, one more with each success, for its service refused work`;
}
