/**
 * Waiting for events. Appends of this store are told directly; those of other processes are found by asking SQLite
 * for a number that changes with every foreign commit (`PRAGMA data_version`, 2 µs). Watching the WAL file
 * instead comes too early: it is written before the commit can be seen, and no event follows when it can.
 */

export interface WakeSource {
  /** Differs from its last value when another process has written since. */
  version(): number;
  /** 0 when the run has no events. */
  lastSeq(run: string): number;
  /** True for an error that may be gone at the next look. */
  mayPass(error: unknown): boolean;
}

interface Waiter {
  readonly run: string;
  readonly after: number;
  readonly wake: () => void;
  readonly fail: (error: unknown) => void;
}

export class WakeList {
  readonly #source: WakeSource;
  readonly #pollMs: number;
  readonly #waiters = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;
  /** Null when it could not be read, which counts as changed. */
  #version: number | null = null;

  constructor(source: WakeSource, pollMs: number) {
    this.#source = source;
    this.#pollMs = pollMs;
  }

  /** See `EventStore.wake`. Also resolves when the list is closed; rejects when the log cannot be read any more. */
  async wait(run: string, after: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    // In this order: what is written between the two looks is then seen by the next poll.
    if (this.#timer === undefined) this.#version = this.#look(() => this.#source.version());
    const last = this.#look(() => this.#source.lastSeq(run));
    if (last !== null && last > after) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const waiter: Waiter = { run, after, wake, fail: reject };
    this.#waiters.add(waiter);
    signal.addEventListener('abort', wake, { once: true });
    // Not unref'd: somebody waits for a promise, and the process must not end under them.
    this.#timer ??= setInterval(() => this.#poll(), this.#pollMs);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', wake);
      this.#waiters.delete(waiter);
      if (this.#waiters.size === 0) this.#stop();
    }
  }

  /** To be called after a commit of this store. */
  appended(run: string, seq: number): void {
    for (const waiter of this.#waiters) {
      if (waiter.run === run && waiter.after < seq) waiter.wake();
    }
  }

  close(): void {
    this.#stop();
    for (const waiter of this.#waiters) waiter.wake();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #poll(): void {
    try {
      const version = this.#look(() => this.#source.version());
      if (version !== null && version === this.#version) return;
      this.#version = version;
      for (const run of new Set([...this.#waiters].map((waiter) => waiter.run))) this.#tell(run);
    } catch (error) {
      for (const waiter of this.#waiters) waiter.fail(error);
    }
  }

  #tell(run: string): void {
    const last = this.#look(() => this.#source.lastSeq(run));
    if (last === null) this.#version = null;
    else this.appended(run, last);
  }

  /** Null when the log cannot be read just now. */
  #look(read: () => number): number | null {
    try {
      return read();
    } catch (error) {
      if (this.#source.mayPass(error)) return null;
      throw error;
    }
  }
}
