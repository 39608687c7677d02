/** The checks of a task by kind. */

import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { type CheckReport, checkReports } from './proof-facts.ts';

export const BUNDLED_KINDS = ['lint', 'tests', 'security', 'build'] as const;

export type BundledKind = (typeof BUNDLED_KINDS)[number];

/** Names of checks that each kind takes in; a project with several tools has several, such as `tests-python`. */
const NAMES: Readonly<Record<BundledKind, readonly string[]>> = {
  lint: ['lint', 'type-check'],
  tests: ['tests'],
  security: ['security-audit'],
  build: ['build'],
};

export interface KindResult {
  /** Absent where there was none. */
  readonly checks: readonly CheckReport[];
  /** Why nothing was run; null where something was. */
  readonly notRun: string | null;
}

export function resultsOf(state: RunState, record: TaskRecord, kind: BundledKind): KindResult {
  const checks = checkReports(state, record).filter(({ name }) => isOfKind(name, kind));
  if (checks.some(({ status }) => status !== 'not run')) return { checks, notRun: null };
  const [reason] = checks.map(({ detail }) => detail).filter((detail) => detail !== null);
  return { checks, notRun: reason ?? whyNone(state, record, kind) };
}

/** Of no kind: scopes, secrets, contracts and the user's own. */
export function otherChecks(state: RunState, record: TaskRecord): readonly CheckReport[] {
  return checkReports(state, record).filter(
    ({ name }) => !BUNDLED_KINDS.some((kind) => isOfKind(name, kind)),
  );
}

function isOfKind(name: string, kind: BundledKind): boolean {
  return NAMES[kind].some((each) => name === each || name.startsWith(`${each}-`));
}

function whyNone(state: RunState, record: TaskRecord, kind: BundledKind): string {
  if (!state.settings.checks.enabled) return 'checks are switched off for this run';
  if (record.proof === null) return 'the work has not come to its checks';
  return `the project has no command for ${kind}, and the settings name none`;
}
