import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { envFileSecrets } from './env-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'cox-env-files-'));
after(() => rmSync(folder, { recursive: true }));

test('secrets are told by the names that files of the environment give them', () => {
  const lines = [
    '\uFEFF# a comment',
    'DB_PASSWORD=hunter2-hunter2',
    'export API_KEY="with spaces and Ümlaut"',
    "SERVICE_TOKEN='single quotes' # and a word",
    'DATABASE_URL=postgres://joe:s3cr3tpw99@db.invalid/shop',
    'MODE=production-1',
    'SECRET_SHORT=abc',
    'no line of the kind',
  ];
  writeFileSync(join(folder, '.env'), lines.join('\r\n'));
  mkdirSync(join(folder, '.envs'));
  assert.deepEqual(envFileSecrets(folder).toSorted(), [
    'hunter2-hunter2',
    's3cr3tpw99',
    'single quotes',
    'with spaces and Ümlaut',
  ]);
});

test('a word, a number and an address without a password are none, for they stand elsewhere, too', () => {
  const lines = ['POSTGRES_PASSWORD=postgres', 'TOKEN_TTL=86400000', 'AUTH_URL=http://localhost:3000'];
  writeFileSync(join(folder, '.env'), lines.join('\n'));
  assert.deepEqual(envFileSecrets(folder), []);
});

test('a folder that is not there has none', () => assert.deepEqual(envFileSecrets(join(folder, 'no')), []));

const NAME = '/proc/self/comm';

test("of the system's own files, which may have no end, nothing is read through a link", {
  skip: existsSync(NAME) ? false : `there is no ${NAME}`,
}, () => {
  const linked = join(folder, 'linked');
  mkdirSync(linked);
  symlinkSync(NAME, join(linked, '.env'));
  const before = process.title;
  process.title = 'A_KEY=Abcdefghi';
  try {
    assert.deepEqual(envFileSecrets(linked), []);
  } finally {
    process.title = before;
  }
});
