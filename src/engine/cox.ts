/** The one implementation of `CoxApi`, over the ports. */

import type { LoggedEvent, Owner, Request } from '../core/event.ts';
import { foldRun } from '../core/fold.ts';
import { err, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import type { CoxApi, DriveOptions, NewRun, Refusal, RunEnd, RunSummary } from './api.ts';
import { createRun } from './create.ts';
import { driveRun } from './drive.ts';
import { findRun } from './find.ts';
import type { CoxParts } from './parts.ts';
import { noSuchRun } from './refusals.ts';

export class Cox implements CoxApi {
  readonly #parts: CoxParts;
  readonly attemptFolder: CoxApi['attemptFolder'];

  constructor(parts: CoxParts) {
    this.#parts = parts;
    this.attemptFolder = parts.attemptFolder;
  }

  create(request: NewRun): Promise<Result<string, Refusal>> {
    return createRun(request, this.#parts);
  }

  drive(run: string, options: DriveOptions): Promise<Result<RunEnd, Refusal>> {
    return driveRun(run, options, this.#parts);
  }

  async request(run: string, request: Request): Promise<Result<RunState, Refusal>> {
    const { store, clock } = this.#parts;
    for (;;) {
      const read = await this.read(run);
      if (!read.ok) return read;
      const refusal = refusalOf(read.value, request);
      if (refusal !== null) return err(refusal);
      const result = await store.append(run, read.value.seq, null, [{ ...request, at: clock.now() }]);
      if (result.is === 'appended') return this.read(run);
      if (result.is === 'unavailable') {
        return err({
          reason: 'store',
          message: `the event log cannot be written: ${result.detail}`,
          remedy: 'Make room on the disk and ask again.',
        });
      }
    }
  }

  async read(run: string): Promise<Result<RunState, Refusal>> {
    const events = await this.#parts.store.read(run, 0);
    if (events.length === 0) return err(noSuchRun(run));
    const folded = foldRun(events);
    if (folded.ok) return folded;
    return err({
      reason: 'store',
      message: folded.error,
      remedy: 'The log is damaged; keep a copy of it and start a new run.',
    });
  }

  events(run: string, after: number): Promise<readonly LoggedEvent[]> {
    return this.#parts.store.read(run, after);
  }

  wake(run: string, after: number, signal: AbortSignal): Promise<void> {
    return this.#parts.store.wake(run, after, signal);
  }

  async runs(): Promise<readonly RunSummary[]> {
    const summaries: RunSummary[] = [];
    for (const run of await this.#parts.store.runs()) {
      const read = await this.read(run);
      if (read.ok) summaries.push(summaryOf(read.value, await this.owner(run)));
    }
    return summaries;
  }

  find(what: string | undefined): Promise<Result<string, Refusal>> {
    return findRun(what, this);
  }

  owner(run: string): Promise<Owner | null> {
    return this.#parts.store.leaseOwner(run);
  }

  close(): Promise<void> {
    return this.#parts.store.close();
  }
}

function summaryOf(state: RunState, owner: Owner | null): RunSummary {
  const { run, plan, source, createdAt, phase } = state;
  return { run, planId: plan.id, planName: plan.name, source, createdAt, phase, owner };
}

/** A request that cannot mean anything is refused at once, rather than left in the log without effect. */
function refusalOf(state: RunState, request: Request): Refusal | null {
  const task = 'task' in request ? request.task : undefined;
  const record = task === undefined ? undefined : state.tasks.get(task);
  if (task !== undefined && record === undefined) {
    return {
      reason: 'no-such-task',
      message: `run ${state.run} has no task ${task}`,
      remedy: `Its tasks are ${[...state.tasks.keys()].slice(0, 20).join(', ')}.`,
    };
  }
  const reopens = request.type === 'requested.retry' || request.type === 'requested.skip';
  if (state.phase.is === 'finished' && !reopens) {
    return {
      reason: 'finished',
      message: `run ${state.run} has ended (${state.phase.status})`,
      remedy: 'Start a new run, or retry a failed task of this one with `cox retry <task>`.',
    };
  }
  if (request.type === 'requested.answer' && record?.state.is !== 'asking') {
    return {
      reason: 'not-possible',
      message: `${task} has not asked anything`,
      remedy: 'See `cox status` for tasks that are asking.',
    };
  }
  if (
    request.type === 'requested.retry' &&
    record !== undefined &&
    !['failed', 'blocked', 'cancelled'].includes(record.state.is)
  ) {
    return {
      reason: 'not-possible',
      message: `${task} is ${record.state.is}`,
      remedy: 'Only a failed, blocked or cancelled task can be tried again.',
    };
  }
  return null;
}
