/**
 * What earlier runs left behind is cleared away when a run begins, under the lease of the run that it belongs to: so
 * nobody resumes it at that moment. Nothing that a resume needs is touched.
 */

import { foldRun } from '../core/fold.ts';
import type { RunState } from '../core/run-state.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import { attemptSpec } from './attempt-spec.ts';
import type { CoxParts } from './parts.ts';

/** For the run that is about to be driven. It is what it is without this, so what cannot be done is passed over. */
export async function tidyUp(run: string, parts: CoxParts): Promise<void> {
  for (const step of [removeOldLogs, giveBackSlots]) {
    try {
      await step(run, parts);
    } catch (error) {
      if (!(error instanceof OutsideFailure)) throw error;
    }
  }
}

async function removeOldLogs(run: string, parts: CoxParts): Promise<void> {
  const { store, keeping, ports } = parts;
  const old = (await store.runs()).slice(keeping.runs).filter((id) => id !== run);
  for (const id of old) {
    if (!(await ports.leftovers.hasLogs(id))) continue;
    await underLease(id, parts, async (state) => {
      if (state?.phase.is === 'finished') await ports.leftovers.removeLogs(id);
    });
  }
}

async function giveBackSlots(run: string, parts: CoxParts): Promise<void> {
  const { clock, keeping, ports } = parts;
  const oldest = clock.now() - keeping.abandonedMs;
  for (const { run: id, since } of await ports.leftovers.heldSlots()) {
    if (id === run || since > oldest) continue;
    await underLease(id, parts, async (state) => {
      if (state !== null && !isAbandoned(state, parts)) return;
      if (state !== null) await concludeAttempts(state, parts);
      await ports.leftovers.giveBackSlots(id);
    });
  }
}

/** The longer of the two: by its own time limit no agent of it can be alive. */
function isAbandoned({ lastDrivenAt, settings }: RunState, { clock, keeping }: CoxParts): boolean {
  const { hardMs, graceMs } = settings.attempt;
  return clock.now() - lastDrivenAt > Math.max(keeping.abandonedMs, hardMs + graceMs);
}

/**
 * Each attempt that was under way comes to its end as it would in a resume, but is never begun: its work goes to its
 * branch, and its outcome into its folder, where the run finds it if it is resumed after all.
 */
async function concludeAttempts(state: RunState, { ports }: CoxParts): Promise<void> {
  for (const intent of state.open.values()) {
    if (intent.type !== 'attempt.starting') continue;
    const spec = attemptSpec(state, intent);
    await new Promise<void>((resolve) => {
      ports.dispatcher.start(spec, (report) => {
        if (report.is === 'ended') resolve();
      });
      ports.dispatcher.stop(spec.id, 'interrupted');
    });
  }
}

/** The state is null for a run that the log does not know. Does nothing when somebody has the run. */
async function underLease(
  run: string,
  { store, owner }: CoxParts,
  work: (state: RunState | null) => Promise<void>,
): Promise<void> {
  if ((await store.read(run, 0)).length === 0) return work(null);
  const lease = await store.takeLease(run, owner);
  if (lease.is === 'taken') return;
  try {
    // Read anew: until now somebody else could write it.
    const folded = foldRun(await store.read(run, 0));
    if (folded.ok) await work(folded.value);
  } finally {
    await store.releaseLease(run, lease.fence);
  }
}
