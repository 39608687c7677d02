/** Threads that know which files lie in the slots at rest, and look at all of them when one of the slots is wanted. */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import { runCommand } from '../../process/run-command.ts';
import type { LookAnswer, LookOrder } from './rest-look.ts';
import type { SlotPlace } from './slot-place.ts';

const PROGRAM = new URL(`./rest-look-main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
/** More of them only stand in each other's way. */
const MOST_THREADS = 4;
const FIND_MS = 60_000;
/** Of the paths of one slot. What has more of them is not remembered. */
const MOST_BYTES = 16 * 1024 * 1024;

interface Thread {
  readonly worker: Worker;
  /** Those who wait for an answer, in the order in which they asked; null tells them that none will come. */
  readonly waiting: ((answer: LookAnswer | null) => void)[];
}

/** A process has its threads from when it first puts a slot to rest: only then are they worth their start. */
export class RestLooks {
  /** By the slot's name: of which of its rests the files are known. */
  readonly #known = new Map<string, string>();
  #threads: readonly Thread[] = [];

  /** All that lies in the slot in this rest of it, whose mark was made already. */
  async remember({ name, path }: SlotPlace, rest: string, searchPath: string): Promise<void> {
    this.#known.delete(name);
    const found = await runCommand({
      argv: ['find', path, '-print0'],
      cwd: '/',
      env: { PATH: searchPath, LC_ALL: 'C' },
      timeoutMs: FIND_MS,
      maxBytes: MOST_BYTES,
    });
    if (!found.ok || found.value.exitCode !== 0) return;
    const paths = shared(found.value.stdout);
    if (this.#threads.length === 0) this.#threads = this.#open();
    const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    for (const { worker } of this.#threads) say(worker, { is: 'files', slot: name, paths, next });
    this.#known.set(name, rest);
  }

  /**
   * Whether nothing in the slot was changed after the time, in milliseconds since the epoch: what has come or gone has
   * changed the folder that it was in. Null when this process does not know what lay there in this rest; asked once.
   */
  async areUnchanged({ name }: SlotPlace, rest: string, sinceMs: number): Promise<boolean | null> {
    const known = this.#known.get(name);
    this.#known.delete(name);
    if (known !== rest) return null;
    const answers = await Promise.all(
      this.#threads.map((thread) => ask(thread, { is: 'look', slot: name, sinceMs })),
    );
    return answers.includes(null) ? null : answers.every((answer) => answer?.areUnchanged === true);
  }

  async close(): Promise<void> {
    this.#known.clear();
    const threads = this.#threads;
    this.#threads = [];
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #open(): readonly Thread[] {
    return Array.from({ length: Math.min(MOST_THREADS, availableParallelism()) }, () => {
      const worker = new Worker(PROGRAM, { env: {}, execArgv: [] });
      const thread: Thread = { worker, waiting: [] };
      worker.on('message', (answer: LookAnswer) => thread.waiting.shift()?.(answer));
      const gone = (): void => {
        for (const tell of thread.waiting.splice(0)) tell(null);
        if (this.#threads.includes(thread)) void this.close();
      };
      // Its end is told, too.
      worker.on('error', nothing);
      worker.on('exit', gone);
      worker.unref();
      return thread;
    });
  }
}

/** Only while somebody waits for it does a thread keep the process alive. */
async function ask({ worker, waiting }: Thread, order: LookOrder): Promise<LookAnswer | null> {
  const { promise, resolve } = Promise.withResolvers<LookAnswer | null>();
  waiting.push(resolve);
  worker.ref();
  say(worker, order);
  const answer = await promise;
  if (waiting.length === 0) worker.unref();
  return answer;
}

function say(worker: Worker, order: LookOrder): void {
  worker.postMessage(order);
}

/** What all threads may read without a copy of their own. */
function shared(bytes: Buffer): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function nothing(): void {
  // Without threads the files are looked at by `find`.
}
