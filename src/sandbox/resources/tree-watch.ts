/**
 * Looks at how much a job's processes use where no control group counts it. One look at all processes serves all
 * jobs, and is good for nearly a second.
 */

import type { Excess } from '../../core/isolation.ts';
import { sizeText } from '../../core/size-text.ts';
import { memoryTogether, type ProcessEntry, readProcesses, type TreeRoot, treeOf } from './process-table.ts';

export interface WatchedLimits {
  readonly memoryBytes?: number;
  /** Threads count each. */
  readonly processes?: number;
}

const FRESH_MS = 900;
/** Of the time, for looking: with very many processes the looks are rarer. */
const SHARE = 0.05;

export class TreeWatch {
  #table: readonly ProcessEntry[] = [];
  #goodUntil = Number.NEGATIVE_INFINITY;

  exceeded(root: TreeRoot, limits: WatchedLimits): Excess | null {
    const tree = treeOf(this.#processes(), root);
    const threads = tree.reduce((sum, entry) => sum + entry.threads, 0);
    if (limits.processes !== undefined && threads > limits.processes) {
      return {
        limit: 'processes',
        detail: `it had ${threads} processes and threads at once, and may have ${limits.processes}`,
      };
    }
    return limits.memoryBytes === undefined ? null : memoryExcess(tree, limits.memoryBytes);
  }

  /** Whoever belongs to the job now. */
  members(root: TreeRoot): readonly number[] {
    return treeOf(this.#processes(), root).map(({ pid }) => pid);
  }

  #processes(): readonly ProcessEntry[] {
    const began = performance.now();
    if (began >= this.#goodUntil) {
      this.#table = readProcesses() ?? [];
      const tookMs = performance.now() - began;
      this.#goodUntil = began + Math.max(FRESH_MS, tookMs / SHARE);
    }
    return this.#table;
  }
}

function memoryExcess(tree: readonly ProcessEntry[], limit: number): Excess | null {
  const used = memoryTogether(tree.map(({ pid }) => pid));
  if (used <= limit) return null;
  return {
    limit: 'memory',
    detail: `its processes used ${sizeText(used)} of memory together, and may use ${sizeText(limit)}`,
  };
}
