/**
 * A mutex between processes that the kernel takes back when its holder dies: an exclusive transaction on a
 * SQLite file of its own, which is a record lock of fcntl(2) on every system. Nothing is ever written to it.
 */

import { mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { err, ok, type Result } from '../core/result.ts';

export interface LockOptions {
  /** Longest time to wait for the lock, over both queues; without it there is no limit. */
  readonly timeoutMs?: number;
}

export type LockFailure =
  | { readonly reason: 'timeout'; readonly afterMs: number }
  /** The file cannot be made or locked there; `detail` is for people. */
  | { readonly reason: 'unusable'; readonly detail: string };

/** Result code of SQLite, https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;
/** A longer timer of Node ends at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The last caller in line for each file, of this process. */
const lines = new Map<string, Promise<void>>();

/**
 * Runs `work` while no other call with this file does, in this process or another. Callers of one process come
 * in turn, those of different ones in no order. What `work` throws is passed on, with the lock released.
 * The file is created, with its folder, and stays; removing it while it is in use breaks the lock. Not reentrant.
 */
export async function withLock<T>(
  file: string,
  work: () => T | Promise<T>,
  options: LockOptions = {},
): Promise<Result<T, LockFailure>> {
  const path = canonical(file);
  if (!path.ok) return path;
  const limitMs = options.timeoutMs ?? Number.POSITIVE_INFINITY;
  const deadline = performance.now() + limitMs;
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  const ahead = lines.get(path.value);
  // Whoever gives up leaves the line only when those ahead have, so that the next one does not pass them.
  const turn = Promise.all([ahead, left]).then(() => {
    if (lines.get(path.value) === turn) lines.delete(path.value);
  });
  lines.set(path.value, turn);
  try {
    if (ahead !== undefined && !(await within(ahead, deadline)))
      return err({ reason: 'timeout', afterMs: limitMs });
    const lock = await acquire(path.value, deadline);
    if (lock === 'timeout') return err({ reason: 'timeout', afterMs: limitMs });
    if (!lock.ok) return lock;
    try {
      return ok(await work());
    } finally {
      // Closing ends the transaction and lets the kernel's lock go.
      lock.value.close();
    }
  } finally {
    leave();
  }
}

/** One name for one file, whatever links lead there. */
function canonical(file: string): Result<string, LockFailure> {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return ok(join(realpathSync(dirname(file)), basename(file)));
  } catch (error) {
    return err({ reason: 'unusable', detail: detailOf(file, error) });
  }
}

async function acquire(
  path: string,
  deadline: number,
): Promise<Result<DatabaseSync, LockFailure> | 'timeout'> {
  let pauseMs = FIRST_PAUSE_MS;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    while (!tryBegin(database)) {
      if (performance.now() >= deadline) {
        database.close();
        return 'timeout';
      }
      // Jitter keeps several waiters from trying in step.
      await sleep(pauseMs * (0.5 + Math.random()));
      pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS);
    }
    return ok(database);
  } catch (error) {
    database?.close();
    return err({ reason: 'unusable', detail: detailOf(path, error) });
  }
}

/** SQLite does not wait by itself: its busy time-out is 0 unless it is set. */
function tryBegin(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY) return false;
    throw error;
  }
}

/** False when the time was over first. */
async function within(promise: Promise<void>, deadline: number): Promise<boolean> {
  const leftMs = deadline - performance.now();
  if (leftMs === Number.POSITIVE_INFINITY) {
    await promise;
    return true;
  }
  const timer = new AbortController();
  const over = sleep(Math.min(Math.max(0, leftMs), LONGEST_TIMER_MS), false, { signal: timer.signal }).catch(
    () => false,
  );
  const first = await Promise.race([promise.then(() => true), over]);
  timer.abort();
  return first;
}

function detailOf(file: string, error: unknown): string {
  return `the lock ${file} cannot be used: ${error instanceof Error ? error.message : String(error)}`;
}
