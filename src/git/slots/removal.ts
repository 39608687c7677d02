/**
 * Taking things away fast and whatever their permissions: they are renamed into a folder beside the slots, which
 * is quick for a tree of any size, and deleted from there by a process of its own.
 */

import { randomUUID } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { runCommand } from '../../process/run-command.ts';
import { hasCode } from '../base/small-files.ts';

const RM_TIMEOUT_MS = 30 * 60_000;
const FEW = 50;
const SMALL_BYTES = 1024 * 1024;

export class Removal {
  readonly #folder: string;
  readonly #path: string;
  readonly #running = new Set<Promise<void>>();

  /** `searchPath` is where `rm` and `chmod` are looked up. */
  constructor(poolFolder: string, searchPath: string) {
    this.#folder = join(poolFolder, '.removed');
    this.#path = searchPath;
  }

  /** Paths may be bytes that are no UTF-8. What is not there is no failure; throws when something cannot be moved. */
  take(paths: readonly (string | Buffer)[]): void {
    const rest = paths.length > FEW ? paths : paths.filter((path) => !deleteSmall(path));
    if (rest.length === 0) return;
    const into = join(this.#folder, randomUUID());
    mkdirSync(into, { recursive: true });
    for (const [index, path] of rest.entries()) moveAway(path, join(into, String(index)));
    this.#delete(into);
  }

  /** Deletes what a process that died had moved away. */
  sweep(): void {
    let names: string[] = [];
    try {
      names = readdirSync(this.#folder);
    } catch {
      return;
    }
    for (const name of names) this.#delete(join(this.#folder, name));
  }

  /** Resolves when nothing is being deleted any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #delete(folder: string): void {
    const work = deleteTree(folder, this.#path).finally(() => this.#running.delete(work));
    this.#running.add(work);
  }
}

function moveAway(from: string | Buffer, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    if (!hasCode(error, 'EACCES') && !hasCode(error, 'EPERM')) throw error;
    // Renaming writes to the folder above, and to a folder itself, for it gets another parent.
    makeWritable(parentOf(from));
    makeWritable(from);
    renameSync(from, to);
  }
}

function parentOf(path: string | Buffer): string | Buffer {
  return typeof path === 'string' ? dirname(path) : Buffer.from(dirname(path.toString('latin1')), 'latin1');
}

/** Lets the owner read, write and enter a folder; what is no folder stays as it is. */
export function makeWritable(path: string | Buffer): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  // A change that changes nothing would still be noted by the file system.
  if (stat?.isDirectory() === true && (stat.mode & 0o700) !== 0o700)
    chmodSync(path, (stat.mode & 0o7777) | 0o700);
}

/** True when nothing is there any more. A few small files are gone sooner than they are moved. */
function deleteSmall(path: string | Buffer): boolean {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return true;
    if (stat.isDirectory() || stat.size > SMALL_BYTES) return false;
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

async function deleteTree(folder: string, searchPath: string): Promise<void> {
  const run = (argv: readonly string[]): ReturnType<typeof runCommand> =>
    runCommand({
      argv,
      cwd: dirname(folder),
      env: { PATH: searchPath },
      timeoutMs: RM_TIMEOUT_MS,
      maxBytes: 4_096,
    });
  const removed = await run(['rm', '-rf', '--', folder]);
  if (removed.ok && removed.value.exitCode === 0) return;
  await run(['chmod', '-R', 'u+rwx', '--', folder]);
  await run(['rm', '-rf', '--', folder]);
}

/** Gives the owner back the use of every folder in a tree. For the rare case; it walks all of it. */
export async function makeTreeWritable(folder: string, searchPath: string): Promise<void> {
  await runCommand({
    argv: ['chmod', '-R', 'u+rwX', '--', folder],
    cwd: dirname(folder),
    env: { PATH: searchPath },
    timeoutMs: RM_TIMEOUT_MS,
    maxBytes: 4_096,
  });
}
