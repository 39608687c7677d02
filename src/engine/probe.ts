/**
 * Places at which a crash must change nothing. Around every command of a run there are four: before its intent is in
 * the log, after that, after its effect, and after its outcome is in the log.
 */

import type { Intent } from '../core/event.ts';

export type ProbePoint = 'before-intent' | 'after-intent' | 'after-effect' | 'after-outcome';

export type Probe = (point: ProbePoint, what: Intent['type']) => void;

export interface Fault {
  /** `<point>:<intent>:<n>`, e.g. `after-effect:merge.starting:2`: where to crash, counting from 1. Absent: nowhere. */
  readonly at?: string;
  /** Told of every place that is passed, in the same form. */
  readonly passed: (place: string) => void;
  /** Ends the process at once; does not return. */
  readonly crash: () => void;
}

export function faultProbe({ at, passed, crash }: Fault): Probe {
  const times = new Map<string, number>();
  return (point, what) => {
    const name = `${point}:${what}`;
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    const place = `${name}:${nth}`;
    passed(place);
    if (place === at) crash();
  };
}
