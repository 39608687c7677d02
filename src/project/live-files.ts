/** Files of the user's that are kept true to a run while it goes on. The log is the truth: what is missed is caught up. */

import type { RunState } from '../core/run-state.ts';
import type { PidOf } from '../views/agent-pids.ts';
import { AutoCheckpointFiles } from './auto-checkpoint-files.ts';
import { AutoProgressFile, progressFileOf } from './auto-progress-file.ts';
import { AutoSession } from './auto-session.ts';
import { MarkedPlan } from './marked-plan.ts';
import { outputFolder } from './output-folder.ts';
import { ParallelStatusFiles } from './parallel-status-files.ts';
import { QueueItems } from './queue-items.ts';
import { kindOf } from './read-folder.ts';
import type { SessionParts } from './session/session.ts';

export interface LiveFile {
  /**
   * Brings the files in line with the run; the value is what could not be done, in words. Reads the state before it
   * waits for anything: the state changes as the run goes on.
   */
  bring(state: RunState): Promise<readonly string[]>;
  /** What it shows changes without an event, as long as the run stands so; absent: never. */
  isMoving?(state: RunState): boolean;
}

/** `root` is that of the checkout whose files follow the run. */
export interface LiveParts extends SessionParts {
  readonly pidOf: PidOf;
}

/** What the run's family keeps. */
export function liveFilesOf({ plan, source }: RunState, parts: LiveParts): readonly LiveFile[] {
  switch (plan.format) {
    case 'queue':
      return [new QueueItems(source)];
    case 'auto':
      return [new AutoProgressFile(parts.root), new AutoCheckpointFiles(parts.root), new AutoSession(parts)];
    case 'plan-md':
      return [
        new MarkedPlan(source),
        new ParallelStatusFiles(outputFolder(source, plan.format), parts.pidOf),
      ];
    default:
      return [];
  }
}

/** What says whether the run goes on, and would be wrong once its process is gone; null where nothing does. */
export async function leftFile(
  state: RunState,
  { root, pidOf }: Pick<LiveParts, 'root' | 'pidOf'>,
): Promise<LiveFile | null> {
  const { plan, source } = state;
  switch (plan.format) {
    case 'auto':
      return await progressFileOf(root, state);
    case 'plan-md': {
      const folder = outputFolder(source, plan.format);
      return (await kindOf(folder)) === 'folder' ? new ParallelStatusFiles(folder, pidOf) : null;
    }
    default:
      return null;
  }
}

/** Events come in bursts, and nobody looks at a file more often. */
const PAUSE_MS = 50;
const MOVING_MS = 1000;

export class LiveFiles {
  readonly #files: readonly LiveFile[];
  readonly #say: (problem: string) => void;
  readonly #said = new Set<string>();
  #broughtAt: number | null = null;
  #longestMs: number | null = null;
  #state: RunState | null = null;
  #again: NodeJS.Timeout | undefined;
  #working: Promise<void> | null = null;
  #hurry: (() => void) | null = null;
  #isLast = false;

  /** Each problem is said once. */
  constructor(files: readonly LiveFile[], say: (problem: string) => void) {
    this.#files = files;
    this.#say = say;
  }

  /** The longest time between two looks, in milliseconds; null before the second. */
  get longestPauseMs(): number | null {
    return this.#longestMs;
  }

  /** The run has gone on: its files follow soon. */
  changed(state: RunState): void {
    if (this.#files.length === 0) return;
    this.#state = state;
    clearTimeout(this.#again);
    this.#working ??= this.#work();
  }

  /** Resolves when the files are as the last state says. */
  async settle(state: RunState): Promise<void> {
    this.changed(state);
    this.#isLast = true;
    this.#hurry?.();
    await this.#working;
    clearTimeout(this.#again);
    this.#isLast = false;
  }

  async #work(): Promise<void> {
    while (this.#state !== null) {
      const state = this.#state;
      this.#state = null;
      for (const file of this.#files) for (const problem of await file.bring(state)) this.#sayOnce(problem);
      this.#countPause();
      if (this.#isLast) continue;
      await this.#pause();
      this.#lookAgain(state);
    }
    this.#working = null;
  }

  #countPause(): void {
    const now = performance.now();
    if (this.#broughtAt !== null) this.#longestMs = Math.max(this.#longestMs ?? 0, now - this.#broughtAt);
    this.#broughtAt = now;
  }

  #lookAgain(state: RunState): void {
    clearTimeout(this.#again);
    if (this.#state !== null || !this.#files.some((file) => file.isMoving?.(state) === true)) return;
    this.#again = setTimeout(() => this.changed(state), MOVING_MS).unref();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #sayOnce(problem: string): void {
    if (this.#said.has(problem)) return;
    this.#said.add(problem);
    this.#say(problem);
  }
}
