/** What can be wrong with the log's file, for people; and how SQLite's and the system's errors are told apart. */

import { OutsideFailure } from '../ports/outside-failure.ts';

export type StoreProblemReason =
  | 'not-a-log'
  | 'damaged'
  | 'newer-version'
  | 'read-only'
  | 'no-permission'
  | 'no-folder'
  | 'disk-full'
  | 'busy'
  | 'file-system'
  | 'input-output';

/** `detail` names the file and ends with what to do. */
export interface StoreProblem {
  readonly reason: StoreProblemReason;
  readonly detail: string;
}

/** Thrown where a port's result has no room for the problem. */
export class StoreError extends OutsideFailure {
  readonly problem: StoreProblem;

  constructor(problem: StoreProblem, options?: ErrorOptions) {
    super(problem.detail, { ...options, mayPass: mayPass(problem) });
    this.name = 'StoreError';
    this.problem = problem;
  }
}

/** An event of the log cannot be read. What stands before it can. */
export class DamagedEventError extends StoreError {
  readonly run: string;
  readonly seq: number;

  constructor(file: string, run: string, seq: number, what: string) {
    super(storeProblem('damaged', file, `event ${seq} of run ${run} ${what}`));
    this.name = 'DamagedEventError';
    this.run = run;
    this.seq = seq;
  }
}

const REMEDY: { readonly [K in StoreProblemReason]: string } = {
  'not-a-log': 'move it away, then start again: a new log is made',
  damaged: 'move it away and keep it; `sqlite3 FILE .recover` may save what is in it',
  'newer-version': 'install the newer version of Coxswain that wrote it',
  'read-only': 'make its file system writable',
  'no-permission': 'give yourself the right to read and write it and its folder',
  'no-folder': 'make the folder it is to lie in, or name another',
  'disk-full': 'make room on its disk; nothing was lost, and the run goes on with `cox resume`',
  busy: 'see what holds it (`fuser FILE`), end that, and try again',
  'file-system': 'put the repository on a local disk',
  'input-output': 'see the system log for the disk, then go on with `cox resume`',
};

export function storeProblem(reason: StoreProblemReason, file: string, what: string): StoreProblem {
  return { reason, detail: `the log ${file}: ${what}; ${REMEDY[reason].replace('FILE', file)}` };
}

// Primary result codes, https://www.sqlite.org/rescode.html; the extended code's low byte.
const SQLITE_REASON: ReadonlyMap<number, StoreProblemReason> = new Map([
  [3, 'no-permission'], // PERM
  [5, 'busy'], // BUSY
  [6, 'busy'], // LOCKED
  [7, 'input-output'], // NOMEM
  [8, 'read-only'], // READONLY
  [10, 'input-output'], // IOERR
  [11, 'damaged'], // CORRUPT
  [13, 'disk-full'], // FULL
  [14, 'no-permission'], // CANTOPEN
  [15, 'busy'], // PROTOCOL: the race for WAL's locks was lost too often
  [26, 'not-a-log'], // NOTADB
]);

const SYSTEM_REASON: ReadonlyMap<string, StoreProblemReason> = new Map([
  ['EACCES', 'no-permission'],
  ['EPERM', 'no-permission'],
  ['EROFS', 'read-only'],
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EISDIR', 'not-a-log'],
  ['ENOTDIR', 'not-a-log'],
  ['ENOENT', 'no-folder'],
  ['EIO', 'input-output'],
  ['EMFILE', 'input-output'],
  ['ENFILE', 'input-output'],
]);

/** Null for an error that is a bug of ours. */
export function problemOf(error: unknown, file: string): StoreProblem | null {
  if (error instanceof StoreError) return error.problem;
  if (!(error instanceof Error)) return null;
  const reason = reasonOf(error);
  return reason === undefined ? null : storeProblem(reason, file, error.message);
}

function reasonOf(error: Error): StoreProblemReason | undefined {
  const code = sqliteCode(error);
  if (code !== null) return SQLITE_REASON.get(code);
  return 'code' in error && typeof error.code === 'string' ? SYSTEM_REASON.get(error.code) : undefined;
}

/** SQLite's primary result code, or null when the error is not SQLite's. */
function sqliteCode(error: Error): number | null {
  if (!('code' in error) || error.code !== 'ERR_SQLITE_ERROR') return null;
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}

export function isBusy(error: unknown): boolean {
  return error instanceof Error && sqliteCode(error) !== null && reasonOf(error) === 'busy';
}

/** True where the same write may succeed later, with nothing mended in the log itself. */
export function mayPass(problem: StoreProblem): boolean {
  switch (problem.reason) {
    case 'read-only':
    case 'no-permission':
    case 'disk-full':
    case 'busy':
    case 'input-output':
      return true;
    case 'not-a-log':
    case 'damaged':
    case 'newer-version':
    case 'no-folder':
    case 'file-system':
      return false;
    default:
      return problem.reason satisfies never;
  }
}
