/** Conflicts that were foreseen, beside those that were met. */

import { describeForeseen, type ForeseenRecord, openConflicts, tasksOf } from '../core/foreseen.ts';
import type { RunState } from '../core/run-state.ts';
import { type ConflictReport, conflictReports } from './conflict-facts.ts';
import { isoTime } from './duration.ts';

/** One that holds now. */
export interface ForeseenStatus {
  /** Two tasks; or one, whose work is in conflict with what is merged. */
  readonly tasks: readonly string[];
  readonly with: 'task' | 'integration-branch';
  readonly paths: readonly string[];
  readonly since: string;
}

export interface ForeseenReport extends Omit<ForeseenStatus, 'since'> {
  readonly first_seen_at: string;
  /** When it was seen to be over, or one side was settled; null when it held to the end. */
  readonly gone_at: string | null;
  /** A merge of one of the tasks met a conflict in one of the paths afterwards. */
  readonly met: boolean;
}

export function foreseenStatus({ foreseen }: RunState): readonly ForeseenStatus[] {
  return openConflicts(foreseen).map((record) => ({ ...sidesOf(record), since: isoTime(record.at) }));
}

/** Null when nobody has looked. */
export function foreseenReport(state: RunState): readonly ForeseenReport[] | null {
  if (!state.foreseen.looked) return null;
  return [...state.foreseen.conflicts.values()].map((record) => ({
    ...sidesOf(record),
    first_seen_at: isoTime(record.at),
    gone_at: record.goneAt === null ? null : isoTime(record.goneAt),
    met: wasMet(state, record),
  }));
}

/** Lines for people; names in them are untrusted. */
export function foreseenLines({ foreseen }: RunState): readonly string[] {
  return openConflicts(foreseen).map((record) => `Foreseen: ${describeForeseen(record)}`);
}

/** `3, of which 1 was met at a merge; 1 conflict was met unforeseen`, or that nobody has looked. */
export function foreseenSummary(state: RunState): string {
  const { foreseen } = state;
  if (!foreseen.looked) return 'not looked for';
  const records = [...foreseen.conflicts.values()];
  const met = records.filter((record) => wasMet(state, record)).length;
  const unforeseen = conflictReports(state).filter((one) => !records.some((record) => fits(record, one)));
  const ofWhich = records.length === 0 ? '' : `, of which ${wereMet(met)} at a merge`;
  const others = unforeseen.length === 0 ? '' : `; ${conflicts(unforeseen.length)} met unforeseen`;
  return `${records.length}${ofWhich}${others}`;
}

function wereMet(number: number): string {
  return number === 0 ? 'none was met' : `${number} ${number === 1 ? 'was' : 'were'} met`;
}

function conflicts(number: number): string {
  return number === 1 ? '1 conflict was' : `${number} conflicts were`;
}

function sidesOf(record: ForeseenRecord): Pick<ForeseenStatus, 'tasks' | 'with' | 'paths'> {
  const { other, paths } = record;
  return { tasks: tasksOf(record), with: other === null ? 'integration-branch' : 'task', paths };
}

/** Also one that was put together at once. */
function wasMet(state: RunState, record: ForeseenRecord): boolean {
  return conflictReports(state).some((one) => fits(record, one));
}

function fits(record: ForeseenRecord, { task, paths, at }: ConflictReport): boolean {
  return (
    tasksOf(record).includes(task) &&
    at >= isoTime(record.at) &&
    paths.some((path) => record.paths.includes(path))
  );
}
