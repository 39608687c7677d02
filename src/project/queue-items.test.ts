import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { RunState } from '../core/run-state.ts';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { itemText } from '../testing/queue-files.ts';
import { LiveFiles } from './live-files.ts';
import { QueueItems } from './queue-items.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cox-queue-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function contents(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

const PLAN = makePlan(['001', '002', '003'].map((id) => makeTask(id, 1)));
const begun = (): RunLog => new RunLog(PLAN).open().openGroup(1);
const FAILURE = { reason: 'exit-code', code: 3, tail: '' } as const;
const failed = (log: RunLog): RunLog =>
  log
    .start('003')
    .end('003', { is: 'failed', failure: FAILURE, usage: {}, exitCode: 3 })
    .add({ type: 'task.failed', task: '003', failure: FAILURE });

const QUEUE = {
  '001-pending-a.md': itemText('a'),
  '002-pending-b.md': itemText('b'),
  '003-pending-c.md': itemText('c'),
};
const NOTE = '- Blocked in run run-1, attempt 1: the agent exited with 3; see its log';
const AFTER = {
  '001-completed-a.md': itemText('a', { status: 'completed' }),
  '002-in_progress-b.md': itemText('b', { status: 'in_progress' }),
  '003-blocked-c.md': itemText('c', { status: 'blocked' }).replace('## Notes\n', `## Notes\n${NOTE}\n`),
};
const later = (): RunState => failed(begun().complete('001').start('002')).state();

async function bring(folder: string, state: RunState): Promise<readonly string[]> {
  return await new QueueItems(folder).bring(state);
}

describe('the items of a queue', () => {
  it('follow the run by their names, their status lines and their notes', async () => {
    const folder = folderWith(QUEUE);
    const items = new QueueItems(folder);
    assert.deepEqual(await items.bring(begun().state()), []);
    assert.deepEqual(contents(folder), QUEUE);
    assert.deepEqual(await items.bring(later()), []);
    assert.deepEqual(contents(folder), AFTER);
    assert.deepEqual(await items.bring(later()), []);
    assert.deepEqual(contents(folder), AFTER);
  });

  it('are brought in line from wherever a crash left them', async () => {
    const [name, text] = ['001-pending-a.md', QUEUE['001-pending-a.md']];
    const half = itemText('a', { status: 'completed' }).slice(0, 30);
    for (const left of [
      { [name]: text },
      // Renamed, the body not yet written.
      { '001-completed-a.md': text },
      // Half of the new body written beside it.
      { '001-completed-a.md': text, '.001-completed-a.md.cox.tmp': half },
      { '001-in_progress-a.md': text, '.001-in_progress-a.md.cox.tmp': half },
      // All of it, one step too far: the log does not know of it any more after a reset.
      { '001-blocked-a.md': itemText('a', { status: 'blocked' }) },
    ]) {
      const { '001-pending-a.md': _first, ...others } = QUEUE;
      const folder = folderWith({ ...others, ...left });
      assert.deepEqual(await bring(folder, later()), []);
      assert.deepEqual(contents(folder), AFTER);
    }
  });

  it('keep what their user writes, renames and forbids meanwhile', async () => {
    const folder = folderWith(QUEUE);
    const items = new QueueItems(folder);
    await items.bring(begun().start('001').state());
    const mine = `${itemText('mine', { status: 'in_progress' })}\nMore of mine.\n`;
    rmSync(join(folder, '001-in_progress-a.md'));
    writeFileSync(join(folder, '001-pending-mine.md'), mine);
    chmodSync(join(folder, '001-pending-mine.md'), 0o640);
    await items.bring(later());
    const path = join(folder, '001-completed-mine.md');
    assert.equal(
      readFileSync(path, 'utf8'),
      mine.replace('**Status**: in_progress', '**Status**: completed'),
    );
    assert.equal(statSync(path).mode & 0o777, 0o640);
  });

  it('that are gone, doubled or links are left alone, and it is said', async () => {
    const folder = folderWith({ ...QUEUE, '002-completed-b.md': 'mine' });
    const outside = folderWith({ secret: 'secret' });
    rmSync(join(folder, '001-pending-a.md'));
    rmSync(join(folder, '003-pending-c.md'));
    symlinkSync(join(outside, 'secret'), join(folder, '003-pending-c.md'));
    const problems = await bring(folder, later());
    assert.equal(problems.length, 3);
    assert.match(problems.join('\n'), /item 001 is not in the queue any more/);
    assert.match(problems.join('\n'), /two files of item 002/);
    assert.match(problems.join('\n'), /003-pending-c\.md is no plain file/);
    assert.deepEqual(readdirSync(folder).toSorted(), [
      '002-completed-b.md',
      '002-pending-b.md',
      '003-pending-c.md',
    ]);
    assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), 'secret');
  });

  it('of a task that the run leaves out stay as they are', async () => {
    const done = { ...PLAN, tasks: PLAN.tasks.map((task) => ({ ...task, done: true as const })) };
    const folder = folderWith({ '001-completed-a.md': 'x', '002-blocked-b.md': 'y' });
    assert.deepEqual(await bring(folder, new RunLog(done).open().openGroup(1).state()), []);
    assert.deepEqual(contents(folder), { '001-completed-a.md': 'x', '002-blocked-b.md': 'y' });
  });
});

describe('LiveFiles', () => {
  it('bring the last state about before they are settled, and say each problem once', async () => {
    const seen: number[] = [];
    const said: string[] = [];
    const file = {
      bring: async (state: RunState) => {
        seen.push(state.seq);
        return ['a problem'];
      },
    };
    const live = new LiveFiles([file], (problem) => said.push(problem));
    const states = [begun().state(), begun().start('001').state(), later()];
    for (const state of states) live.changed(state);
    await live.settle(later());
    assert.equal(seen.at(-1), later().seq);
    assert.ok(seen.length <= 3);
    assert.deepEqual(said, ['a problem']);
  });
});
