/** The pool as people and scripts see it. */

import type { Merged } from '../../project/pool/pool-merge.ts';
import type { PoolHealth } from '../../project/pool/pool-upkeep.ts';
import { type BoxLine, box } from './box.ts';
import { clean, fill } from './clean.ts';
import type { Style } from './style.ts';

interface ShownPool {
  readonly pool_size: number;
  readonly worktrees: readonly {
    readonly id: string;
    readonly status: 'idle' | 'busy' | 'error';
    readonly task_id: string | null;
    readonly branch: string | null;
  }[];
}

/** In a box on a terminal; the same lines without it for a pipe. */
export function poolText(
  { pool_size: size, worktrees }: ShownPool,
  { width, style, isTTY }: { readonly width: number; readonly style: Style; readonly isTTY: boolean },
): readonly string[] {
  const count = (status: string): number => worktrees.filter((each) => each.status === status).length;
  const lines: readonly BoxLine[] = [
    { text: `AGENT POOL STATUS (Max ${size})`, paint: 'strong' },
    {
      text: `Pool Size: ${size} | Busy: ${count('busy')} | Idle: ${count('idle')} | Error: ${count('error')}`,
    },
    { text: '' },
    ...worktrees.map(({ id, status, task_id: task, branch }): BoxLine => {
      const text =
        `${fill(id, 6)} ${fill(status.toUpperCase(), 5)} ${clean(task ?? '-')} ${clean(branch ?? '')}`.trimEnd();
      return status === 'error' ? { text, paint: 'bad' } : { text };
    }),
  ];
  return isTTY ? box(lines, width, style) : lines.map(({ text }) => text);
}

export function healthText({ broken, drifted, worktrees }: PoolHealth): readonly string[] {
  const issues = `${broken.length} ${broken.length === 1 ? 'issue' : 'issues'} found`;
  return [
    broken.length === 0 ? '✅ Pool health: OK' : `⚠️ Pool health: ${issues}`,
    `Git worktrees in pool: ${worktrees}`,
    ...broken.map(({ id, problem }) => `BROKEN:${id}: ${clean(problem)}`),
    ...drifted.map(({ id, paths }) => `DRIFTED:${id}: ${clean(paths.join(', '))}`),
  ];
}

export function mergeSummary({ merged, failed }: Merged): readonly string[] {
  const named = (branches: readonly string[]): string =>
    branches.length === 0 ? 'none' : clean(branches.join(' '));
  return [
    '=== MERGE SUMMARY ===',
    `Merged: ${named(merged)}`,
    `Failed: ${named(failed.map(({ branch }) => branch))}`,
  ];
}
