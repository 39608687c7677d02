/** Work that a plan has marked as done, and that a run begins without: the branch that holds it was never merged. */

import type { RunState } from '../core/run-state.ts';
import type { History } from '../ports/history.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { MissingWork } from './api.ts';

/** `earlier`: other runs, newest first. A task counts where it was merged last. */
export async function missingWork(
  { run, base, plan, source }: RunState,
  earlier: readonly RunState[],
  history: Pick<History, 'contains'>,
): Promise<readonly MissingWork[]> {
  const left = new Set(plan.tasks.filter(({ done }) => done === true).map(({ id }) => id));
  const missing: MissingWork[] = [];
  for (const other of earlier) {
    if (other.run === run || other.source !== source) continue;
    const tasks = [...left].filter((id) => other.tasks.get(id)?.state.is === 'merged');
    for (const id of tasks) left.delete(id);
    if (tasks.length > 0 && !(await holds(history, base, other.integration.tip)))
      missing.push({ run: other.run, tasks });
  }
  return missing;
}

/** True also where git cannot tell: nothing is said then. */
async function holds(history: Pick<History, 'contains'>, base: string, tip: string): Promise<boolean> {
  try {
    return await history.contains(base, tip);
  } catch (error) {
    if (!(error instanceof OutsideFailure)) throw error;
    return true;
  }
}
