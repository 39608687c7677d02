export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after that time, or as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
