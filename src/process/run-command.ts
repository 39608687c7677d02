/** Short helper commands such as git's: bounded in time and output, never through a shell, in a process group of their own. */

import { type ChildProcess, spawn } from 'node:child_process';

import { err, ok, type Result } from '../core/result.ts';
import { Collected } from './collected.ts';
import { signalGroup } from './signal-group.ts';
import { spawnErrorDetail } from './spawn-error.ts';

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
  const program = spec.argv[0];
  if (program === undefined)
    return Promise.resolve(err({ reason: 'not-started', detail: 'no command was given' }));
  let child: ChildProcess;
  try {
    child = spawn(program, spec.argv.slice(1), {
      cwd: spec.cwd,
      env: spec.env,
      stdio: [spec.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
  } catch (error) {
    return Promise.resolve(
      err({ reason: 'not-started', detail: spawnErrorDetail(error, program, spec.cwd) }),
    );
  }
  return attend(child, { ...spec, program });
}

function attend(
  child: ChildProcess,
  spec: CommandSpec & { readonly program: string },
): Promise<Result<CommandOutput, CommandFailure>> {
  return new Promise((resolve) => {
    const stdout = new Collected(spec.maxBytes);
    const stderr = new Collected(spec.maxBytes);
    let cause: 'timeout' | 'too-much-output' | null = null;
    let killTimer: NodeJS.Timeout | undefined;
    let lingerTimer: NodeJS.Timeout | undefined;
    const end = (why: 'timeout' | 'too-much-output'): void => {
      if (cause !== null) return;
      cause = why;
      signalGroup(child, 'SIGTERM');
      killTimer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
    };
    const timer = setTimeout(() => end('timeout'), spec.timeoutMs);

    child.stdout?.on('data', (chunk: Buffer) => {
      if (!stdout.add(chunk)) end('too-much-output');
    });
    child.stderr?.on('data', (chunk: Buffer) => stderr.add(chunk));
    // A command may end without reading its input.
    child.stdin?.on('error', () => {});
    if (spec.input !== undefined) child.stdin?.end(spec.input);

    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      clearTimeout(timer);
      resolve(err({ reason: 'not-started', detail: spawnErrorDetail(error, spec.program, spec.cwd) }));
    });
    child.on('exit', () => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      if (cause !== null) signalGroup(child, 'SIGKILL');
      lingerTimer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LINGER_MS);
    });
    child.on('close', (exitCode, signal) => {
      clearTimeout(lingerTimer);
      if (child.pid === undefined) return;
      if (cause === null) resolve(ok({ exitCode, signal, stdout: stdout.bytes(), stderr: stderr.bytes() }));
      else if (cause === 'too-much-output') resolve(err({ reason: cause, maxBytes: spec.maxBytes }));
      else
        resolve(
          err({ reason: cause, afterMs: spec.timeoutMs, stdout: stdout.bytes(), stderr: stderr.bytes() }),
        );
    });
  });
}
