/** What came of the packages that the plan wants before its tasks start. */

import type { InstallResult } from '../core/event.ts';
import { unreachable } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';

export interface DependencyReport {
  readonly status: 'waiting' | 'installing' | 'installed' | 'failed';
  /** Absent changes are no commit: null also when all of them were there already. */
  readonly commit: string | null;
  readonly files: readonly string[];
  /** What the files do not show although the package manager says that all is done, in words. */
  readonly unconfirmed: readonly string[];
  /** The one that failed. */
  readonly command: string | null;
  /** The last part of what it printed; untrusted. */
  readonly output: string | null;
}

type Installed = Extract<InstallResult, { is: 'installed' }>;

/** Null when the plan wants none. */
export function dependencyReport({ dependencies, open }: RunState): DependencyReport | null {
  const nothing = { commit: null, files: [], unconfirmed: [], command: null, output: null };
  switch (dependencies.is) {
    case 'none':
      return null;
    case 'wanted':
      return { ...nothing, status: open.has('dependencies.install') ? 'installing' : 'waiting' };
    case 'installed': {
      const { commit, files, unconfirmed = [] } = dependencies;
      const own = files.length === 0 ? null : commit;
      return { ...nothing, status: 'installed', commit: own, files, unconfirmed };
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
      return installedWords(report);
    case 'failed':
      return `not installed: ${report.command ?? ''} failed`;
    default:
      return unreachable(report.status);
  }
}

function installedWords({ commit, files, unconfirmed }: DependencyReport): string {
  if (commit !== null)
    return `installed by ${commit.slice(0, 10)} (${files.join(', ')})${doubt(unconfirmed)}`;
  return unconfirmed.length === 0 ? 'there already' : `no file was changed${doubt(unconfirmed)}`;
}

/** As a run tells it when it is done. */
export function installedLine({ commit, files, unconfirmed = [] }: Installed): string {
  if (files.length > 0)
    return `dependencies installed: ${files.join(', ')} (${commit.slice(0, 10)})${doubt(unconfirmed)}`;
  return unconfirmed.length === 0
    ? 'the dependencies of the plan were there already'
    : `for the dependencies of the plan no file was changed${doubt(unconfirmed)}`;
}

function doubt(unconfirmed: readonly string[]): string {
  return unconfirmed.length === 0 ? '' : `; uv says that all is done, but ${unconfirmed.join(', ')}`;
}
