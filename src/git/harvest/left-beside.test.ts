/** What a harvest tells of that is no part of the work. */

import assert from 'node:assert/strict';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Slot } from '../../ports/worktree.ts';
import { makeRepository } from '../../testing/git-fixture.ts';
import { WITHOUT_BUBBLEWRAP } from '../../testing/sandboxes.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { branchOf } from '../../testing/worktree-bench.ts';

for (const confined of [false, true]) {
  const name = confined ? 'a confined slot' : 'a plain slot';
  describe(`of ${name} it is told`, { skip: confined && WITHOUT_BUBBLEWRAP }, () => {
    let opened: OpenedPool;
    before(async () => {
      opened = await openPool(makeRepository({ files: { 'a.txt': 'a\n' } }), { confined });
    });
    after(() => opened.close());

    const commit = (slot: Slot, message: string): string => {
      opened.bench.git(slot, 'add', '--all');
      opened.bench.git(slot, 'commit', '--quiet', '--message', message);
      return opened.bench.git(slot, 'rev-parse', 'HEAD');
    };
    const pins = (of: string): string =>
      opened.bench.fixture.git(['for-each-ref', '--format=%(refname)', `--points-at=${of}`]);

    it('which files git takes under no such name, beside others and alone', async () => {
      const slot = await opened.bench.prepare('names');
      const names = ['.GIT', '.git /x', 'git~1', 'src/.git.'];
      opened.bench.write(slot, Object.fromEntries([...names, 'x.txt'].map((each) => [each, 'x\n'])));
      symlinkSync('x.txt', join(slot.path, '.gitmodules'));
      const work = await opened.bench.harvest(slot, 'names');
      assert.deepEqual(work.files, ['x.txt']);
      assert.deepEqual(work.unnameable?.toSorted(), [...names, '.gitmodules'].toSorted());
      const alone = await opened.bench.prepare('alone');
      opened.bench.write(alone, { 'GIT~1': 'x\n' });
      const { files, unnameable } = await opened.bench.harvest(alone, 'alone');
      assert.deepEqual([files, unnameable], [[], ['GIT~1']]);
    });

    it('which files git takes under no such name, where a folder has become a file', async () => {
      const slot = await opened.bench.prepare('no-folder');
      opened.bench.write(slot, { 'folder/x.txt': 'x\n' });
      commit(slot, 'A folder');
      rmSync(join(slot.path, 'folder'), { recursive: true });
      opened.bench.write(slot, { folder: 'now a file\n', 'git~1': 'x\n' });
      const { files, unnameable } = await opened.bench.harvest(slot, 'no-folder');
      assert.deepEqual([files, unnameable], [['folder'], ['git~1']]);
    });

    it('what else was committed, where HEAD leads to nothing that builds on the base', async () => {
      const slot = await opened.bench.prepare('orphan');
      opened.bench.git(slot, 'checkout', '--quiet', '--orphan', 'elsewhere');
      const root = commit(slot, 'Without a parent');
      opened.bench.write(slot, { 'left.txt': 'left\n' });
      const { files, tip, beside = [] } = await opened.bench.harvest(slot, 'orphan');
      assert.deepEqual([files, tip], [[], opened.bench.base]);
      assert.equal(beside[0], root);
      const [, left = ''] = beside;
      assert.deepEqual(opened.bench.files(left), { 'a.txt': 'a', 'left.txt': 'left' });
      for (const each of beside) assert.match(pins(each), /refs\/cox\/run-1\/beside\/orphan\/1-/);
    });

    it('what was committed on another line, and nothing of what the work holds', async () => {
      const slot = await opened.bench.prepare('lines');
      opened.bench.write(slot, { 'first.txt': '1\n' });
      const first = commit(slot, 'First');
      opened.bench.git(slot, 'switch', '--quiet', '-c', 'second-line', opened.bench.base);
      opened.bench.write(slot, { 'second.txt': '2\n' });
      commit(slot, 'Second');
      assert.deepEqual((await opened.bench.harvest(slot, 'lines')).beside, [first]);
      const looking = await opened.bench.prepare('looking');
      opened.bench.write(looking, { '1.txt': '1\n' });
      commit(looking, 'First');
      opened.bench.write(looking, { '2.txt': '2\n' });
      commit(looking, 'Second');
      opened.bench.git(looking, 'switch', '--quiet', '--detach', 'HEAD~1');
      const { files, beside } = await opened.bench.harvest(looking, 'looking');
      assert.deepEqual([files, beside], [['1.txt', '2.txt'], undefined]);
    });

    it('what was committed on other branches, where the repository does not have those', async () => {
      for (const pack of [false, true]) {
        const task = `others-${pack}`;
        const slot = await opened.bench.prepare(task);
        opened.bench.write(slot, { 'work.txt': '1\n' });
        commit(slot, 'Work');
        opened.bench.git(slot, 'branch', `held-${pack}`);
        opened.bench.git(slot, 'switch', '--quiet', '-c', `deep/side-${pack}`, opened.bench.base);
        opened.bench.write(slot, { 'side.txt': `${task}\n` });
        const side = commit(slot, 'Side');
        opened.bench.git(slot, 'switch', '--quiet', branchOf(task));
        if (pack) opened.bench.git(slot, 'pack-refs', '--all');
        const { files, beside } = await opened.bench.harvest(slot, task);
        assert.deepEqual([files, beside], [['work.txt'], confined ? [side] : undefined]);
        assert.match(pins(side), confined ? /refs\/cox\/run-1\/beside\// : /refs\/heads\/deep\/side/);
      }
    });

    it('all that was stashed on its branch, and nothing that others have stashed', async () => {
      const slots = [await opened.bench.prepare('stash-1'), await opened.bench.prepare('stash-2')] as const;
      const stashed: string[] = [];
      for (const [at, text] of [
        [0, 'one'],
        [1, 'two'],
        [0, 'three'],
      ] as const) {
        opened.bench.write(slots[at], { 'a.txt': `${text}\n` });
        opened.bench.git(slots[at], 'stash', 'push', '--quiet', ...(text === 'three' ? ['-m', 'x'] : []));
        stashed.push(opened.bench.git(slots[at], 'rev-parse', 'refs/stash'));
      }
      const [one = '', two = '', three = ''] = stashed;
      const first = await opened.bench.harvest(slots[0], 'stash-1');
      assert.deepEqual([first.stash, first.beside], [three, [one]]);
      for (const each of [one, three]) assert.match(pins(each), /beside\/stash-1\/1-/);
      const second = await opened.bench.harvest(slots[1], 'stash-2');
      assert.deepEqual([second.stash, second.beside], [two, undefined]);
      const again = await opened.bench.harvest(slots[0], 'stash-1');
      assert.deepEqual([again.stash, again.beside], [three, [one]], 'asked once more');
      await opened.bench.worktrees.release(slots[0], opened.bench.holder('stash-1'), 'keep');
      const later = await opened.bench.prepare('stash-1', { attempt: 2 });
      const next = await opened.bench.harvest(later, 'stash-1', { attempt: 2 });
      assert.deepEqual([next.stash, next.beside], [undefined, undefined], 'of an earlier attempt');
      opened.bench.fixture.git(['checkout', '--quiet', '--detach', branchOf('stash-1')]);
      opened.bench.fixture.git(['stash', 'apply', '--quiet', one]);
      opened.bench.fixture.git(['reset', '--quiet', '--hard']);
    });
  });
}
