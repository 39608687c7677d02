/** Opens the log's file, and makes it where there is none. */

import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { err, ok, type Result } from '../core/result.ts';
import type { EventStore } from '../ports/store.ts';
import { migrate, versionOf } from './migrations.ts';
import { isBusy, problemOf, type StoreProblem, storeProblem } from './problem.ts';
import { SqliteEventStore } from './sqlite-store.ts';

export interface StoreOptions {
  /** Absolute path of the log. It is made with mode 0600, and the folder it lies in with 0700, where missing. */
  readonly file: string;
  /** A lease that was not renewed for so long is free, if its owner's life cannot be looked at. */
  readonly leaseTtlMs?: number;
  /** The same for an owner on this host that is alive: it is taken to hang. */
  readonly leaseHungAfterMs?: number;
  /** How often the log is looked at for events of other processes while somebody waits for them. */
  readonly pollMs?: number;
  /** How long to go on when other processes hold the log's lock. */
  readonly patienceMs?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** A bound on the file in pages of 4 KiB, which acts like a full disk. For tests. */
  readonly maxPages?: number;
}

const DEFAULTS = {
  leaseTtlMs: 15_000,
  leaseHungAfterMs: 300_000,
  pollMs: 150,
  patienceMs: 10_000,
  now: Date.now,
};

/** How long SQLite itself waits for a lock. Short, for it blocks the event loop; after it we wait without blocking. */
const LOCK_WAIT_MS = 50;

/** Opens the log, brings its schema up to date, and says in words for the user why it cannot. */
export function openEventStore(options: StoreOptions): Result<EventStore, StoreProblem> {
  const settings = { ...DEFAULTS, ...options };
  try {
    prepareFile(options.file);
    const opened = retryWhileBusy(settings.patienceMs, () => openDatabase(settings));
    return opened.ok ? ok(new SqliteEventStore(opened.value, settings)) : opened;
  } catch (error) {
    const problem = problemOf(error, options.file);
    if (problem === null) throw error;
    return err(problem);
  }
}

function prepareFile(file: string): void {
  const folder = dirname(file);
  // SQLite makes the file's own name durable, but not its folder's.
  if (makeFolder(folder)) syncFolder(dirname(folder));
  // Opened by hand first: SQLite would make the file readable for others, and gives its side files its mode.
  closeSync(openSync(file, 'a', 0o600));
}

/** True when it was not there. What it lies in must be. */
function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function openDatabase(settings: StoreOptions): Result<DatabaseSync, StoreProblem> {
  const { file } = settings;
  if (!statSync(file).isFile()) return err(storeProblem('not-a-log', file, 'it is not a plain file'));
  const db = new DatabaseSync(file);
  let prepared: Result<void, StoreProblem> | undefined;
  try {
    prepared = prepareDatabase(db, settings);
    return prepared.ok ? ok(db) : prepared;
  } finally {
    if (prepared?.ok !== true) db.close();
  }
}

function prepareDatabase(db: DatabaseSync, { file, maxPages }: StoreOptions): Result<void, StoreProblem> {
  db.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF`);
  // Before anything is changed: the file may be another program's.
  const version = versionOf(db, file);
  if (!version.ok) return version;
  const mode = db.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
  if (mode !== 'wal') {
    return err(
      storeProblem('file-system', file, 'its file system lacks what several processes need to share it'),
    );
  }
  // Without it macOS leaves what was synced in the drive's own memory. Elsewhere it does nothing.
  db.exec('PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON');
  if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`);
  return migrate(db, file);
}

/** SQLite does not wait for the lock by itself when it changes the journal's mode, as the first open does. */
function retryWhileBusy<T>(patienceMs: number, work: () => T): T {
  const deadline = performance.now() + patienceMs;
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
      Atomics.wait(never, 0, 0, 5 + Math.random() * 20);
    }
  }
}
