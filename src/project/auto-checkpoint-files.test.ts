import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { AutoCheckpointFiles } from './auto-checkpoint-files.ts';

const PLAN = makePlan([makeTask('task-1', 1), makeTask('task-2', 2)]);
const NAME = 'parallel-group-1-summary.md';
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function world(before: string) {
  const root = mkdtempSync(join(tmpdir(), 'cox-auto-checkpoint-'));
  folders.push(root);
  const memory = join(root, '.claude/auto-memory');
  mkdirSync(memory, { recursive: true });
  writeFileSync(join(memory, NAME), before);
  return { root, memory, files: new AutoCheckpointFiles(root) };
}

const begun = () => new RunLog(PLAN).open().openGroup(1);

test('what a script has written of a group is kept when a run begins it, and that is said once', async () => {
  for (const before of [
    'group_number: 1\nsession_id: "auto-20250101-120000"\nstarted_at: "2025-01-01T12:00:00Z"\nsummary: "mine"\n',
    'session_id: ""\nsummary: "mine"\n',
    'by hand: {{\n',
  ]) {
    const { root, memory, files } = world(before);
    const [note = '', ...more] = await files.bring(begun().state());
    assert.deepEqual(more, []);
    const kept = / is this run's now; what it held is kept as (\S+)$/.exec(note)?.[1] ?? '';
    assert.match(kept, /parallel-group-1-summary-before-\d{17}\.md$/, note);
    assert.equal(readFileSync(join(root, kept), 'utf8'), before);
    assert.match(readFileSync(join(memory, NAME), 'utf8'), /\nsession_id: "run-1"\n/);
    assert.deepEqual(await files.bring(begun().complete('task-1').state()), []);
    assert.deepEqual(await new AutoCheckpointFiles(root).bring(begun().state()), []);
    assert.equal(readdirSync(memory).length, 2);
    // While the run waits a script may write its own again.
    writeFileSync(join(memory, NAME), 'session_id: ""\nagain: 1\n');
    assert.equal((await new AutoCheckpointFiles(root).bring(begun().state())).length, 1);
    assert.equal(readFileSync(join(root, kept), 'utf8'), before);
    assert.equal(readdirSync(memory).length, 3);
  }
});

test("an earlier run's is replaced, and a newer run's is left", async () => {
  const of = (id: string, year: number): string =>
    `session_id: "${id}"\nstarted_at: "${year}-01-01T12:00:00Z"\n`;
  const earlier = world(of('auto-page-20250101-120000', 2025));
  assert.deepEqual(await earlier.files.bring(begun().state()), []);
  assert.deepEqual(readdirSync(earlier.memory), [NAME]);
  assert.match(readFileSync(join(earlier.memory, NAME), 'utf8'), /"run-1"/);
  const newer = world(of('auto-page-20990101-120000', 2099));
  assert.deepEqual(await newer.files.bring(begun().state()), []);
  assert.equal(readFileSync(join(newer.memory, NAME), 'utf8'), of('auto-page-20990101-120000', 2099));
});
