/** Starts `store-child.ts`, reads what it prints, and ends it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('store-child.ts', import.meta.url));

export interface Child {
  /** Lets it begin. */
  go(): void;
  /** The next thing it did. Rejects when it ended instead. */
  next(): Promise<unknown>;
  /** Its exit code, when it has ended by itself. */
  readonly exited: Promise<number | null>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Resolves when the process has opened its store. */
export async function startChild(args: readonly string[]): Promise<Child> {
  const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = exitOf(started);
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the store's process ended: ${String(await exited)}`);
    return JSON.parse(line.value);
  };
  // A process that was killed is no longer there to read.
  started.stdin.on('error', () => undefined);
  await next();
  return {
    go: () => started.stdin.end('go\n'),
    next,
    exited,
    kill: async () => {
      started.kill('SIGKILL');
      await exited;
    },
  };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : null;
}
