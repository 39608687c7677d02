import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { ok } from '../core/result.ts';
import { newSession } from '../formats/auto/session-file.ts';
import { RunLog, START } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { AutoSession } from './auto-session.ts';
import type { FileLock } from './session/session.ts';

const PLAN = makePlan([makeTask('task-1', 1), makeTask('task-2', 2)]);
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A repository with a session in this state, or with none. */
function world(state: string | null) {
  const root = mkdtempSync(join(tmpdir(), 'cox-auto-session-'));
  folders.push(root);
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, '.claude'));
  const file = join(root, '.claude/auto-state-machine.yaml');
  if (state !== null)
    writeFileSync(file, `# mine\n${newSession({ state, id: 'auto-1', startedAt: '2025-11-29T14:00:00Z' })}`);
  // Nobody else works on these files.
  const lock: FileLock = async (_, work) => ok(await work());
  const session = new AutoSession({ root, lock, now: () => START });
  const told = () => {
    const { current_state, completed_phases, checkpoint_files, last_group_status } = parse(
      readFileSync(file, 'utf8'),
    );
    return [current_state, completed_phases, checkpoint_files.length, last_group_status];
  };
  return { session, told, file };
}

const begun = (): RunLog => new RunLog(PLAN).open().openGroup(1);
const merged = (log: RunLog): RunLog =>
  log
    .complete('task-1')
    .add({ type: 'group.closed', group: 1 })
    .openGroup(2)
    .complete('task-2')
    .add({ type: 'group.closed', group: 2 }, { type: 'run.finished', status: 'succeeded' });

test('a session goes with the run to EXECUTE and INTEGRATE, and knows its checkpoints', async () => {
  const { session, told, file } = world('PARALLELIZE');
  assert.deepEqual(await session.bring(new RunLog(PLAN).open().state()), []);
  assert.deepEqual(told(), ['PARALLELIZE', [], 0, undefined]);
  const log = begun();
  assert.deepEqual(await session.bring(log.state()), []);
  assert.deepEqual(told(), ['EXECUTE', ['PARALLELIZE'], 1, 'pre']);
  assert.deepEqual(await session.bring(merged(log).state()), []);
  assert.deepEqual(told(), ['INTEGRATE', ['PARALLELIZE', 'EXECUTE'], 2, 'post']);
  const text = readFileSync(file, 'utf8');
  assert.ok(text.startsWith('# mine\n'));
  assert.deepEqual(parse(text).checkpoint_files, [
    '.claude/auto-memory/parallel-group-1-summary.md',
    '.claude/auto-memory/parallel-group-2-summary.md',
  ]);
  // What scripts have done since stays.
  writeFileSync(file, text.replace('current_state: "INTEGRATE"', 'current_state: "REVIEW"'));
  assert.deepEqual(await session.bring(log.state()), []);
  assert.equal(told()[0], 'REVIEW');
});

test('a run that was not looked at until its end takes both steps', async () => {
  const { session, told } = world('PLAN');
  assert.deepEqual(await session.bring(merged(begun()).state()), []);
  assert.deepEqual(told(), ['INTEGRATE', ['PLAN', 'EXECUTE'], 2, 'post']);
});

test('a run that leaves tasks out does not take it to INTEGRATE', async () => {
  const { session, told } = world('PARALLELIZE');
  const log = new RunLog(PLAN, { ...TEST_SETTINGS, onlyGroups: [1] }).open().openGroup(1).complete('task-1');
  log.add({ type: 'group.closed', group: 1 }, { type: 'run.finished', status: 'succeeded' });
  assert.deepEqual(await session.bring(log.state()), []);
  assert.deepEqual(told(), ['EXECUTE', ['PARALLELIZE'], 1, 'post']);
});

test('a session that stands elsewhere stays there, one that is broken is told of, and none is begun', async () => {
  const elsewhere = world('REVIEW');
  assert.deepEqual(await elsewhere.session.bring(begun().state()), []);
  assert.deepEqual(elsewhere.told(), ['REVIEW', [], 1, 'pre']);
  const none = world(null);
  assert.deepEqual(await none.session.bring(begun().state()), []);
  assert.ok(!existsSync(none.file));
  writeFileSync(none.file, 'focus: 3\n');
  const [problem] = await none.session.bring(merged(begun()).state());
  assert.match(problem ?? '', /auto-state-machine\.yaml:1:8 focus: must be a list/);
  assert.equal(readFileSync(none.file, 'utf8'), 'focus: 3\n');
});
