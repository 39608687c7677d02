import { err, ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { Fence } from '../ports/store.ts';
import type { DriveOptions, Refusal, RunEnd } from './api.ts';
import { Engine } from './engine.ts';
import { Journal, LeaseLost } from './journal.ts';
import { ownedBy, passOver, withLease } from './lease.ts';
import type { CoxParts } from './parts.ts';
import { protectionFor } from './protection.ts';
import { damagedLog } from './refusals.ts';
import { tidyUp } from './tidy.ts';
import { Troubles } from './troubles.ts';

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
  const ended = await withLease(run, parts, (fence) => driveWith(fence, { run, options, parts }));
  return ended.ok ? ended.value : ended;
}

interface Drive {
  readonly run: string;
  readonly options: DriveOptions;
  readonly parts: CoxParts;
}

async function driveWith(fence: Fence, { run, options, parts }: Drive): Promise<Result<RunEnd, Refusal>> {
  const { store, clock, owner, ports, probe, lookEveryMs } = parts;
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
    return new Engine({ ports, store, clock, journal, probe, lookEveryMs, onTrouble }).run();
  };
  const ended = await end();
  if (ended.is === 'finished') await unpin(journal.state, parts);
  if (ended.is === 'finished' && ended.status === 'succeeded' && parts.keeping.removesSlots)
    await ports.leftovers.removeFreeSlots().catch(passOver);
  return ok(ended);
}

/** What was merged for a task that is not in may be what a retry goes on from, or be taken up again. */
async function unpin({ run, unmergedTasks }: RunState, { ports }: CoxParts): Promise<void> {
  if (unmergedTasks === 0) await ports.merger.unpin(run).catch(passOver);
}

function brokenOff(run: string, { message }: OutsideFailure): Refusal {
  return {
    reason: 'outside',
    message: `run ${run} cannot go on: ${message}`,
    remedy: `Mend that, then go on with \`cox resume ${run}\`. Nothing is lost; agents that run are taken up again.`,
  };
}
