/** Lets agents start while this machine has memory and room on its disks. */

import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sizeText } from '../../core/size-text.ts';
import type { Admission, Admitted } from '../../ports/admission.ts';
import { type MachineMemory, machineMemory } from './machine-memory.ts';

export interface AdmissionRules {
  /** With less than this nothing is started; null for no such rule, undefined for what suits the machine. */
  readonly memoryBytes: number | null | undefined;
  readonly diskBytes: number | null;
  /** Absolute; those that are not there yet count as the folders that they will lie in. */
  readonly folders: readonly string[];
}

export interface Readings {
  memory(): MachineMemory;
  /** Free bytes where the folder lies; null when that cannot be asked. */
  disk(folder: string): Promise<number | null>;
  /** In milliseconds. */
  now(): number;
}

/** What agents take in their first seconds, and which the machine does not show as taken at once. */
const START_BYTES = 256e6;
const START_MS = 10_000;
/** Once something is short, there must be so much more of it before it counts as enough. */
const SLACK = 1.1;

export class MachineAdmission implements Admission {
  readonly #rules: AdmissionRules;
  readonly #readings: Readings;
  #isShort = false;
  /** When the agents of the last seconds were started. */
  #starts: number[] = [];

  constructor(rules: AdmissionRules, readings: Readings = MACHINE) {
    this.#rules = rules;
    this.#readings = readings;
  }

  async admit(wanted: number, running: number): Promise<Admitted> {
    const memory = this.#readings.memory();
    const shortage = this.#memoryShortage(memory) ?? (await this.#diskShortage());
    this.#isShort = shortage !== null;
    if (shortage !== null) return { starts: 0, shortage };
    const now = this.#readings.now();
    this.#starts = this.#starts.filter((at) => now - at < START_MS);
    const starts = Math.min(wanted, this.#roomFor(memory, running));
    for (let each = 0; each < starts; each += 1) this.#starts.push(now);
    return { starts, shortage: null };
  }

  /** A few at once where there is little: each next one is started when the last have shown what they take. */
  #roomFor({ availableBytes, totalBytes }: MachineMemory, running: number): number {
    const least = this.#leastMemory(totalBytes);
    if (availableBytes === null || least === null) return Number.POSITIVE_INFINITY;
    // What ended since then takes nothing any more.
    const growing = Math.min(this.#starts.length, running);
    const room = Math.floor((availableBytes - least) / START_BYTES) - growing;
    return Math.max(room, growing === 0 ? 1 : 0);
  }

  #memoryShortage({ availableBytes, totalBytes }: MachineMemory): string | null {
    const least = this.#leastMemory(totalBytes);
    if (availableBytes === null || least === null || availableBytes >= this.#enough(least)) return null;
    return `memory is short: ${sizeText(availableBytes)} are available, and agents are started from ${sizeText(least)} on; free some, or lower admission.memory`;
  }

  async #diskShortage(): Promise<string | null> {
    const least = this.#rules.diskBytes;
    if (least === null) return null;
    for (const folder of this.#rules.folders) {
      const free = await this.#readings.disk(folder);
      if (free === null || free >= this.#enough(least)) continue;
      return `the disk of ${folder} is short of room: ${sizeText(free)} are free, and agents are started from ${sizeText(least)} on; make room, or lower admission.disk`;
    }
    return null;
  }

  #enough(least: number): number {
    return this.#isShort ? least * SLACK : least;
  }

  /** A machine that has little in all can spare less. */
  #leastMemory(total: number): number | null {
    const { memoryBytes } = this.#rules;
    return memoryBytes === undefined ? Math.min(Math.max(512e6, total * 0.05), 2e9, total / 4) : memoryBytes;
  }
}

/** Of the disk that the folder lies on, or will lie on; null when that cannot be asked. */
export async function freeBytes(folder: string): Promise<number | null> {
  const disk = await statfs(folder).catch(() => null);
  if (disk !== null) return disk.bavail * disk.bsize;
  const parent = dirname(folder);
  return parent === folder ? null : freeBytes(parent);
}

const MACHINE: Readings = {
  memory: machineMemory,
  disk: freeBytes,
  now: () => performance.now(),
};
