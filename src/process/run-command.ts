/** Short helper commands such as git's: bounded in time and output, never through a shell, in a process group of their own. */

import { err, ok, type Result } from '../core/result.ts';
import { Collected } from './collected.ts';
import { startProcess } from './start/start-process.ts';
import { timeLimit } from './time-limit.ts';

export interface CommandSpec {
  /** argv[0] is looked up in env.PATH. */
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Given on standard input, which is empty without it. */
  readonly input?: string | Uint8Array;
  readonly timeoutMs: number;
  /** More than this on standard output is a failure; standard error is cut there without one. */
  readonly maxBytes: number;
}

export interface CommandOutput {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export type CommandFailure =
  /** No such program, no such folder, no process to be had; `detail` is for people. */
  | { readonly reason: 'not-started'; readonly detail: string }
  /** It was killed with its process group. The output is what had come so far. */
  | { readonly reason: 'timeout'; readonly afterMs: number; readonly stdout: Buffer; readonly stderr: Buffer }
  | { readonly reason: 'too-much-output'; readonly maxBytes: number };

/** Time between SIGTERM, on which git removes its lock files, and SIGKILL. */
const GRACE_MS = 2_000;
/** How long a background process that was left behind may keep the output open after the command ended. */
const LINGER_MS = 250;

/** Any exit code is a success here: what it means is the caller's to say. Never throws and never rejects. */
export function runCommand(spec: CommandSpec): Promise<Result<CommandOutput, CommandFailure>> {
  const [program, ...args] = spec.argv;
  const { promise, resolve } = Promise.withResolvers<Result<CommandOutput, CommandFailure>>();
  const notStarted = (detail: string): void => {
    endLimit();
    resolve(err({ reason: 'not-started', detail }));
  };
  const { cwd, env, input, timeoutMs, maxBytes } = spec;
  const stdout = new Collected(maxBytes);
  const stderr = new Collected(maxBytes);
  let cause: 'timeout' | 'too-much-output' | null = null;
  let killTimer: NodeJS.Timeout | undefined;
  let lingerTimer: NodeJS.Timeout | undefined;
  let endLimit = (): void => undefined;
  if (program === undefined) {
    notStarted('no command was given');
    return promise;
  }
  const end = (why: 'timeout' | 'too-much-output'): void => {
    if (cause !== null) return;
    cause = why;
    child.signal('SIGTERM', 'group');
    killTimer = setTimeout(() => child.signal('SIGKILL', 'group'), GRACE_MS);
  };
  const request = { program, args, cwd, env, output: true, ...(input === undefined ? {} : { input }) };
  const child = startProcess(request, {
    notStarted,
    output(from, chunk) {
      if (from === 'stderr') stderr.add(chunk);
      else if (!stdout.add(chunk)) end('too-much-output');
    },
    exited() {
      endLimit();
      clearTimeout(killTimer);
      if (cause !== null) child.signal('SIGKILL', 'group');
      lingerTimer = setTimeout(() => child.letGo(), LINGER_MS);
    },
    closed(exitCode, signal) {
      clearTimeout(lingerTimer);
      if (cause === null) resolve(ok({ exitCode, signal, stdout: stdout.bytes(), stderr: stderr.bytes() }));
      else if (cause === 'too-much-output') resolve(err({ reason: cause, maxBytes }));
      else
        resolve(err({ reason: cause, afterMs: timeoutMs, stdout: stdout.bytes(), stderr: stderr.bytes() }));
    },
    outOfSight() {
      clearTimeout(killTimer);
      clearTimeout(lingerTimer);
      notStarted(`the process that starts ${program} has ended`);
    },
  });
  endLimit = timeLimit(timeoutMs, () => end('timeout'));
  return promise;
}
