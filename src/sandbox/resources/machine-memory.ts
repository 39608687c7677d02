/** The memory that this process and all it starts may have: the machine's, or what a control group around us leaves. */

import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { cgroupPlaces } from './cgroup-places.ts';

export interface MachineMemory {
  readonly totalBytes: number;
  /** What can be had without anybody's memory being swapped out; null where the system does not say. */
  readonly availableBytes: number | null;
}

export function machineMemory(): MachineMemory {
  const group = ownGroup();
  const available = parseAvailable(textOf('/proc/meminfo'));
  const total = Math.min(totalmem(), group?.limit ?? Number.POSITIVE_INFINITY);
  if (available === null) return { totalBytes: total, availableBytes: null };
  return { totalBytes: total, availableBytes: Math.min(available, group?.left ?? available) };
}

/** `MemAvailable` of proc(5), in bytes. Elsewhere free memory says little: what is not free is mostly a cache. */
export function parseAvailable(meminfo: string): number | null {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

interface GroupMemory {
  readonly limit: number;
  /** Caches that would be dropped count as free. */
  readonly left: number;
}

/** Null without a limit. Only our own group is asked: a container has its limit there. */
function ownGroup(): GroupMemory | null {
  const places = cgroupPlaces(textOf('/proc/self/mountinfo'), textOf('/proc/self/cgroup'));
  for (const { version, controllers, own } of places) {
    if (version === 1 && !controllers.includes('memory')) continue;
    const [limitFile, usedFile] =
      version === 2 ? ['memory.max', 'memory.current'] : ['memory.limit_in_bytes', 'memory.usage_in_bytes'];
    const limit = Number(textOf(join(own, limitFile)).trim() || Number.NaN);
    const used = Number(textOf(join(own, usedFile)).trim() || Number.NaN);
    if (!Number.isFinite(limit) || !Number.isFinite(used) || limit >= totalmem()) continue;
    const cache = parseFileCache(textOf(join(own, 'memory.stat')));
    return { limit, left: Math.max(0, limit - used + cache) };
  }
  return null;
}

/** Of both versions; the totals of version 1 count the groups below, as its usage does. */
export function parseFileCache(stat: string): number {
  const bytes = (name: string): number | null => {
    const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1];
    return found === undefined ? null : Number(found);
  };
  const sum = (prefix: string): number | null => {
    const inactive = bytes(`${prefix}inactive_file`);
    return inactive === null ? null : inactive + (bytes(`${prefix}active_file`) ?? 0);
  };
  return sum('total_') ?? sum('') ?? 0;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
