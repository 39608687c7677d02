/**
 * The most that a job was seen to use. It is written into the job's folder, so that whoever takes the job up after a
 * crash goes on from it.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Peaks } from '../../core/isolation.ts';
import { memoryTogether, ticksOf } from './process-table.ts';

export interface JobLook {
  /** Processes that belong to the job now. */
  readonly pids: readonly number[];
  /** Absent where nobody has looked yet. */
  readonly diskBytes?: number;
}

/** proc(5): USER_HZ, which is 100 wherever Node runs on Linux. */
const TICKS_PER_SECOND = 100;
/** Of less the share of a core is chance. */
const SHORTEST_MS = 500;
/** In cores. A job that uses less, and not much more memory than before, is looked at less and less often. */
const BUSY_CPUS = 0.2;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 16_000;
/** Times what was known before. Less need not be written before the end. */
const MUCH_MORE = 1.1;
const NAMES = ['memoryBytes', 'cpus', 'diskBytes'] as const;

export class JobPeaks {
  readonly #folder: string;
  #peaks: Peaks;
  /** As it stands in the folder. */
  #written: Peaks;
  #ticks = 0;
  /** In milliseconds since the epoch. */
  #lookedAt: number;
  #pauseMs = 0;

  /** `since` is when the job began, in milliseconds since the epoch. */
  constructor(jobFolder: string, since: number) {
    this.#folder = jobFolder;
    this.#peaks = readPeaks(jobFolder) ?? {};
    this.#written = this.#peaks;
    this.#lookedAt = since;
  }

  /** Each process that is looked at costs some hundredths of a millisecond, and most agents wait most of the time. */
  isDue(now = Date.now()): boolean {
    // The clock may have been set back.
    return Math.abs(now - this.#lookedAt) >= this.#pauseMs;
  }

  look({ pids, diskBytes }: JobLook, now = Date.now()): void {
    const { memoryBytes = 0 } = this.#peaks;
    const ticks = pids.reduce((sum, pid) => sum + ticksOf(pid), 0);
    const ms = now - this.#lookedAt;
    // Where the system shows no processes, nothing is said of them.
    const isLong = ms >= SHORTEST_MS && pids.length > 0;
    // What ended meanwhile has taken its count along, and the others may have less together than before.
    const cpus = isLong ? coresOf(Math.max(0, ticks - this.#ticks), ms) : undefined;
    this.#take('memoryBytes', pids.length === 0 ? undefined : memoryTogether(pids));
    this.#take('cpus', cpus);
    this.#take('diskBytes', diskBytes);
    if (cpus !== undefined) {
      const isBusy = cpus >= BUSY_CPUS || isMuchMore(this.#peaks.memoryBytes, memoryBytes);
      this.#pauseMs = isBusy ? 0 : Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2 + FIRST_PAUSE_MS);
      this.#ticks = ticks;
      this.#lookedAt = now;
    }
    if (NAMES.some((name) => isMuchMore(this.#peaks[name], this.#written[name]))) this.#write();
  }

  /** Nothing more is looked at. */
  end({ diskBytes }: Pick<JobLook, 'diskBytes'>): void {
    this.#take('diskBytes', diskBytes);
    if (NAMES.some((name) => this.#peaks[name] !== this.#written[name])) this.#write();
  }

  #take(name: keyof Peaks, now: number | undefined): void {
    if (now !== undefined) this.#peaks = { ...this.#peaks, [name]: Math.max(now, this.#peaks[name] ?? 0) };
  }

  /** It only informs: on a full disk it is left out, and a torn one is not read. */
  #write(): void {
    this.#written = this.#peaks;
    try {
      writeFileSync(fileOf(this.#folder), JSON.stringify(this.#peaks), { mode: 0o600 });
    } catch {
      // It is tried again when there is more.
    }
  }
}

function isMuchMore(now: number | undefined, before: number | undefined): boolean {
  return now !== undefined && (before === undefined || now > before * MUCH_MORE);
}

function coresOf(ticks: number, ms: number): number {
  return Math.round((ticks / TICKS_PER_SECOND / ms) * 1e5) / 100;
}

function fileOf(jobFolder: string): string {
  return join(jobFolder, 'peaks.json');
}

/** Null for a job that nobody has looked at. */
export function readPeaks(jobFolder: string): Peaks | null {
  try {
    const value: unknown = JSON.parse(readFileSync(fileOf(jobFolder), 'utf8'));
    return typeof value === 'object' && value !== null ? peaksIn({ ...value }) : null;
  } catch {
    return null;
  }
}

function peaksIn(value: Readonly<Record<string, unknown>>): Peaks {
  return Object.fromEntries(
    NAMES.flatMap((name) => (typeof value[name] === 'number' ? [[name, value[name]] as const] : [])),
  );
}
