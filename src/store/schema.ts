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
  -- type and at are for people who look at the log with sqlite3, and take no room.
  CREATE TABLE events (
    run TEXT NOT NULL REFERENCES runs (run),
    seq INTEGER NOT NULL CHECK (seq > 0),
    body TEXT NOT NULL,
    type TEXT GENERATED ALWAYS AS (json_extract(body, '$.type')) VIRTUAL,
    at INTEGER GENERATED ALWAYS AS (json_extract(body, '$.at')) VIRTUAL,
    PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;

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
