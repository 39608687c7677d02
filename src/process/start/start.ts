/** What starting a process takes and gives, whichever process it becomes a child of. */

export interface StartRequest {
  /** Looked up in env.PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Given on standard input, which is empty without it. */
  readonly input?: string | Uint8Array;
  /** False: what it prints goes nowhere. */
  readonly output: boolean;
}

/** Called in turn, never before the start has returned. */
export interface ProcessEvents {
  /** Nothing was started, and nothing more is said; for people. */
  notStarted(detail: string): void;
  output?(from: 'stdout' | 'stderr', chunk: Buffer): void;
  exited(code: number | null, signal: string | null): void;
  /** Behind `exited`: all output has come, or is not read any more. */
  closed?(code: number | null, signal: string | null): void;
  /** Who could have told how it ends is gone, and nothing more is said. It may run on. */
  outOfSight(): void;
}

/** In a session and a process group of its own. */
export interface StartedProcess {
  /** Not known before it runs. */
  pid(): number | undefined;
  signal(signal: NodeJS.Signals, to: 'process' | 'group'): void;
  /** Reads no more of its output. */
  letGo(): void;
  /** This process may end before it has. */
  unref(): void;
}

export type Start = (request: StartRequest, events: ProcessEvents) => StartedProcess;
