import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` alone on the log; what it throws undoes what it wrote. The write lock is taken at the start, for a
 * transaction that reads first and wants to write later is refused at once when somebody wrote in between.
 */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(db);
    throw error;
  }
}

function rollBack(db: DatabaseSync): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // A full disk or a failed write may have rolled it back already. The first error is the one that counts.
  }
}
