/** What the kernel has counted in a job's control groups, while they are there, or as the shim left it. */

import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Excess } from '../../core/isolation.ts';
import { sizeText } from '../../core/size-text.ts';

/** The kernel takes and gives memory in batches of pages. */
const NEARLY = 0.98;

/** The lines of each file, by its name. */
export type Counts = ReadonlyMap<string, readonly string[]>;

/** Whether a limit was met at all; the others say which. */
export const SIGNS: readonly string[] = ['memory.events', 'memory.oom_control', 'pids.events'];
const FILES = [
  'memory.limit_in_bytes',
  'memory.max_usage_in_bytes',
  'memory.memsw.max_usage_in_bytes',
  'memory.max',
  'pids.max',
];

export function readGroupCounts(groups: readonly string[]): Counts {
  const counts = new Map<string, readonly string[]>();
  const read = (names: readonly string[]): void => {
    for (const path of groups.flatMap((group) => names.map((name) => join(group, name)))) {
      const text = textOf(path);
      if (text !== null) counts.set(basename(path), text.trimEnd().split('\n'));
    }
  };
  read(SIGNS);
  if (killed(counts) > 0 || refused(counts) > 0) read(FILES);
  return counts;
}

function killed(counts: Counts): number {
  return (
    numberAfter(counts, 'memory.events', 'oom_kill') + numberAfter(counts, 'memory.oom_control', 'oom_kill')
  );
}

function refused(counts: Counts): number {
  return numberAfter(counts, 'pids.events', 'max');
}

/** Lines of `FILE LINE`, which the shim writes when it removes the groups. Null when it has not. */
export function readKeptCounts(jobFolder: string): Counts | null {
  const text = textOf(join(jobFolder, 'counts'));
  if (text === null) return null;
  const counts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [name = '', ...rest] = line.split(' ');
    counts.set(name, [...(counts.get(name) ?? []), rest.join(' ')]);
  }
  return counts;
}

/** Pids of whoever is in the group now. */
export function readMembers(group: string): readonly number[] {
  return (textOf(join(group, 'cgroup.procs')) ?? '').split('\n').filter(Boolean).map(Number);
}

export function excessIn(counts: Counts): Excess | null {
  return memoryExcess(counts) ?? processExcess(counts);
}

/** A process may also be killed when the whole machine has run out; that says nothing of this limit. */
function memoryExcess(counts: Counts): Excess | null {
  const limit = first(counts, 'memory.max') || first(counts, 'memory.limit_in_bytes');
  if (killed(counts) === 0 || !reached(counts, limit)) return null;
  return {
    limit: 'memory',
    detail: `its processes needed more than the ${sizeText(limit)} of memory that they may have together`,
  };
}

/** Version 1 does not count how often its limit was met, but remembers how close it came, with swap and without. */
function reached(counts: Counts, limit: number): boolean {
  if (counts.has('memory.events')) return numberAfter(counts, 'memory.events', 'oom') > 0;
  const most = Math.max(
    first(counts, 'memory.max_usage_in_bytes'),
    first(counts, 'memory.memsw.max_usage_in_bytes'),
  );
  return limit > 0 && most >= limit * NEARLY;
}

/** A limit of 0 is set to end the tree. */
function processExcess(counts: Counts): Excess | null {
  const limit = first(counts, 'pids.max');
  if (limit === 0 || refused(counts) === 0) return null;
  return {
    limit: 'processes',
    detail: `it tried to start more than the ${limit} processes and threads that it may have at once`,
  };
}

function first(counts: Counts, file: string): number {
  return number(counts.get(file)?.[0]);
}

function numberAfter(counts: Counts, file: string, key: string): number {
  const line = counts.get(file)?.find((each) => each.startsWith(`${key} `));
  return number(line?.slice(key.length + 1));
}

/** 0 for what is absent and for `max`. */
function number(text: string | undefined): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : 0;
}

function textOf(file: string): string | null {
  // An error with its stack costs more than a look.
  if (!existsSync(file)) return null;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
