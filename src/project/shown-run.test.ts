import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newerIn, shownRun } from './shown-run.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-shown-run-'));
after(() => rmSync(root, { recursive: true, force: true }));

const OWN = { id: 'own', at: Date.parse('2026-01-01T00:00:00Z') };
const LATER = 'session_id: other\nstarted_at: "2027-01-01T00:00:00Z"\n';

test('a file that does not say when its run began is still that run’s, and newer than nothing', async () => {
  const file = progress('session_id: other\n');
  assert.equal((await shownRun(file))?.id, 'other');
  assert.equal(await newerIn(file, OWN), null);
});

test('a later run of another is newer', async () => {
  const newer = await newerIn(progress(LATER), OWN);
  assert.deepEqual(newer, { id: 'other', at: Date.parse('2027-01-01T00:00:00Z') });
});

test('YAML of more than ten million bytes is not read', async () => {
  assert.equal(await shownRun(progress(`${LATER}#${'x'.repeat(10_000_000)}\n`)), null);
});

function progress(text: string) {
  const path = join(root, 'auto-progress.yaml');
  writeFileSync(path, text);
  return { path, kind: 'yaml', key: 'session_id' } as const;
}
