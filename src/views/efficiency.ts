/** What running in parallel has saved. */

import { err, ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { attemptMs } from './task-facts.ts';

export interface Efficiency {
  /** What the tasks that were worked on take one after the other. */
  readonly sequentialMs: number;
  /** The plan's own estimates of these tasks, or the time their agents ran, added up. */
  readonly from: 'estimates' | 'attempts';
  /** For how long processes have driven the run: interruptions do not count, pauses do. */
  readonly actualMs: number;
  /** (sequential − actual) / sequential: 0.62 is 62 % saved, a negative one is time lost. */
  readonly ratio: number;
}

/** What is lost on less work than this is the time that starting, checking and merging take. */
const WORTH_A_LOSS_MS = 60_000;

/** Null where it is not known. */
export function efficiencyOf(state: RunState): Efficiency | null {
  const measured = measureEfficiency(state);
  return measured.ok ? measured.value : null;
}

/** Or why it is not known. Of a run without success it would compare the time of half the work with pauses and waits. */
export function measureEfficiency(state: RunState): Result<Efficiency, string> {
  if (state.phase.is !== 'finished') return err('the run has not ended');
  if (state.phase.status !== 'succeeded') return err('the run has not succeeded');
  const worked = [...state.tasks.values()].filter((record) => record.attempts.length > 0);
  if (worked.length < 2) return err('fewer than two tasks were worked on');
  const sequential = sequentialOf(state, worked);
  if (sequential.ms <= 0) return err('no time was measured');
  const actualMs = state.driven.ms;
  const ratio = (sequential.ms - actualMs) / sequential.ms;
  if (ratio < 0 && sequential.ms < WORTH_A_LOSS_MS) return err('the tasks together took less than a minute');
  return ok({ sequentialMs: sequential.ms, from: sequential.from, actualMs, ratio });
}

function sequentialOf(
  state: RunState,
  worked: readonly TaskRecord[],
): { readonly ms: number; readonly from: Efficiency['from'] } {
  const estimates = worked
    .map((record) => state.index.task.get(record.id)?.estimateSeconds)
    .filter((seconds) => seconds !== undefined);
  if (estimates.length === worked.length) {
    return { ms: 1000 * estimates.reduce((sum, seconds) => sum + seconds, 0), from: 'estimates' };
  }
  const attempts = worked.flatMap((record) => record.attempts.map((attempt) => attemptMs(attempt) ?? 0));
  return { ms: attempts.reduce((sum, ms) => sum + ms, 0), from: 'attempts' };
}
