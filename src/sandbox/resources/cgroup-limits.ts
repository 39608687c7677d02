/** What is written into a control group for a limit. Pure. */

import type { Controller } from './cgroup-places.ts';

/** For all processes of a group together. What is absent is not limited. */
export interface GroupLimits {
  readonly memoryBytes?: number;
  /** Threads count each, for the kernel has no other number. */
  readonly processes?: number;
  /** In cores. */
  readonly cpus?: number;
}

export interface GroupFile {
  readonly name: string;
  readonly value: string;
  /** Where the kernel has no such file, or refuses the value, the group is good without it. */
  readonly optional: boolean;
}

const CPU_PERIOD_US = 100_000;
/** Less is refused by the kernel. */
const LEAST_CPU_QUOTA_US = 1_000;

/** In the order in which they must be written. */
export function groupFiles(
  version: 1 | 2,
  controllers: readonly Controller[],
  limits: GroupLimits,
): readonly GroupFile[] {
  return controllers.flatMap((controller) => {
    switch (controller) {
      case 'memory':
        return version === 1 ? memoryV1(limits) : memoryV2(limits);
      case 'pids':
        return limits.processes === undefined ? [] : [needed('pids.max', limits.processes)];
      case 'cpu':
        return cpu(version, limits);
      default:
        return controller satisfies never;
    }
  });
}

/** Swap would let the group grow beyond its limit, and slow everybody. */
function memoryV1({ memoryBytes }: GroupLimits): readonly GroupFile[] {
  if (memoryBytes === undefined) return [];
  return [
    needed('memory.limit_in_bytes', memoryBytes),
    optional('memory.memsw.limit_in_bytes', memoryBytes),
    optional('memory.swappiness', 0),
  ];
}

/** Without a part of it, most agents would only fail in a way that nobody understands: all of it ends. */
function memoryV2({ memoryBytes }: GroupLimits): readonly GroupFile[] {
  const whole = optional('memory.oom.group', 1);
  if (memoryBytes === undefined) return [whole];
  return [needed('memory.max', memoryBytes), optional('memory.swap.max', 0), whole];
}

/** Version 1 refuses more than the group around it has; then that one's limit is the one that holds. */
function cpu(version: 1 | 2, { cpus }: GroupLimits): readonly GroupFile[] {
  if (cpus === undefined) return [];
  const quota = Math.max(LEAST_CPU_QUOTA_US, Math.round(cpus * CPU_PERIOD_US));
  if (version === 2) return [{ name: 'cpu.max', value: `${quota} ${CPU_PERIOD_US}`, optional: false }];
  return [needed('cpu.cfs_period_us', CPU_PERIOD_US), optional('cpu.cfs_quota_us', quota)];
}

function needed(name: string, value: number): GroupFile {
  return { name, value: String(Math.round(value)), optional: false };
}

function optional(name: string, value: number): GroupFile {
  return { ...needed(name, value), optional: true };
}
