/** The event log in one SQLite file, shared by all processes that work on one repository. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { decides, type LoggedEvent, type Owner } from '../core/event.ts';
import type { AppendResult, EventStore, Fence, LeaseResult, NewEvent } from '../ports/store.ts';
import { EventReader } from './event-reader.ts';
import { type LeaseRules, LeaseTable } from './lease.ts';
import { isBusy, mayPass, problemOf, StoreError, type StoreProblem } from './problem.ts';
import { transaction } from './transaction.ts';
import { WakeList } from './wake.ts';

export interface StoreSettings extends LeaseRules {
  readonly file: string;
  readonly pollMs: number;
  readonly patienceMs: number;
}

/**
 * `FULL`: on the disk when the commit returns. `NORMAL`: in the kernel, so it outlives our death but perhaps not
 * the machine's, and becomes durable with the next `FULL` commit, which syncs the same file up to its own end.
 */
type Durability = 'FULL' | 'NORMAL';

export class SqliteEventStore implements EventStore {
  readonly #db: DatabaseSync;
  readonly #settings: StoreSettings;
  readonly #reader: EventReader;
  readonly #leases: LeaseTable;
  readonly #wakes: WakeList;
  readonly #runs: StatementSync;
  readonly #addRun: StatementSync;
  readonly #addEvent: StatementSync;
  #durability: Durability | undefined;
  #closed = false;

  /** Owns the database from now on. It must have this version's schema. */
  constructor(db: DatabaseSync, settings: StoreSettings) {
    this.#db = db;
    this.#settings = settings;
    this.#reader = new EventReader(db, settings.file);
    this.#leases = new LeaseTable(db, settings);
    this.#runs = db.prepare('SELECT run FROM runs ORDER BY place DESC');
    this.#addRun = db.prepare('INSERT INTO runs (run) VALUES (?)');
    this.#addEvent = db.prepare('INSERT INTO events (run, seq, body) VALUES (?, ?, ?)');
    const version = db.prepare('PRAGMA data_version');
    const source = {
      version: () => Number(version.get()?.['data_version']),
      lastSeq: (run: string) => this.#reader.last(run),
      mayPass: (error: unknown) => this.#passingProblem(error) !== null,
    };
    this.#wakes = new WakeList(source, settings.pollMs);
  }

  runs(): Promise<readonly string[]> {
    return this.#patiently(() => this.#runs.all().map((row) => String(row['run'])));
  }

  async append(
    run: string,
    expectedSeq: number,
    fence: Fence | null,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    const bodies = events.map((event) => JSON.stringify(event));
    const durability = events.some(decides) ? 'FULL' : 'NORMAL';
    try {
      const result = await this.#write(durability, (): AppendResult => {
        if (fence !== null && !this.#leases.isHeld(run, fence)) {
          return { is: 'fenced', owner: this.#leases.owner(run) };
        }
        const last = this.#reader.last(run);
        if (last !== expectedSeq) return { is: 'conflict', seq: last };
        return { is: 'appended', seq: this.#add(run, last, bodies) };
      });
      if (result.is === 'appended') this.#wakes.appended(run, result.seq);
      return result;
    } catch (error) {
      const problem = this.#passingProblem(error);
      if (problem === null) throw error;
      return { is: 'unavailable', detail: problem.detail };
    }
  }

  read(run: string, after: number): Promise<readonly LoggedEvent[]> {
    return this.#patiently(() => this.#reader.read(run, after));
  }

  async wake(run: string, after: number, signal: AbortSignal): Promise<void> {
    this.#mustBeOpen();
    await this.#wakes.wait(run, after, signal);
  }

  takeLease(run: string, owner: Owner): Promise<LeaseResult> {
    return this.#write('FULL', () => this.#leases.take(run, owner));
  }

  async renewLease(run: string, fence: Fence): Promise<boolean> {
    try {
      // A renewal that the machine's death takes back is of an owner that died with it.
      return await this.#write('NORMAL', () => this.#leases.renew(run, fence));
    } catch (error) {
      // With a full disk nobody else can take the lease either: late is not lost.
      if (this.#passingProblem(error) === null) throw error;
      return this.#patiently(() => this.#leases.isHeld(run, fence));
    }
  }

  async releaseLease(run: string, fence: Fence): Promise<void> {
    await this.#write('NORMAL', () => this.#leases.release(run, fence));
  }

  leaseOwner(run: string): Promise<Owner | null> {
    return this.#patiently(() => this.#leases.owner(run));
  }

  leaseSeen(run: string): Promise<number | null> {
    return this.#patiently(() => this.#leases.seen(run));
  }

  /** Wakes all who wait. A second call does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wakes.close();
    this.#db.close();
  }

  /** Returns the seq of the last event. */
  #add(run: string, last: number, bodies: readonly string[]): number {
    if (last === 0 && bodies.length > 0) this.#addRun.run(run);
    let seq = last;
    for (const body of bodies) {
      seq += 1;
      this.#addEvent.run(run, seq, body);
    }
    return seq;
  }

  #write<T>(durability: Durability, work: () => T): Promise<T> {
    return this.#patiently(() => {
      this.#setDurability(durability);
      return transaction(this.#db, work);
    });
  }

  /**
   * One connection that changes its level, rather than one for each level: a second one would contend with the
   * first for the write lock, and a change costs 3 µs, where two events in a row seldom differ.
   */
  #setDurability(durability: Durability): void {
    if (this.#durability === durability) return;
    this.#db.exec(`PRAGMA synchronous = ${durability}`);
    this.#durability = durability;
  }

  /** Tries again while other processes hold the lock, without blocking the event loop for long. */
  async #patiently<T>(work: () => T): Promise<T> {
    const deadline = performance.now() + this.#settings.patienceMs;
    for (;;) {
      this.#mustBeOpen();
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadline) throw this.#named(error);
      }
      await sleep(5 + Math.random() * 20);
    }
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new Error('the event store is closed');
  }

  #named(error: unknown): unknown {
    if (error instanceof StoreError) return error;
    const problem = problemOf(error, this.#settings.file);
    return problem === null ? error : new StoreError(problem, { cause: error });
  }

  #passingProblem(error: unknown): StoreProblem | null {
    const problem = problemOf(error, this.#settings.file);
    return problem !== null && mayPass(problem) ? problem : null;
  }
}
