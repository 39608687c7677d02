/** When a service that refuses work may be asked again, as the agent tells it. What it tells is untrusted. */

import type { AgentEvent, ClockTime } from '../driver.ts';

const MINUTE_MS = 60_000;
/** No service counts in longer times. A wrong one must not stop a run for ever, nor lie beyond what a date can be. */
const LONGEST_MS = 31 * 24 * 60 * MINUTE_MS;
/** A time that was named a moment ago may have passed since: it is not tomorrow's. */
const JUST_PAST_MS = 5 * MINUTE_MS;
/** A day that ends summer time has 25 hours; one that begins it may lack the time that is looked for. */
const LOOKED_AHEAD_MS = 49 * 60 * MINUTE_MS;

/** `at` is when it was told, milliseconds since the epoch. Undefined: it names no time. */
export function quotaTime(
  { until, afterMs, clock }: Extract<AgentEvent, { type: 'quota' }>,
  at: number,
): number | undefined {
  const told = until ?? (afterMs === undefined ? clock && clockTime(clock, at) : at + afterMs);
  return told === undefined || Number.isNaN(told) ? undefined : Math.min(told, at + LONGEST_MS);
}

/** The end of the minute that is named, for its seconds are not told. In the time zone of this process, as agents have it. */
function clockTime({ hour, minute, date }: ClockTime, at: number): number | undefined {
  if (date !== undefined)
    return new Date(date.year, date.month - 1, date.day, hour, minute).getTime() + MINUTE_MS;
  const first = Math.floor((at - JUST_PAST_MS) / MINUTE_MS) * MINUTE_MS;
  // Minute by minute, for a time of day comes twice when summer time ends, and not at all when it begins.
  for (let time = first; time < first + LOOKED_AHEAD_MS; time += MINUTE_MS) {
    const local = new Date(time);
    if (local.getHours() === hour && local.getMinutes() === minute) return time + MINUTE_MS;
  }
  return undefined;
}
