/** Heads as a look sees them, and what may be said of two of them. */

import type { Commit } from '../../core/attempt.ts';
import type { ForeseenConflict } from '../../core/foreseen.ts';
import type { TaskId } from '../../core/plan.ts';
import type { RadarHead } from '../../ports/conflict-radar.ts';

export interface View {
  readonly head: RadarHead;
  readonly paths: ReadonlySet<string>;
  /** Null when it could not be made. */
  readonly commit: () => Promise<Commit | null>;
}

/** Two heads, or one and the tip, whose paths meet. */
export interface Meeting {
  readonly one: View;
  readonly other: View | null;
}

export function viewsOf({ one, other }: Meeting): readonly View[] {
  return other === null ? [one] : [one, other];
}

/**
 * Of two that began at different places the later one holds what was merged in between. What conflicts with that is
 * said of the integration branch, and not of the other task.
 */
export function withoutMerged(
  conflicts: readonly ForeseenConflict[],
  meetings: readonly Meeting[],
): readonly ForeseenConflict[] {
  const views = new Map(meetings.flatMap(viewsOf).map((view) => [view.head.task, view]));
  const withTip = new Map(
    conflicts.filter(({ other }) => other === null).map(({ task, paths }) => [task, new Set(paths)]),
  );
  const changes = (task: TaskId, path: string): boolean =>
    views.get(task)?.paths.has(Buffer.from(path).toString('latin1')) === true;
  return conflicts.flatMap((conflict) => {
    const { task, other } = conflict;
    if (other === null) return [conflict];
    const paths = conflict.paths.filter((path) => {
      const isMerged = withTip.get(task)?.has(path) === true || withTip.get(other)?.has(path) === true;
      return !isMerged || (changes(task, path) && changes(other, path));
    });
    return paths.length === 0 ? [] : [{ ...conflict, paths }];
  });
}
