/** The one implementation of `CoxApi`, over the ports. */

import type { Commit } from '../core/attempt.ts';
import type { LoggedEvent, Owner } from '../core/event.ts';
import { type RunFold, startFold } from '../core/fold.ts';
import type { Integrated } from '../core/integrated.ts';
import type { Request } from '../core/request.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { WorkPatch } from '../ports/work-diff.ts';
import type {
  CoxApi,
  DriveOptions,
  IntegrateOptions,
  MissingWork,
  NewRun,
  Refusal,
  RunEnd,
  RunSummary,
} from './api.ts';
import { createRun } from './create.ts';
import { driveRun } from './drive.ts';
import { findRun } from './find.ts';
import { integrateRun } from './integrate.ts';
import { missingWork } from './missing-work.ts';
import type { CoxParts } from './parts.ts';
import { damagedLog, noSuchRun, unwritableLog } from './refusals.ts';
import { refuseRequest } from './refuse-request.ts';

/** Runs that may have done what a plan has marked. */
const MOST_SEARCHED = 20;

export class Cox implements CoxApi {
  readonly #parts: CoxParts;
  readonly attemptFolder: CoxApi['attemptFolder'];
  readonly secrets: CoxApi['secrets'];

  constructor(parts: CoxParts) {
    this.#parts = parts;
    this.attemptFolder = parts.attemptFolder;
    this.secrets = parts.secrets;
  }

  create(request: NewRun): Promise<Result<string, Refusal>> {
    return createRun(request, this.#parts, (run) => this.read(run));
  }

  drive(run: string, options: DriveOptions): Promise<Result<RunEnd, Refusal>> {
    return driveRun(run, options, this.#parts);
  }

  integrate(run: string, options: IntegrateOptions): Promise<Result<Integrated | null, Refusal>> {
    return integrateRun(run, options, { ...this.#parts, read: (each) => this.read(each) });
  }

  async workPatch(base: Commit, tip: Commit): Promise<Result<WorkPatch, Refusal>> {
    try {
      return ok(await this.#parts.ports.diff.patch(base, tip));
    } catch (error) {
      if (!(error instanceof OutsideFailure)) throw error;
      const message = `the work at ${tip} cannot be read: ${error.message}`;
      return err({ reason: 'outside', message, remedy: 'Mend that, then call it again.' });
    }
  }

  async request(run: string, request: Request): Promise<Result<RunState, Refusal>> {
    const { store, clock } = this.#parts;
    const opened = await this.#fold(run);
    if (!opened.ok) return opened;
    const { state, apply } = opened.value;
    for (;;) {
      const refusal = refuseRequest(state, request);
      if (refusal !== null) return err(refusal);
      const event = { ...request, at: clock.now() };
      const result = await store.append(run, state.seq, null, [event]);
      if (result.is === 'unavailable') return err(unwritableLog(result.detail));
      if (result.is === 'appended') {
        apply({ ...event, seq: result.seq, run });
        return ok(state);
      }
      // Only what is new: a long log takes longer to read than a busy run takes to append to it.
      for (const other of await store.read(run, state.seq)) apply(other);
    }
  }

  async read(run: string): Promise<Result<RunState, Refusal>> {
    const fold = await this.#fold(run);
    return fold.ok ? ok(fold.value.state) : fold;
  }

  async #fold(run: string): Promise<Result<RunFold, Refusal>> {
    try {
      const [first, ...rest] = await this.#parts.store.read(run, 0);
      if (first === undefined) return err(noSuchRun(run));
      const fold = startFold(first);
      if (!fold.ok) return err(damagedLog(fold.error));
      for (const event of rest) fold.value.apply(event);
      return fold;
    } catch (error) {
      if (!(error instanceof OutsideFailure)) throw error;
      return err({ reason: 'store', message: `run ${run} cannot be read`, remedy: error.message });
    }
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

  async history(most: number): Promise<readonly RunState[]> {
    const states: RunState[] = [];
    for (const run of (await this.#parts.store.runs()).slice(0, most)) {
      const read = await this.read(run);
      if (read.ok) states.push(read.value);
    }
    return states;
  }

  async missingWork(run: string): Promise<Result<readonly MissingWork[], Refusal>> {
    const read = await this.read(run);
    if (!read.ok) return read;
    const { history } = this.#parts.integration;
    return ok(await missingWork(read.value, await this.history(MOST_SEARCHED), history));
  }

  find(what: string | undefined): Promise<Result<string, Refusal>> {
    return findRun(what, { ids: () => this.#parts.store.runs(), read: (run) => this.read(run) });
  }

  owner(run: string): Promise<Owner | null> {
    return this.#parts.store.leaseOwner(run);
  }

  lastSeen(run: string): Promise<number | null> {
    return this.#parts.store.leaseSeen(run);
  }

  async close(): Promise<void> {
    await this.#parts.rest();
    await this.#parts.store.close();
  }
}

function summaryOf(state: RunState, owner: Owner | null): RunSummary {
  const { run, plan, source, createdAt, phase } = state;
  return { run, planId: plan.id, planName: plan.name, source, createdAt, phase, owner };
}
