/** Rows to events. The log may have been damaged on the disk, so nothing is taken for an event unseen. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';

import type { EventBody, LoggedEvent } from '../core/event.ts';
import { DamagedEventError } from './problem.ts';

type StoredEvent = EventBody & { readonly at: number };

/** Rows joined into one text for one `JSON.parse`. Larger ones are no faster, and one event may hold a whole plan. */
const BATCH = 64;

export class EventReader {
  readonly #file: string;
  readonly #last: StatementSync;
  readonly #joined: StatementSync;
  readonly #rows: StatementSync;

  constructor(db: DatabaseSync, file: string) {
    this.#file = file;
    this.#last = db.prepare('SELECT max(seq) AS last FROM events WHERE run = ?');
    // Fetching a row costs as much as parsing it, so a batch is joined to one JSON array inside SQLite, each event
    // behind its seq: 1.6 times the parsing alone instead of 2.5. SQLite promises no order inside `group_concat`
    // without an `ORDER BY` of its own, which costs more than it saves; the seqs show whether it kept it.
    this.#joined = db.prepare(`
      SELECT '[' || group_concat(seq || ',' || body, ',') || ']' AS batch
      FROM (SELECT seq, body FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ${BATCH})`);
    this.#rows = db.prepare(
      `SELECT seq, body FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ${BATCH}`,
    );
  }

  /** 0 when the run has no events. */
  last(run: string): number {
    const last = this.#last.get(run)?.['last'];
    return typeof last === 'number' ? last : 0;
  }

  /** Throws `DamagedEventError` at the first event that is missing or is none. */
  read(run: string, after: number): readonly LoggedEvent[] {
    const events: LoggedEvent[] = [];
    for (let seen = after, count = BATCH; count === BATCH; seen += count) {
      count = this.#readJoined(run, seen, events) ?? this.#readRows(run, seen, events);
    }
    return events;
  }

  /** Returns how many were added; null when the batch is not what it should be, which `#readRows` then shows. */
  #readJoined(run: string, after: number, events: LoggedEvent[]): number | null {
    const batch = this.#joined.get(run, after)?.['batch'];
    if (batch === null) return 0;
    const values = typeof batch === 'string' ? parse(batch) : undefined;
    if (!Array.isArray(values)) return null;
    const start = events.length;
    for (let place = 0; place < values.length; place += 2) {
      const seq = after + 1 + place / 2;
      const event: unknown = values[place + 1];
      if (values[place] !== seq || !isStoredEvent(event)) {
        events.length = start;
        return null;
      }
      events.push(Object.assign(event, { run, seq }));
    }
    return events.length - start;
  }

  #readRows(run: string, after: number, events: LoggedEvent[]): number {
    let seq = after;
    for (const row of this.#rows.all(run, after)) {
      seq += 1;
      if (row['seq'] !== seq) throw this.#damaged(run, seq, 'is missing');
      const event = typeof row['body'] === 'string' ? parse(row['body']) : undefined;
      if (!isStoredEvent(event)) throw this.#damaged(run, seq, 'cannot be read');
      events.push(Object.assign(event, { run, seq }));
    }
    return seq - after;
  }

  #damaged(run: string, seq: number, what: string): DamagedEventError {
    return new DamagedEventError(this.#file, run, seq, what);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The least that every event has; the rest was ours when it was written. */
function isStoredEvent(value: unknown): value is StoredEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'at' in value &&
    typeof value.at === 'number'
  );
}
