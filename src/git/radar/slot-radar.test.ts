import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { linesWith, RadarBench } from '../../testing/radar-bench.ts';
import { WITHOUT_BUBBLEWRAP } from '../../testing/sandboxes.ts';

for (const confined of [false, true]) {
  const name = confined ? 'confined slots' : 'plain slots';
  describe(`looking at ${name}`, { skip: confined && WITHOUT_BUBBLEWRAP }, () => {
    let bench: RadarBench;
    before(async () => {
      bench = await RadarBench.open({ confined });
    });
    after(() => bench.close());

    it('sees that two agents change one line, committed or not, and says where', async () => {
      const one = await bench.slot('one', { 'shared.txt': linesWith(3, 'one') });
      const two = await bench.slot('two', { 'shared.txt': linesWith(3, 'two'), 'new.txt': 'new\n' });
      bench.commit(two);
      const heads = [bench.inSlot('one', one), bench.inSlot('two', two)];
      const objects = bench.objects();
      const expected = [{ task: 'one', other: 'two', paths: ['shared.txt'] }];
      assert.deepEqual(await bench.look(heads), { conflicts: expected, unseen: [] });
      // Nothing of it is in the repository, and neither index, HEAD nor files of a slot have changed.
      assert.deepEqual(bench.objects(), objects);
      assert.equal(bench.opened.bench.git(one, 'status', '--porcelain'), ' M shared.txt');
      assert.equal(bench.opened.bench.git(two, 'status', '--porcelain'), '');
      bench.opened.bench.write(one, { 'shared.txt': linesWith() });
      assert.deepEqual(await bench.look(heads), { conflicts: [], unseen: [] });
    });

    it('sees nothing wrong with changes apart, nor with equal ones', async () => {
      const one = await bench.slot('apart-1', { 'shared.txt': linesWith(3), 'b.txt': linesWith(9) });
      const two = await bench.slot('apart-2', { 'shared.txt': linesWith(15), 'b.txt': linesWith(9) });
      const { conflicts } = await bench.look([bench.inSlot('apart-1', one), bench.inSlot('apart-2', two)]);
      assert.deepEqual(conflicts, []);
    });

    it('compares with finished work, and with what was merged meanwhile', async () => {
      const { fixture } = bench.opened.bench;
      const slot = await bench.slot('late', { 'shared.txt': linesWith(5, 'late') });
      const tip = fixture.commit({ 'shared.txt': linesWith(5, 'merged') }, 'Merged');
      const done = fixture.git(['commit-tree', `${tip}^{tree}`, '-p', bench.base, '-m', 'Done']);
      const heads = [bench.inSlot('late', slot), bench.atCommit('done', done)];
      assert.deepEqual((await bench.look(heads)).conflicts, [
        { task: 'late', other: 'done', paths: ['shared.txt'] },
      ]);
      assert.deepEqual((await bench.look(heads.slice(0, 1), tip)).conflicts, [
        { task: 'late', other: null, paths: ['shared.txt'] },
      ]);
      // One that began behind that merge is not blamed for it.
      const fresh = fixture.commit({ 'b.txt': linesWith(1) }, 'Fresh');
      const { conflicts } = await bench.look(
        [bench.inSlot('late', slot), bench.atCommit('fresh', fresh, tip)],
        tip,
      );
      assert.deepEqual(conflicts, [{ task: 'late', other: null, paths: ['shared.txt'] }]);
      fixture.git(['reset', '--quiet', '--hard', bench.base]);
    });

    it('takes a file in the place of a folder, and a removed file, for what they are', async () => {
      const one = await bench.slot('file', { thing: 'a file\n', 'b.txt': null });
      const two = await bench.slot('folder', { 'thing/inside.txt': 'x\n', 'b.txt': linesWith(1) });
      const { conflicts } = await bench.look([bench.inSlot('file', one), bench.inSlot('folder', two)]);
      assert.equal(conflicts.length, 1);
      assert.ok(conflicts[0]?.paths.includes('b.txt'), String(conflicts[0]?.paths));
      assert.ok(
        conflicts[0]?.paths.some((path) => path.startsWith('thing')),
        String(conflicts[0]?.paths),
      );
    });

    it('goes by the attributes of the integration branch', async () => {
      const { fixture } = bench.opened.bench;
      const tip = fixture.commit({ '.gitattributes': 'b.txt merge=union\n' }, 'Union');
      const one = await bench.slot('union-1', { 'b.txt': linesWith(4, 'one') });
      const two = await bench.slot('union-2', { 'b.txt': linesWith(4, 'two') });
      const heads = [bench.inSlot('union-1', one), bench.inSlot('union-2', two)];
      assert.deepEqual((await bench.look(heads, tip)).conflicts, []);
      fixture.git(['reset', '--quiet', '--hard', bench.base]);
    });

    it('looks again without a sign when something was committed, else only now and then', async () => {
      const one = await bench.slot('quiet-1', { 'shared.txt': linesWith(7, 'one') });
      const two = await bench.slot('quiet-2', {});
      const heads = [bench.inSlot('quiet-1', one), bench.inSlot('quiet-2', two)];
      const quiet = heads.map((head) => ({ ...head, stirred: false }));
      assert.deepEqual((await bench.look(heads)).conflicts, []);
      bench.opened.bench.write(two, { 'shared.txt': linesWith(7, 'two') });
      assert.deepEqual((await bench.look(quiet)).conflicts, []);
      bench.commit(two);
      assert.equal((await bench.look(quiet)).conflicts.length, 1);
      bench.opened.bench.write(one, { 'shared.txt': linesWith() });
      const counts: number[] = [];
      for (let look = 0; look < 5; look += 1) counts.push((await bench.look(quiet)).conflicts.length);
      assert.equal(counts[0], 1);
      assert.equal(counts[4], 0);
    });

    it('is not held up, nor led away, by what an agent leaves about', async () => {
      const one = await bench.slot('pipe', { 'shared.txt': linesWith(2, 'one') });
      const two = await bench.slot('link', { 'shared.txt': linesWith(2, 'two') });
      const outside = join(bench.opened.bench.fixture.root, 'outside');
      writeFileSync(outside, 'secret\n');
      execFileSync('mkfifo', [join(one.path, 'pipe')]);
      rmSync(join(two.path, 'b.txt'));
      symlinkSync(outside, join(two.path, 'b.txt'));
      const { conflicts } = await bench.look([bench.inSlot('pipe', one), bench.inSlot('link', two)]);
      assert.deepEqual(conflicts, [{ task: 'pipe', other: 'link', paths: ['shared.txt'] }]);
      // Its maker may be at it.
      assert.ok(existsSync(join(one.path, 'pipe')));
    });

    it('looks at slots of another pool, and not at those of the same name in the first', async () => {
      const other = await bench.otherPool();
      const one = await bench.slot('first-pool', { 'shared.txt': linesWith(4, 'first') });
      const moved = await other.prepare('other-pool');
      other.write(moved, { 'shared.txt': linesWith(4, 'other') });
      const same = await bench.slot('same-line', { 'shared.txt': linesWith(4, 'other') });
      const heads = [bench.inSlot('first-pool', one), bench.inSlot('other-pool', moved)];
      const { conflicts } = await bench.look([...heads, bench.inSlot('same-line', same)]);
      assert.deepEqual(
        conflicts.map(({ task, other: with_ }) => [task, with_]),
        [
          ['first-pool', 'other-pool'],
          ['first-pool', 'same-line'],
        ],
      );
    });

    it('says of whom it could see nothing', async () => {
      const one = await bench.slot('seen', { 'shared.txt': linesWith(2, 'one') });
      const worktree = join(dirname(one.path), 'slot-99');
      const lost = { ...bench.inSlot('lost', one), at: { is: 'slot', worktree, attempt: 1 } as const };
      const gone = bench.atCommit('gone', 'f'.repeat(40));
      const { conflicts, unseen } = await bench.look([bench.inSlot('seen', one), lost, gone]);
      assert.deepEqual([conflicts, unseen], [[], ['lost', 'gone']]);
    });

    it('leaves nothing behind', async () => {
      assert.notDeepEqual(bench.left(), []);
      await bench.radar.rest('run-1');
      assert.deepEqual(bench.left(), []);
      mkdirSync(join(bench.folder, 'objects'), { recursive: true });
      await bench.radar.rest('run-1');
      assert.deepEqual(bench.left(), [], 'of a process that died');
    });
  });
}

describe('looking at a plain slot', () => {
  let bench: RadarBench;
  before(async () => {
    bench = await RadarBench.open();
  });
  after(() => bench.close());

  it('counts what the agent has merged itself as merged', async () => {
    const { fixture } = bench.opened.bench;
    const tip = fixture.commit({ 'shared.txt': linesWith(5, 'merged') }, 'Merged');
    const slot = await bench.slot('merger', { 'shared.txt': linesWith(5, 'mine') });
    bench.commit(slot);
    assert.equal((await bench.look([bench.inSlot('merger', slot)], tip)).conflicts.length, 1);
    bench.opened.bench.git(slot, 'merge', '--quiet', '--strategy-option=ours', '-m', 'Merge', tip);
    assert.deepEqual((await bench.look([bench.inSlot('merger', slot)], tip)).conflicts, []);
    fixture.git(['reset', '--quiet', '--hard', bench.base]);
  });

  it('goes on from the slot, when its history is another one', async () => {
    const one = await bench.slot('orphan', { 'shared.txt': linesWith(3, 'one') });
    bench.opened.bench.git(one, 'checkout', '--quiet', '--orphan', 'elsewhere');
    bench.commit(one);
    const two = await bench.slot('other', { 'shared.txt': linesWith(3, 'two') });
    const { conflicts } = await bench.look([bench.inSlot('orphan', one), bench.inSlot('other', two)]);
    assert.deepEqual(conflicts, [{ task: 'orphan', other: 'other', paths: ['shared.txt'] }]);
  });

  it('is not kept waiting twice by a slot that git cannot look at', async () => {
    const slow = await RadarBench.open({ glanceMs: 6_000 });
    const one = await slow.slot('pipe', { 'shared.txt': linesWith(3, 'one') });
    execFileSync('mkfifo', [join(one.path, '.gitignore')]);
    const heads = [slow.inSlot('pipe', one)];
    assert.deepEqual(await slow.look(heads), { conflicts: [], unseen: ['pipe'] });
    assert.ok(existsSync(join(one.path, '.gitignore')), 'its maker may be at it');
    // Git could look now, and is not asked.
    rmSync(join(one.path, '.gitignore'));
    assert.deepEqual((await slow.look(heads)).unseen, ['pipe']);
    for (let look = 0; look < 19; look += 1) await slow.look(heads);
    assert.deepEqual((await slow.look(heads)).unseen, []);
    await slow.close();
  });
});
