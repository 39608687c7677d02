/**
 * The most that jobs were seen to use. What has grown is written into the job's folder, so that whoever takes the job up
 * after a crash goes on from it.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Peaks } from '../../core/isolation.ts';
import { memoryTogether, ticksOf } from './process-table.ts';

export interface JobLook {
  /** Processes that belong to the job now. */
  readonly pids: readonly number[];
  /** When the job began, in milliseconds since the epoch. */
  readonly since: number;
  /** Absent where nobody has looked yet. */
  readonly diskBytes?: number;
}

interface Seen {
  readonly peaks: Peaks;
  readonly ticks: number;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** proc(5): USER_HZ, which is 100 wherever Node runs on Linux. */
const TICKS_PER_SECOND = 100;
/** Of less the share of a core is chance. */
const SHORTEST_MS = 500;

export class JobPeaks {
  readonly #jobs = new Map<string, Seen>();

  look(jobFolder: string, { pids, since, diskBytes }: JobLook, now = Date.now()): void {
    const before = this.#jobs.get(jobFolder) ?? { peaks: readPeaks(jobFolder) ?? {}, ticks: 0, at: since };
    const ticks = pids.reduce((sum, pid) => sum + ticksOf(pid), 0);
    const ms = now - before.at;
    // Where the system shows no processes, nothing is said of them.
    const isLong = ms >= SHORTEST_MS && pids.length > 0;
    const { peaks } = before;
    const grown: Peaks = {
      ...most('memoryBytes', peaks, pids.length === 0 ? undefined : memoryTogether(pids)),
      // What ended meanwhile has taken its count along, and the others may have less together than before.
      ...most('cpus', peaks, isLong ? coresOf(Math.max(0, ticks - before.ticks), ms) : undefined),
      ...most('diskBytes', peaks, diskBytes),
    };
    this.#jobs.set(jobFolder, isLong ? { peaks: grown, ticks, at: now } : { ...before, peaks: grown });
    if (JSON.stringify(grown) !== JSON.stringify(peaks)) writePeaks(jobFolder, grown);
  }

  /** Null for a job that nobody has looked at. */
  of(jobFolder: string): Peaks | null {
    return this.#jobs.get(jobFolder)?.peaks ?? readPeaks(jobFolder);
  }

  /** The file stays. */
  forget(jobFolder: string): void {
    this.#jobs.delete(jobFolder);
  }
}

function most(name: keyof Peaks, before: Peaks, now: number | undefined): Peaks {
  const values = [before[name], now].filter((each) => each !== undefined);
  return values.length === 0 ? {} : { [name]: Math.max(...values) };
}

function coresOf(ticks: number, ms: number): number {
  return Math.round((ticks / TICKS_PER_SECOND / ms) * 1e5) / 100;
}

function fileOf(jobFolder: string): string {
  return join(jobFolder, 'peaks.json');
}

function readPeaks(jobFolder: string): Peaks | null {
  try {
    const value: unknown = JSON.parse(readFileSync(fileOf(jobFolder), 'utf8'));
    return typeof value === 'object' && value !== null ? peaksIn({ ...value }) : null;
  } catch {
    return null;
  }
}

function peaksIn(value: Readonly<Record<string, unknown>>): Peaks {
  const names = ['memoryBytes', 'cpus', 'diskBytes'] as const;
  return Object.fromEntries(
    names.flatMap((name) => (typeof value[name] === 'number' ? [[name, value[name]] as const] : [])),
  );
}

/** It only informs: on a full disk it is left out, and a torn one is not read. */
function writePeaks(jobFolder: string, peaks: Peaks): void {
  try {
    writeFileSync(fileOf(jobFolder), JSON.stringify(peaks), { mode: 0o600 });
  } catch {
    // What is known stays in memory.
  }
}
