/** Has what was asked of a task's work looked at. */

import { extname } from 'node:path';
import { type OpenIntent, type RunState, taskRecord } from '../core/run-state.ts';
import { checkIsolation } from './attempt-spec.ts';
import type { Performing } from './parts.ts';

export async function proveWork(
  { task: id, attempt, base, tip }: Extract<OpenIntent, { type: 'checks.starting' }>,
  { ports, state, emit, signal }: Performing,
): Promise<void> {
  const task = state.index.task.get(id);
  if (task === undefined) throw new Error(`the log checks a task that its plan does not have: ${id}`);
  // The user may hand in more than once after the same attempt.
  const isOwn = taskRecord(state, id).resolved !== tip;
  const request = {
    run: state.run,
    key: `checks/${id}/${attempt}${isOwn ? '' : `-${tip.slice(0, 12)}`}`,
    task,
    planFolder: planFolder(state),
    base,
    tip,
    settings: state.settings.checks,
    isolation: checkIsolation(state),
  };
  const report = (step: string): void => emit({ type: 'checks.progress', task: id, attempt, step });
  const proof = await ports.prover.prove(request, report, signal);
  if (proof !== null) emit({ type: 'checks.ended', task: id, attempt, proof });
}

/** A plan is a folder, or one file whose folder holds nothing of it. */
export function planFolder({ source }: RunState): string | null {
  return extname(source) === '' ? source : null;
}
