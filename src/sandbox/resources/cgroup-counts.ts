/** What the kernel has counted in a job's control groups, while they are there, or as the shim left it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Excess } from '../../core/isolation.ts';
import { sizeText } from '../../core/size-text.ts';

/** The kernel takes and gives memory in batches of pages. */
const NEARLY = 0.98;

/** The lines of each file, by its name. */
export type Counts = ReadonlyMap<string, readonly string[]>;

const FILES = [
  'memory.events',
  'memory.oom_control',
  'memory.limit_in_bytes',
  'memory.max_usage_in_bytes',
  'memory.memsw.max_usage_in_bytes',
  'memory.max',
  'pids.events',
  'pids.max',
];

export function readGroupCounts(groups: readonly string[]): Counts {
  const counts = new Map<string, readonly string[]>();
  for (const group of groups) {
    for (const name of FILES) {
      const text = textOf(join(group, name));
      if (text !== null) counts.set(name, text.trimEnd().split('\n'));
    }
  }
  return counts;
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

export function excessIn(counts: Counts): Excess | null {
  return memoryExcess(counts) ?? processExcess(counts);
}

/** A process may also be killed when the whole machine has run out; that says nothing of this limit. */
function memoryExcess(counts: Counts): Excess | null {
  const killed =
    numberAfter(counts, 'memory.events', 'oom_kill') + numberAfter(counts, 'memory.oom_control', 'oom_kill');
  const limit = first(counts, 'memory.max') || first(counts, 'memory.limit_in_bytes');
  if (killed === 0 || !reached(counts, limit)) return null;
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
  if (limit === 0 || numberAfter(counts, 'pids.events', 'max') === 0) return null;
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
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
