import { type ChildProcess, spawn } from 'node:child_process';
import { signalGroup } from '../signal-group.ts';
import { spawnErrorDetail } from '../spawn-error.ts';
import type { ProcessEvents, StartedProcess, StartRequest } from './start.ts';

/** As a child of this process, which copies its tables of memory for it: 40 µs a megabyte, in which nothing else is done. */
export function startHere(request: StartRequest, events: ProcessEvents): StartedProcess {
  const { program, args, cwd, env, input, output } = request;
  const notStarted = (error: unknown): void => events.notStarted(spawnErrorDetail(error, program, cwd));
  const pipe = output ? 'pipe' : 'ignore';
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd,
      env,
      stdio: [input === undefined ? 'ignore' : 'pipe', pipe, pipe],
      detached: true,
    });
  } catch (error) {
    process.nextTick(notStarted, error);
    return { pid: () => undefined, signal() {}, letGo() {}, unref() {} };
  }
  child.on('error', (error) => {
    if (child.pid === undefined) notStarted(error);
  });
  child.stdout?.on('data', (chunk: Buffer) => events.output?.('stdout', chunk));
  child.stderr?.on('data', (chunk: Buffer) => events.output?.('stderr', chunk));
  // It may end without reading its input.
  child.stdin?.on('error', () => {});
  if (input !== undefined) child.stdin?.end(input);
  child.on('exit', (code, signal) => events.exited(code, signal));
  child.on('close', (code, signal) => {
    if (child.pid !== undefined) events.closed?.(code, signal);
  });
  return {
    pid: () => child.pid,
    signal(signal, to) {
      if (to === 'group') signalGroup(child, signal);
      else child.kill(signal);
    },
    letGo() {
      afterWholeRound(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      });
    },
    unref: () => child.unref(),
  };
}

/**
 * When the loop of events has looked everywhere once more. Until then it may not have read what a process printed that
 * is known to have ended: one look tells the ends of all children, those of after its look at the pipes, too.
 */
export function afterWholeRound(act: () => void): void {
  setImmediate(() => setImmediate(act));
}
