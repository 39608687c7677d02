/** What conflicted when work was merged, and what came of that. */

import { type ResolvedPath, resolvedWords } from '../core/merge-result.ts';
import type { TaskId } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import { isoTime } from './duration.ts';

export interface ConflictReport {
  readonly task: string;
  readonly paths: readonly string[];
  readonly at: string;
  /**
   * `resolved`: put together at once, and merged; `sent-back`: its task has to see to it; `handed-over`: a resolver has, and
   * after that the user.
   */
  readonly outcome: 'resolved' | 'sent-back' | 'handed-over';
  /** How each path was put together; empty for any other outcome. */
  readonly resolved: readonly ResolvedPath[];
  /** Whether a merge test had to pass on the result; null for any other outcome. */
  readonly tested: boolean | null;
}

/** In the order in which they came. */
export function conflictReports(state: RunState): readonly ConflictReport[] {
  const { conflicts, resolutions } = state.integration;
  const all = [
    ...conflicts.map(({ task, paths, at, handedOver }) => {
      const outcome = handedOver === true ? 'handed-over' : 'sent-back';
      const report = { task, paths, outcome, resolved: [], tested: null } as const;
      return { at, report };
    }),
    ...resolutions.map(({ task, resolved, at }) => {
      const paths = [...new Set(resolved.map(({ path }) => path))];
      return { at, report: { task, paths, outcome: 'resolved', resolved, tested: isTested(state) } as const };
    }),
  ];
  return all
    .sort((one, other) => one.at - other.at)
    .map(({ at, report }) => ({ ...report, at: isoTime(at) }));
}

/** Null for a task whose merge had none that was resolved. Paths are untrusted. */
export function resolutionWords(state: RunState, task: TaskId): string | null {
  const resolved = resolvedOf(state, task);
  if (resolved.length === 0) return null;
  const proof = isTested(state) ? 'tested' : 'not tested';
  return `conflicts resolved, ${proof}: ${resolvedWords(resolved)}`;
}

export function resolvedOf({ integration }: RunState, task: TaskId): readonly ResolvedPath[] {
  return integration.resolutions.find((each) => each.task === task)?.resolved ?? [];
}

/** Nothing is merged that the project's merge test did not pass on; without one nothing but its syntax was looked at. */
function isTested({ settings }: RunState): boolean {
  return settings.mergeTest !== undefined;
}
