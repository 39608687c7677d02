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
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    unref: () => child.unref(),
  };
}
