import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';

import { migrate, versionOf } from './migrations.ts';
import { MIGRATIONS } from './schema.ts';

const LATER = [
  "ALTER TABLE runs ADD COLUMN title TEXT NOT NULL DEFAULT 'none'",
  'CREATE TABLE more (x TEXT) STRICT',
];

function atVersion(steps: readonly string[]): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  assert.ok(migrate(db, 'log.db', steps).ok);
  return db;
}

describe('migration', () => {
  it('leads an empty file to the present version', () => {
    const db = atVersion(MIGRATIONS);
    assert.deepEqual(versionOf(db, 'log.db'), { ok: true, value: MIGRATIONS.length });
  });

  it('keeps what an older log holds', () => {
    const db = atVersion(MIGRATIONS.slice(0, 1));
    db.exec("INSERT INTO runs (run) VALUES ('r'); INSERT INTO events (run, seq, body) VALUES ('r', 1, '{}')");
    const steps = [...MIGRATIONS, 'ALTER TABLE events ADD COLUMN note TEXT', ...LATER];
    assert.ok(migrate(db, 'log.db', steps).ok);
    assert.deepEqual(versionOf(db, 'log.db', steps), { ok: true, value: steps.length });
    const row = db.prepare('SELECT run, seq, body, note, title FROM events JOIN runs USING (run)').get();
    assert.deepEqual({ ...row }, { run: 'r', seq: 1, body: '{}', note: null, title: 'none' });
  });

  it('does nothing a second time', () => {
    const db = atVersion(MIGRATIONS);
    const before = db.prepare('PRAGMA schema_version').get();
    assert.ok(migrate(db, 'log.db').ok);
    assert.deepEqual(db.prepare('PRAGMA schema_version').get(), before);
  });

  it('takes all steps or none', () => {
    const db = atVersion(MIGRATIONS);
    assert.throws(() => migrate(db, 'log.db', [...MIGRATIONS, ...LATER, 'CREATE TABLE runs (again)']));
    assert.deepEqual(versionOf(db, 'log.db'), { ok: true, value: MIGRATIONS.length });
    assert.equal(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'more'").get()?.['n'], 0);
    assert.ok(migrate(db, 'log.db', [...MIGRATIONS, ...LATER]).ok, 'and may be tried again');
  });

  it('refuses a newer log, and leaves it alone', () => {
    const db = atVersion([...MIGRATIONS, ...LATER]);
    const refused = migrate(db, 'log.db');
    assert.ok(!refused.ok);
    assert.equal(refused.error.reason, 'newer-version');
    assert.match(refused.error.detail, /install the newer version/);
    assert.deepEqual(versionOf(db, 'log.db', [...MIGRATIONS, ...LATER]), {
      ok: true,
      value: MIGRATIONS.length + 2,
    });
  });
});
