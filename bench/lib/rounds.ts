/** Measures several ways of doing one thing in turn, so that a machine that slows down slows all of them. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

export interface Contender {
  readonly name: string;
  /** One round. Only this is timed. */
  readonly run: () => void | Promise<void>;
  /** Before each round, untimed. */
  readonly prepare?: () => void | Promise<void>;
}

/** Milliseconds of each round, by the contender's name. */
export type Timings = ReadonlyMap<string, readonly number[]>;

/** Runs all contenders once in each round. The first round only warms up, and is not counted. */
export async function interleave(contenders: readonly Contender[], rounds: number): Promise<Timings> {
  const timings = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, run, prepare } of contenders) {
      await prepare?.();
      // Otherwise one contender pays for what another has left.
      collectGarbage();
      const start = performance.now();
      await run();
      const took = performance.now() - start;
      if (round > 0) timings.get(name)?.push(took);
    }
  }
  return timings;
}

/** NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Median over the rounds of `subject`'s time divided by `reference`'s in the same round: a slow moment of the
 * machine is in both, and falls out.
 */
export function medianRatio(timings: Timings, subject: string, reference: string): number {
  const references = timings.get(reference) ?? [];
  const ratios = (timings.get(subject) ?? []).map((took, round) => took / (references[round] ?? Number.NaN));
  return median(ratios);
}
