/** What came of the packages that the plan wants before its tasks start. */

import { unreachable } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';

export interface DependencyReport {
  readonly status: 'waiting' | 'installing' | 'installed' | 'failed';
  /** Absent changes are no commit: null also when all of them were there already. */
  readonly commit: string | null;
  readonly files: readonly string[];
  /** The one that failed. */
  readonly command: string | null;
  /** The last part of what it printed; untrusted. */
  readonly output: string | null;
}

/** Null when the plan wants none. */
export function dependencyReport({ dependencies, open }: RunState): DependencyReport | null {
  const nothing = { commit: null, files: [], command: null, output: null };
  switch (dependencies.is) {
    case 'none':
      return null;
    case 'wanted':
      return { ...nothing, status: open.has('dependencies.install') ? 'installing' : 'waiting' };
    case 'installed': {
      const { commit, files } = dependencies;
      return { ...nothing, status: 'installed', commit: files.length === 0 ? null : commit, files };
    }
    case 'failed': {
      const { command, output } = dependencies.result;
      return { ...nothing, status: 'failed', command, output };
    }
    default:
      return unreachable(dependencies);
  }
}

/** Null when the plan wants none; untrusted text may be part of it. */
export function dependencyWords(state: RunState): string | null {
  const report = dependencyReport(state);
  if (report === null) return null;
  switch (report.status) {
    case 'waiting':
      return 'not installed yet';
    case 'installing':
      return 'being installed';
    case 'installed':
      return report.commit === null
        ? 'there already'
        : `installed by ${report.commit.slice(0, 10)} (${report.files.join(', ')})`;
    case 'failed':
      return `not installed: ${report.command ?? ''} failed`;
    default:
      return unreachable(report.status);
  }
}
