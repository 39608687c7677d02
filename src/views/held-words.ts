/** What of a plan is left for another run. */

import { fewOf } from '../core/few-of.ts';
import type { Plan } from '../core/plan.ts';

/** Null for nothing. A plan's own words are in it. */
export function heldWords({ held = [] }: Plan): string | null {
  return held.length === 0 ? null : `${fewOf(held)}, which the plan holds back`;
}
