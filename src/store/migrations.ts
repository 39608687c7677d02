/** Brings a log of an older version up to date, and refuses one that is newer or not a log at all. */

import type { DatabaseSync } from 'node:sqlite';

import { err, ok, type Result } from '../core/result.ts';
import { type StoreProblem, storeProblem } from './problem.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { transaction } from './transaction.ts';

/**
 * All steps or none. Processes that open one log at once may all call this: the first migrates, the others
 * find it done. SQLite's own errors are thrown.
 */
export function migrate(
  db: DatabaseSync,
  file: string,
  steps: readonly string[] = MIGRATIONS,
): Result<void, StoreProblem> {
  const before = versionOf(db, file, steps);
  if (!before.ok) return before;
  if (before.value === steps.length) return ok(undefined);
  return transaction(db, () => {
    const now = versionOf(db, file, steps);
    if (!now.ok) return now;
    for (const step of steps.slice(now.value)) db.exec(step);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${steps.length}`);
    return ok(undefined);
  });
}

/** The version that the file has, 0 for an empty one. Changes nothing, so it may be asked of any file. */
export function versionOf(
  db: DatabaseSync,
  file: string,
  steps: readonly string[] = MIGRATIONS,
): Result<number, StoreProblem> {
  const mark = numberFrom(db, 'SELECT application_id AS value FROM pragma_application_id');
  const version = numberFrom(db, 'SELECT user_version AS value FROM pragma_user_version');
  const tables = numberFrom(db, 'SELECT count(*) AS value FROM sqlite_schema');
  if (mark !== APPLICATION_ID && (mark !== 0 || tables > 0)) {
    return err(storeProblem('not-a-log', file, 'it is a database of another program'));
  }
  if (version > steps.length) {
    const what = `it has version ${version}, and this Coxswain knows versions up to ${steps.length}`;
    return err(storeProblem('newer-version', file, what));
  }
  return ok(version);
}

function numberFrom(db: DatabaseSync, sql: string): number {
  const value = db.prepare(sql).get()?.['value'];
  if (typeof value !== 'number') throw new Error(`no number from: ${sql}`);
  return value;
}
