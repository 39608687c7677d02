/** The process: its arguments, environment, streams, signals and exit code. Nothing else in the program touches them. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { emitKeypressEvents, type Key } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CliHost, DetachedProcess, DetachedRequest, Output, Signal } from './cli/context.ts';
import { EXIT } from './cli/exit.ts';
import { failureWords } from './cli/failure-words.ts';
import { runCli } from './cli/run-cli.ts';
import { compose } from './compose.ts';
import { printable } from './core/printable.ts';
import { err, ok, type Result } from './core/result.ts';
import { OutsideFailure } from './ports/outside-failure.ts';

const SIGNALS: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

class StreamOutput implements Output {
  readonly terminal: NodeJS.WriteStream;
  closed = false;

  constructor(stream: NodeJS.WriteStream) {
    this.terminal = stream;
    // A closed pipe or a terminal that is gone: a run must not die of it.
    stream.on('error', () => {
      this.closed = true;
    });
  }

  /** A terminal that says its size is 0 by 0, as some build servers' do, is one that nothing can be drawn on. */
  get isTTY(): boolean {
    return this.terminal.isTTY === true && this.terminal.columns > 0;
  }

  write(data: string | Uint8Array): void {
    if (this.closed || data.length === 0) return;
    try {
      this.terminal.write(data);
    } catch {
      this.closed = true;
    }
  }

  async drained(): Promise<void> {
    if (this.closed || !this.terminal.writableNeedDrain) return;
    await Promise.race([once(this.terminal, 'drain'), once(this.terminal, 'close')]).catch(() => undefined);
  }

  /** Resolves when everything has left this process. */
  async flushed(): Promise<void> {
    if (this.closed) return;
    await new Promise<void>((resolve) => {
      this.terminal.once('error', () => resolve());
      this.terminal.once('close', () => resolve());
      this.terminal.write('', () => resolve());
    });
  }
}

function onSignal(handler: (signal: Signal) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, handler);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handler);
  };
}

/** Null where nobody can press a key. */
function onKey(handler: (key: string) => void): (() => void) | null {
  const { stdin } = process;
  if (!stdin.isTTY) return null;
  const press = (_text: string | undefined, { name = '', ctrl = false }: Key): void =>
    handler(ctrl ? `ctrl+${name}` : name);
  emitKeypressEvents(stdin);
  stdin.setRawMode(true).on('keypress', press).resume();
  return () => {
    stdin.off('keypress', press).pause();
    stdin.setRawMode(false);
  };
}

const exitHandlers = new Set<() => void>();

function atExit(handler: () => void): () => void {
  exitHandlers.add(handler);
  return () => exitHandlers.delete(handler);
}

function tidyUp(): void {
  for (const handler of exitHandlers) handler();
}

async function startDetached({
  args,
  cwd,
  logFile,
}: DetachedRequest): Promise<Result<DetachedProcess, string>> {
  const log = await open(logFile, 'a').catch((error: unknown) => String(error));
  if (typeof log === 'string') return err(log);
  try {
    const program = process.argv[1] ?? fileURLToPath(import.meta.url);
    const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
      cwd,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    child.unref();
    await Promise.race([once(child, 'spawn'), exited]);
    return child.pid === undefined
      ? err(`${process.execPath} does not start`)
      : ok({ pid: child.pid, exited });
  } catch (error) {
    return err(String(error));
  } finally {
    await log.close();
  }
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const found =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof found === 'string' ? found : 'unknown';
}

const stdout = new StreamOutput(process.stdout);
const stderr = new StreamOutput(process.stderr);
const argv = process.argv.slice(2);

function fail(error: unknown): number {
  // What is said on a screen that is about to go would go with it.
  tidyUp();
  if (error instanceof OutsideFailure) {
    stderr.write(`cox: ${printable(error.message)}\n`);
    return EXIT.refused;
  }
  const isDebug = argv.includes('--debug') || !['', '0', undefined].includes(process.env['COX_DEBUG']);
  const { code, text } = failureWords(error, isDebug);
  stderr.write(text);
  return code;
}

async function leave(code: number): Promise<never> {
  await Promise.all([stdout.flushed(), stderr.flushed()]);
  process.exit(code);
}

process.on('exit', tidyUp);
// What escapes every `await` ends here as well. The log is written event by event, so leaving at once loses nothing.
process.on('uncaughtException', (error) => void leave(fail(error)));

const host: CliHost = {
  argv,
  env: process.env,
  cwd: process.cwd(),
  version: version(),
  nodeVersion: process.version,
  stdout,
  stderr,
  now: Date.now,
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  onSignal,
  onKey,
  atExit,
  exitNow: (code) => process.exit(code),
  startDetached,
};

await leave(await runCli(host, compose(host)).catch(fail));
