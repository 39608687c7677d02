/** The event log. Asynchronous, so that a database on another machine can stand behind it. */

import type { EventBody, LoggedEvent, Owner } from '../core/event.ts';

/** Grows with each taking of the lease; an append with an older one is refused. */
export type Fence = number;

export type NewEvent = EventBody & { readonly at: number };

export type AppendResult =
  /** `seq` is that of the last event written. */
  | { readonly is: 'appended'; readonly seq: number }
  /** Others (requests) came first; nothing was written. `seq` is the log's present end. */
  | { readonly is: 'conflict'; readonly seq: number }
  /** Another process holds the lease now; nothing was written. */
  | { readonly is: 'fenced'; readonly owner: Owner | null }
  /** The disk is full or the log cannot be written; nothing was written, and the call may be made again. */
  | { readonly is: 'unavailable'; readonly detail: string };

export type LeaseResult =
  | { readonly is: 'held'; readonly fence: Fence }
  | { readonly is: 'taken'; readonly owner: Owner };

export interface EventStore {
  /** Ids of all runs, newest first. */
  runs(): Promise<readonly string[]>;
  /**
   * Writes all events or none. `expectedSeq` is the seq of the last event the caller has seen (0 for a new run).
   * With a fence the caller must hold the lease; `null` is for requests and for the creation of a run.
   */
  append(
    run: string,
    expectedSeq: number,
    fence: Fence | null,
    events: readonly NewEvent[],
  ): Promise<AppendResult>;
  /** Events with a seq greater than `after`, in order. */
  read(run: string, after: number): Promise<readonly LoggedEvent[]>;
  /** Resolves when the run has an event with a seq greater than `after`, at most 200 ms late, or when the signal aborts. */
  wake(run: string, after: number, signal: AbortSignal): Promise<void>;
  /** A lease whose owner is dead or has not renewed it in time is free to take. */
  takeLease(run: string, owner: Owner): Promise<LeaseResult>;
  /** False when the lease was lost. */
  renewLease(run: string, fence: Fence): Promise<boolean>;
  releaseLease(run: string, fence: Fence): Promise<void>;
  /** Who drives the run now, if anyone alive does. */
  leaseOwner(run: string): Promise<Owner | null>;
  /** When the lease was last taken or renewed, in milliseconds since the epoch; null when nobody ever held it. */
  leaseSeen(run: string): Promise<number | null>;
  close(): Promise<void>;
}
