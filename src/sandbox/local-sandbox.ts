/** The `Sandbox` port on this machine: walls around what a process sees, and limits to what it uses. */

import type { LimitWatch, Peaks, ProcessLimits, Protection } from '../core/isolation.ts';
import { ok, type Result } from '../core/result.ts';

import type { Bounds, Confined, Launch, Sandbox } from '../ports/sandbox.ts';
import type { Walls } from './walls.ts';

/** Keeps the limits of a job, or watches them. */
export interface Limiter {
  /** Found out once, by trying. */
  holds(): Promise<Pick<Protection, 'limits' | 'limitsDetail'>>;
  /** For a job that has not begun. The error is for people. */
  open(bounds: Bounds): Promise<Result<Grant, string>>;
  watch(jobFolder: string, bounds: Bounds): LimitWatch;
  peaks(jobFolder: string): Promise<Peaks | null>;
}

export interface Grant {
  /** Absolute folders, made and empty. */
  readonly cgroups: readonly string[];
  readonly rlimits: ProcessLimits;
}

/** Keeps none. */
export const NO_LIMITER: Limiter = {
  holds: async () => ({
    limits: { memory: 'none', processes: 'none', cpu: 'none', openFiles: 'none', disk: 'none' },
  }),
  open: async () => ok({ cgroups: [], rlimits: {} }),
  watch: () => ({ look: async () => null, end: () => null }),
  peaks: async () => null,
};

export interface SandboxParts {
  readonly walls: Walls;
  readonly limiter: Limiter;
}

export class LocalSandbox implements Sandbox {
  readonly #parts: SandboxParts;

  constructor(parts: SandboxParts) {
    this.#parts = parts;
  }

  get showsElsewhere(): boolean {
    return this.#parts.walls.showsElsewhere;
  }

  async protection(): Promise<Protection> {
    const [found, held] = await Promise.all([this.#parts.walls.find(), this.#parts.limiter.holds()]);
    return { ...found, ...held };
  }

  async confine(launch: Launch, bounds: Bounds): Promise<Result<Confined, string>> {
    const { mounts } = bounds;
    const walled =
      mounts === null ? ok(launch) : await this.#parts.walls.enclose(launch, { ...bounds, mounts });
    if (!walled.ok) return walled;
    const granted = await this.#parts.limiter.open(bounds);
    return granted.ok ? ok({ ...walled.value, ...granted.value, walled: mounts !== null }) : granted;
  }

  /** The first of the paths, or where it leads, that no process behind these walls is shown; null without walls. */
  async hidden(paths: readonly string[]): Promise<string | null> {
    const { walls } = this.#parts;
    const [first] = paths.flatMap((path) => walls.hiddenPart(path) ?? []);
    // Walls are tried only where they would matter.
    return first === undefined || (await walls.find()).level === 'none' ? null : first;
  }

  watch(jobFolder: string, bounds: Bounds): LimitWatch {
    return this.#parts.limiter.watch(jobFolder, bounds);
  }

  peaks(jobFolder: string): Promise<Peaks | null> {
    return this.#parts.limiter.peaks(jobFolder);
  }
}
