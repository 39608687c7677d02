/** Having a run to oneself: one process drives it, or looks at its combined work, at a time. */

import type { Owner } from '../core/event.ts';
import { err, ok, type Result } from '../core/result.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { EventStore, Fence } from '../ports/store.ts';
import type { Refusal } from './api.ts';
import type { CoxParts } from './parts.ts';
import { noSuchRun } from './refusals.ts';

const RENEW_MS = 3000;

/** Does the work while the lease is held, and gives it back. Refused where somebody else has it. */
export async function withLease<T>(
  run: string,
  { store, owner }: Pick<CoxParts, 'store' | 'owner'>,
  work: (fence: Fence) => Promise<T>,
): Promise<Result<T, Refusal>> {
  if ((await store.read(run, 0)).length === 0) return err(noSuchRun(run));
  const lease = await store.takeLease(run, owner);
  if (lease.is === 'taken') return err(ownedBy(run, lease.owner));
  const stopRenewing = renewLease(store, run, lease.fence);
  try {
    return ok(await work(lease.fence));
  } finally {
    stopRenewing();
    // On a disk that is full it stays, and is free to take when this process has ended.
    await store.releaseLease(run, lease.fence).catch(passOver);
  }
}

export function ownedBy(run: string, owner: Owner | null): Refusal {
  const who = owner === null ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  return {
    reason: 'owned',
    message: `run ${run} is driven by ${who}`,
    remedy: 'Watch it with `cox status`, or stop it with `cox cancel`; wait for it with `cox wait`.',
    ...(owner === null ? {} : { owner }),
  };
}

/** For what only tidies up: the run is what it is without it. */
export function passOver(error: unknown): void {
  if (!(error instanceof OutsideFailure)) throw error;
}

function renewLease(store: EventStore, run: string, fence: Fence): () => void {
  // A renewal that fails is seen by the next append, which is fenced.
  const timer = setInterval(() => void store.renewLease(run, fence).catch(() => undefined), RENEW_MS);
  timer.unref();
  return () => clearInterval(timer);
}
