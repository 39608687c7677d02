/** The session of the auto family: `.claude/auto-state-machine.yaml`, read and changed under a lock between processes. */

import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../core/result.ts';
import {
  newSession,
  readSession,
  type SessionChange,
  type SessionFile,
} from '../../formats/auto/session-file.ts';
import type { FileLock } from '../../ports/file-lock.ts';
import { makeFolder } from '../make-folder.ts';
import { kindOf, readLinked } from '../read-folder.ts';
import { type WriteProblem, writeText } from '../write-text.ts';

export type { FileLock } from '../../ports/file-lock.ts';

export interface SessionParts {
  /** Absolute path of the project. */
  readonly root: string;
  readonly lock: FileLock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface SessionProblem {
  readonly reason: 'no-session' | 'invalid' | 'invalid-type' | 'broken' | 'not-written';
  readonly message: string;
  readonly remedy: string;
}

/** So begin the names of files that lie beside the checkpoints, because a run or another session began. */
export const KEPT = { session: 'session-before-', progress: 'progress-before-' } as const;
export const SESSION_FILE = '.claude/auto-state-machine.yaml';
const MOST_BYTES = 1_000_000;

/** Null when there is no session. */
export async function openSession(root: string): Promise<Result<SessionFile | null, SessionProblem>> {
  const text = await readOwn(root, SESSION_FILE);
  if (!text.ok || text.value === null) return text.ok ? ok(null) : text;
  const read = readSession(SESSION_FILE, text.value);
  if (read.ok) return read;
  return err({ reason: 'broken', message: read.error, remedy: 'Mend the file, or move it away.' });
}

async function readOwn(root: string, path: string): Promise<Result<string | null, SessionProblem>> {
  if ((await kindOf(join(root, path))) === null) return ok(null);
  const text = await readLinked(root, path, MOST_BYTES);
  if (text.ok) return text;
  return err({ reason: 'broken', message: `${path} cannot be read: ${text.error}`, remedy: 'Mend that.' });
}

/** What to write into the session, and what it comes to. */
export interface SessionStep<T> {
  readonly change: SessionChange;
  readonly value: T;
}

/** Without a session one is begun; the step may refuse. */
export async function changeSession<T>(
  parts: SessionParts,
  step: (file: SessionFile) => Result<SessionStep<T>, SessionProblem>,
): Promise<Result<T, SessionProblem>> {
  return await locked(parts, async () => {
    const opened = await openSession(parts.root);
    if (!opened.ok) return opened;
    const begun = opened.value ?? readNew(parts, 'IDLE');
    const next = step(begun);
    if (!next.ok) return next;
    const written = await write(parts.root, begun.with(next.value.change));
    return written.ok ? ok(next.value.value) : written;
  });
}

/** A session from the beginning. One that is there is kept beside the checkpoints, whose path is the value. */
export async function beginSession(
  parts: SessionParts,
  state: string,
): Promise<Result<string | null, SessionProblem>> {
  return await locked<string | null>(parts, async () => {
    const before = await readOwn(parts.root, SESSION_FILE);
    if (!before.ok) return before;
    const kept =
      before.value === null
        ? ok(null)
        : await keepOld(parts.root, { name: KEPT.session, at: parts.now(), text: before.value });
    if (!kept.ok) return kept;
    const written = await write(parts.root, newText(parts, state));
    return written.ok ? kept : written;
  });
}

export interface OldFile {
  readonly name: (typeof KEPT)[keyof typeof KEPT];
  /** When what takes its place began, in milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

/** The value is its absolute path. */
export async function keepOld(
  root: string,
  { name, at, text }: OldFile,
): Promise<Result<string, SessionProblem>> {
  const folder = await memoryFolder(root);
  if (!folder.ok) return folder;
  const written = await writeText(await freePath(folder.value, { stem: name, at, extension: '.yaml' }), text);
  return written.ok ? written : err(notWritten(written.error));
}

/** Of milliseconds since the epoch, to the millisecond, in digits alone. */
export function keptStamp(at: number): string {
  return new Date(at).toISOString().replaceAll(/\D/g, '').slice(0, 17);
}

/** Where nothing is: a run that goes on keeps things again under the time at which it began. */
export async function freePath(
  folder: string,
  { stem, at, extension }: { readonly stem: string; readonly at: number; readonly extension: string },
): Promise<string> {
  for (let time = at; ; time += 1) {
    const path = join(folder, `${stem}${keptStamp(time)}${extension}`);
    if ((await lstat(path).catch(() => null)) === null) return path;
  }
}

/** `.claude/auto-memory`, made if need be. A link in its way is refused. */
export async function memoryFolder(root: string): Promise<Result<string, SessionProblem>> {
  const folder = join(root, '.claude', 'auto-memory');
  for (const each of [join(root, '.claude'), folder]) {
    const made = await makeFolder(each);
    if (!made.ok) return err(notWritten(made.error));
  }
  return ok(folder);
}

async function write(root: string, text: string): Promise<Result<void, SessionProblem>> {
  const made = await makeFolder(join(root, '.claude'));
  if (!made.ok) return err(notWritten(made.error));
  const written = await writeText(join(root, SESSION_FILE), text);
  return written.ok ? ok(undefined) : err(notWritten(written.error));
}

export function notWritten({ message }: WriteProblem): SessionProblem {
  return { reason: 'not-written', message, remedy: '' };
}

function newText({ now }: SessionParts, state: string): string {
  const at = new Date(now()).toISOString();
  const stamp = at.replaceAll(/[-:]/g, '').slice(0, 15).replace('T', '-');
  return newSession({ state, id: `auto-${stamp}`, startedAt: at });
}

function readNew(parts: SessionParts, state: string): SessionFile {
  const read = readSession(SESSION_FILE, newText(parts, state));
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

/** While the work is done nobody else changes the session or its checkpoints. */
export async function locked<T>(
  { root, lock }: SessionParts,
  work: () => Promise<Result<T, SessionProblem>>,
): Promise<Result<T, SessionProblem>> {
  const done = await lock(join(root, SESSION_FILE), work);
  return done.ok ? done.value : err({ reason: 'not-written', message: done.error, remedy: 'Try again.' });
}
