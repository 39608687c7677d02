import type { Owner } from '../core/event.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { EventStore, Fence } from '../ports/store.ts';
import type { DriveOptions, Refusal, RunEnd } from './api.ts';
import { Engine } from './engine.ts';
import { Journal, LeaseLost } from './journal.ts';
import type { CoxParts } from './parts.ts';
import { noSuchRun } from './refusals.ts';

const RENEW_MS = 3000;

/** Takes the lease, goes on from wherever the log ends, and gives the lease back. */
export async function driveRun(
  run: string,
  options: DriveOptions,
  parts: CoxParts,
): Promise<Result<RunEnd, Refusal>> {
  const { store, clock, owner } = parts;
  if ((await store.read(run, 0)).length === 0) return err(noSuchRun(run));
  const lease = await store.takeLease(run, owner);
  if (lease.is === 'taken') return err(ownedBy(run, lease.owner));
  const stopRenewing = renewLease(store, run, lease.fence);
  try {
    const journal = await Journal.open({ store, clock, run, fence: lease.fence, ...options });
    if (!journal.ok) {
      return err({
        reason: 'store',
        message: journal.error,
        remedy: 'The log is damaged; keep a copy of it and start a new run.',
      });
    }
    const { phase } = journal.value.state;
    if (phase.is === 'finished') return ok({ is: 'finished', status: phase.status });
    await journal.value.record([{ type: 'run.opened', owner }]);
    const engine = new Engine({
      ports: parts.ports,
      store,
      clock,
      journal: journal.value,
      probe: parts.probe,
    });
    return ok(await engine.run());
  } catch (error) {
    if (error instanceof LeaseLost) return err(ownedBy(run, await store.leaseOwner(run)));
    throw error;
  } finally {
    stopRenewing();
    await store.releaseLease(run, lease.fence);
  }
}

function renewLease(store: EventStore, run: string, fence: Fence): () => void {
  // A renewal that fails is seen by the next append, which is fenced.
  const timer = setInterval(() => void store.renewLease(run, fence).catch(() => undefined), RENEW_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function ownedBy(run: string, owner: Owner | null): Refusal {
  const who = owner === null ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  return {
    reason: 'owned',
    message: `run ${run} is driven by ${who}`,
    remedy: 'Watch it with `cox status`, or stop it with `cox cancel`; wait for it with `cox wait`.',
    ...(owner === null ? {} : { owner }),
  };
}
