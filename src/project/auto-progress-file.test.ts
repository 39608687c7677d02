import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { AutoProgressFile } from './auto-progress-file.ts';

const PLAN = makePlan([makeTask('task-1', 1), makeTask('task-2', 2)]);
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A repository with a progress file, or without one. */
function world(before: string | null) {
  const root = mkdtempSync(join(tmpdir(), 'cox-auto-progress-'));
  folders.push(root);
  mkdirSync(join(root, '.git'));
  const file = join(root, '.claude/auto-progress.yaml');
  if (before !== null) {
    mkdirSync(join(root, '.claude'));
    writeFileSync(file, before);
  }
  const memory = join(root, '.claude/auto-memory');
  const kept = () => (existsSync(memory) ? readdirSync(memory) : []);
  return { root, file, memory, kept, progress: new AutoProgressFile(root) };
}

const opened = () => new RunLog(PLAN).open();

test('what somebody else wrote is kept beside the checkpoints, and that is said once', async () => {
  const mine = '# mine\nmy_field: 1\ntasks:\n  task-9: {status: in_progress}\n';
  const { root, progress, file, memory, kept } = world(mine);
  const [note = '', ...more] = await progress.bring(opened().state());
  assert.deepEqual(more, []);
  const [name = ''] = kept();
  assert.match(name, /^progress-before-\d+\.yaml$/);
  assert.ok(note.includes(join(memory, name)), note);
  assert.equal(readFileSync(join(memory, name), 'utf8'), mine);
  assert.deepEqual(Object.keys(parse(readFileSync(file, 'utf8')).tasks), ['task-1', 'task-2']);
  assert.deepEqual(await progress.bring(opened().openGroup(1).state()), []);
  assert.equal(kept().length, 1);
  // While the run waits somebody may write his own again.
  writeFileSync(file, 'mine: again\n');
  assert.equal((await new AutoProgressFile(root).bring(opened().state())).length, 1);
  assert.deepEqual(
    kept()
      .map((each) => readFileSync(join(memory, each), 'utf8'))
      .toSorted(),
    [mine, 'mine: again\n'],
  );
});

test('what a run wrote is brought up to date, and another run takes it over, without a copy', async () => {
  const { progress, root, file, kept } = world(null);
  const state = opened().state();
  assert.deepEqual(await progress.bring(state), []);
  assert.deepEqual(await new AutoProgressFile(root).bring(opened().openGroup(1).state()), []);
  const old = readFileSync(file, 'utf8').replaceAll(state.run, 'auto-old-20200102-120000-2');
  writeFileSync(file, old);
  assert.deepEqual(await new AutoProgressFile(root).bring(state), []);
  assert.deepEqual(kept(), []);
  // A word more, and it is somebody's.
  writeFileSync(file, `${old}# looked at\n`);
  assert.equal((await new AutoProgressFile(root).bring(state)).length, 1);
  assert.equal(kept().length, 1);
});

test('what shows something newer is left as it is, and that is said', async () => {
  const mine = 'started_at: "2099-01-01T00:00:00Z"\n';
  const { progress, file, kept } = world(mine);
  const [note = ''] = await progress.bring(opened().state());
  assert.match(
    note,
    /auto-progress\.yaml is left as it is: what it shows began later \(2099-01-01T00:00:00\.000Z\)/,
  );
  assert.deepEqual(await progress.bring(opened().openGroup(1).state()), []);
  assert.equal(readFileSync(file, 'utf8'), mine);
  assert.deepEqual(kept(), []);
});

test('nothing is written through a link, at the first look or a later one', async () => {
  const { progress, root } = world(null);
  const elsewhere = join(root, 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, join(root, '.claude'));
  for (const state of [opened().state(), opened().openGroup(1).state()])
    assert.match((await progress.bring(state)).join(), /\.claude is no folder; move it away/);
  assert.deepEqual(readdirSync(elsewhere), []);
});

test('where what was there cannot be kept it stays', async () => {
  const { progress, root, file, memory } = world('mine: 1\n');
  const elsewhere = join(root, 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, memory);
  assert.match((await progress.bring(opened().state())).join(), /auto-memory is no folder; move it away/);
  assert.equal(readFileSync(file, 'utf8'), 'mine: 1\n');
});
