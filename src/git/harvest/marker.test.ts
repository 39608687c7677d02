import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Slot } from '../../ports/worktree.ts';
import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { branchOf } from '../../testing/worktree-bench.ts';

const MARKER = '.claude-task-complete';

let opened: OpenedPool;
let fixture: GitFixture;
before(async () => {
  fixture = makeRepository({ files: { 'a.txt': 'a\n', [`own/${MARKER}`]: 'the project’s\n' } });
  opened = await openPool(fixture);
});
after(() => opened.close());

interface Options {
  readonly message?: string;
  readonly remove?: readonly string[];
}

/** A commit as an agent makes it that is set on having the marker in it. */
function commit(
  slot: Slot,
  files: readonly string[],
  { message = 'Agent', remove = [] }: Options = {},
): string {
  for (const path of remove) rmSync(join(slot.path, path));
  opened.bench.write(slot, Object.fromEntries(files.map((path) => [path, `${message}\n`])));
  const date = '1700000000 +0230';
  const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_CONFIG_COUNT: '0' };
  fixture.git(['add', '--all', '--force'], { cwd: slot.path, env });
  const who = ['-c', 'user.name=Ägent', '-c', 'user.email=agent@example.org'];
  fixture.git([...who, 'commit', '--quiet', '-m', message], { cwd: slot.path, env });
  return opened.bench.git(slot, 'rev-parse', 'HEAD');
}

const holders = (tip: string): string =>
  fixture.git([
    'log',
    '--full-history',
    '--format=%H',
    `${opened.bench.base}..${tip}`,
    '--',
    `:(glob)**/${MARKER}`,
  ]);
const subjects = (tip: string): readonly string[] =>
  fixture.git(['log', '--topo-order', '--format=%s', `${opened.bench.base}..${tip}`]).split('\n');

describe('the marker that an agent committed', () => {
  it('leaves the history; author, dates and messages of its commits stay', async () => {
    const slot = await opened.bench.prepare('kept');
    const first = commit(slot, ['one.txt'], { message: 'One' });
    commit(slot, ['two.txt', MARKER], { message: 'Two\n\nWith a body.\n' });
    commit(slot, ['three.txt'], { message: 'Three', remove: [MARKER] });
    const { tip, commits, files } = await opened.bench.harvest(slot, 'kept');
    assert.equal(holders(tip), '');
    assert.deepEqual([subjects(tip), commits], [['Three', 'Two', 'One'], 3]);
    assert.deepEqual([...files].sort(), ['one.txt', 'three.txt', 'two.txt']);
    assert.equal(fixture.git(['rev-parse', `${tip}~2`]), first);
    const format = ['log', '-1', '--date=raw', '--format=%an|%ae|%ad|%cd|%B', `${tip}~1`];
    assert.equal(
      fixture.git(format).trim(),
      'Ägent|agent@example.org|1700000000 +0230|1700000000 +0230|Two\n\nWith a body.',
    );
    assert.equal(fixture.git(['rev-parse', branchOf('kept')]), tip);
    fixture.git(['fsck', '--strict']);
  });

  it('takes a commit with it that held nothing else', async () => {
    const slot = await opened.bench.prepare('alone');
    commit(slot, ['work.txt'], { message: 'Work' });
    commit(slot, [MARKER], { message: 'Done' });
    const { tip, commits, files } = await opened.bench.harvest(slot, 'alone');
    assert.deepEqual([subjects(tip), commits, files], [['Work'], 1, ['work.txt']]);
  });

  it('is no work when there is nothing beside it', async () => {
    const slot = await opened.bench.prepare('only');
    commit(slot, [MARKER]);
    const work = await opened.bench.harvest(slot, 'only');
    assert.deepEqual([work.tip, work.commits, work.files], [opened.bench.base, 0, []]);
  });

  it('goes from every line of a merge, and the merge stays one', async () => {
    const slot = await opened.bench.prepare('merge');
    opened.bench.git(slot, 'switch', '--quiet', '-c', 'marker-side');
    commit(slot, ['side.txt', MARKER], { message: 'Side' });
    opened.bench.git(slot, 'switch', '--quiet', branchOf('merge'));
    commit(slot, ['main.txt'], { message: 'Main' });
    opened.bench.git(slot, 'merge', '--quiet', '--no-ff', '-m', 'Both', 'marker-side');
    const { tip, files } = await opened.bench.harvest(slot, 'merge');
    assert.equal(holders(tip), '');
    assert.deepEqual([...files].sort(), ['main.txt', 'side.txt']);
    assert.equal(fixture.git(['log', '-1', '--format=%P', tip]).split(' ').length, 2);
  });

  it('goes also from a folder, committed or not; the project’s own stays', async () => {
    const slot = await opened.bench.prepare('nested');
    commit(slot, ['sub/work.txt', `sub/${MARKER}`]);
    opened.bench.write(slot, { 'left/x.txt': 'x\n', [`left/${MARKER}`]: '' });
    const { tip } = await opened.bench.harvest(slot, 'nested');
    assert.deepEqual(Object.keys(opened.bench.files(tip)), [
      'a.txt',
      'left/x.txt',
      `own/${MARKER}`,
      'sub/work.txt',
    ]);
    assert.equal(holders(tip), '');
  });

  it('is left alone by the agent’s own `git add --all`, wherever it lies', async () => {
    const slot = await opened.bench.prepare('ignored');
    opened.bench.write(slot, { [MARKER]: '', [`sub/${MARKER}`]: '' });
    const status = fixture.git(['status', '--porcelain'], { cwd: slot.path, env: slot.environment });
    assert.equal(status, '');
  });

  it('gives the same work when the harvest is made again', async () => {
    const slot = await opened.bench.prepare('twice');
    commit(slot, ['work.txt', MARKER]);
    opened.bench.write(slot, { 'left.txt': 'l\n' });
    const first = await opened.bench.harvest(slot, 'twice');
    assert.deepEqual(await opened.bench.harvest(slot, 'twice'), first);
  });

  it('takes signatures with it, which would be wrong', async () => {
    const slot = await opened.bench.prepare('signed');
    const tip = commit(slot, ['work.txt', MARKER]);
    const raw = fixture.git(['cat-file', 'commit', tip]);
    const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----';
    const signed = fixture.git(['hash-object', '-t', 'commit', '-w', '--stdin'], {
      input: `${raw.replace(/\n\n/, `\n${signature}\n\n`)}\n`,
    });
    opened.bench.git(slot, 'reset', '--quiet', '--hard', signed);
    const work = await opened.bench.harvest(slot, 'signed');
    assert.deepEqual(work.files, ['work.txt']);
    const now = fixture.git(['cat-file', 'commit', work.tip]);
    assert.doesNotMatch(now, /gpgsig|SIGNATURE|abc/);
    assert.match(now, /\n\nAgent$/);
  });
});
