/** The tables of the log. A step that has been released is never changed; a change is a new step at the end. */

/** Marks the file as ours (`PRAGMA application_id`): "CoxL" in ASCII. */
export const APPLICATION_ID = 0x436f784c;

/** Step n (counted from 1) leads from version n - 1 to n, the number in `PRAGMA user_version`. */
export const MIGRATIONS: readonly string[] = [
  `
  -- In the order of their creation; clocks may jump.
  CREATE TABLE runs (
    place INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE
  ) STRICT;

  -- body is the event's JSON with its type and time; seq is dense from 1 within a run.
  CREATE TABLE events (
    run TEXT NOT NULL REFERENCES runs (run),
    seq INTEGER NOT NULL CHECK (seq > 0),
    body TEXT NOT NULL,
    PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;

  -- For people who look at the log with sqlite3.
  CREATE VIEW log AS
    SELECT run, seq, datetime(body ->> 'at' / 1000, 'unixepoch') AS at, body ->> 'type' AS type, body
    FROM events;

  -- Outlives its holder, so that the fence never falls back. A run may be leased before its first event.
  -- owner is the JSON of an Owner, null when the lease was given back; renewed_at is in milliseconds since the epoch.
  CREATE TABLE leases (
    run TEXT PRIMARY KEY,
    fence INTEGER NOT NULL CHECK (fence > 0),
    owner TEXT,
    renewed_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];
