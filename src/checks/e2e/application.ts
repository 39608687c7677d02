/** A shell command of the project, in a process group of its own that is ended as a whole. */

import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterWholeRound } from '../../process/start/start-here.ts';

export interface CommandCall {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Characters kept of the end of what it prints. */
  readonly keeps: number;
}

/** Between the polite stop and the kill. */
const GRACE_MS = 2000;
/** How long a process that was left behind may keep the output open. */
const LINGER_MS = 250;
const LOOK_MS = 100;
const ANSWER_MS = 5000;

export class ProjectCommand {
  readonly #child: ChildProcess;
  readonly #keeps: number;
  #printed = '';
  /** Undefined while it runs; null when a signal ended it. */
  exitCode: number | null | undefined;
  /** Resolves when what it has printed was read, too. */
  readonly end: Promise<void>;

  constructor({ command, cwd, env, keeps }: CommandCall) {
    this.#keeps = keeps;
    this.#child = spawn('/bin/sh', ['-c', command], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#keep(text));
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.end = promise;
    let linger: NodeJS.Timeout | undefined;
    this.#child.on('exit', (code) => {
      this.exitCode ??= code;
      linger = setTimeout(() => afterWholeRound(resolve), LINGER_MS);
    });
    this.#child.on('close', () => {
      clearTimeout(linger);
      resolve();
    });
    this.#child.on('error', () => {
      this.exitCode ??= null;
      resolve();
    });
  }

  /** The end of what it has printed. */
  get output(): string {
    return this.#printed;
  }

  #keep(text: string): void {
    this.#printed = `${this.#printed}${text}`.slice(-this.#keeps);
  }

  /** With everything in its group. */
  async stop(): Promise<void> {
    if (!this.#signal('SIGTERM')) return;
    await Promise.race([this.end, sleep(GRACE_MS)]);
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    try {
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  }
}

/** Whether anything at all answers at the URL, good or bad. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** False when it ended, or time was up, before anything answered. */
export async function untilAnswers(
  application: ProjectCommand,
  url: string,
  deadline: number,
): Promise<boolean> {
  while (application.exitCode === undefined && Date.now() < deadline) {
    if (await answers(url)) return true;
    await sleep(LOOK_MS);
  }
  return false;
}
