import type { Owner } from '../core/event.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { EventStore, Fence } from '../ports/store.ts';
import type { DriveOptions, Refusal, RunEnd } from './api.ts';
import { Engine } from './engine.ts';
import { Journal, LeaseLost } from './journal.ts';
import type { CoxParts } from './parts.ts';
import { protectionFor } from './protection.ts';
import { damagedLog, noSuchRun } from './refusals.ts';
import { tidyUp } from './tidy.ts';
import { Troubles } from './troubles.ts';

const RENEW_MS = 3000;

/** Takes the lease, goes on from wherever the log ends, and gives the lease back. */
export async function driveRun(
  run: string,
  options: DriveOptions,
  parts: CoxParts,
): Promise<Result<RunEnd, Refusal>> {
  try {
    return await driveAsOwner(run, options, parts);
  } catch (error) {
    if (error instanceof LeaseLost) return err(ownedBy(run, await parts.store.leaseOwner(run)));
    if (error instanceof OutsideFailure) return err(brokenOff(run, error));
    throw error;
  }
}

async function driveAsOwner(
  run: string,
  options: DriveOptions,
  parts: CoxParts,
): Promise<Result<RunEnd, Refusal>> {
  const { store, owner } = parts;
  if ((await store.read(run, 0)).length === 0) return err(noSuchRun(run));
  const lease = await store.takeLease(run, owner);
  if (lease.is === 'taken') return err(ownedBy(run, lease.owner));
  const stopRenewing = renewLease(store, run, lease.fence);
  try {
    return await driveWith(lease.fence, { run, options, parts });
  } finally {
    stopRenewing();
    // On a disk that is full it stays, and is free to take when this process has ended.
    await store.releaseLease(run, lease.fence).catch(passOver);
  }
}

interface Drive {
  readonly run: string;
  readonly options: DriveOptions;
  readonly parts: CoxParts;
}

async function driveWith(fence: Fence, { run, options, parts }: Drive): Promise<Result<RunEnd, Refusal>> {
  const { store, clock, owner, ports, probe } = parts;
  const troubles = new Troubles(options.onTrouble);
  const onTrouble = (name: string, detail: string | null): void => troubles.set(name, detail);
  const opened = await Journal.open({
    store,
    clock,
    run,
    fence,
    onEvent: options.onEvent,
    onTrouble: (detail) => onTrouble('log', detail),
  });
  if (!opened.ok) return err(damagedLog(opened.error));
  const journal = opened.value;
  const protection = await protectionFor(journal.state.settings.isolation, ports.sandbox);
  if (!protection.ok) return protection;
  const end = async (): Promise<RunEnd> => {
    const { phase } = journal.state;
    if (phase.is === 'finished') return { is: 'finished', status: phase.status };
    await tidyUp(run, parts);
    await journal.record([{ type: 'run.opened', owner, protection: protection.value }]);
    return new Engine({ ports, store, clock, journal, probe, onTrouble }).run();
  };
  const ended = await end();
  if (ended.is === 'finished') await unpin(journal.state, parts);
  return ok(ended);
}

/** What was merged for a task that is not in may be what a retry goes on from, or be taken up again. */
async function unpin({ run, unmergedTasks }: RunState, { ports }: CoxParts): Promise<void> {
  if (unmergedTasks === 0) await ports.merger.unpin(run).catch(passOver);
}

/** For what only tidies up: the run is what it is without it. */
function passOver(error: unknown): void {
  if (!(error instanceof OutsideFailure)) throw error;
}

function brokenOff(run: string, { message }: OutsideFailure): Refusal {
  return {
    reason: 'outside',
    message: `run ${run} cannot go on: ${message}`,
    remedy: `Mend that, then go on with \`cox resume ${run}\`. Nothing is lost; agents that run are taken up again.`,
  };
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
