import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { inspectRepository } from '../base/repository.ts';
import { createGit } from '../base/runner.ts';
import { beginMaking, slotAt } from './pool-place.ts';
import { GitPoolWorktrees } from './pool-worktrees.ts';

const fixture: GitFixture = makeRepository();
const git = createGit({ host: fixture.env });
const found = await inspectRepository(git, fixture.path);
if (!found.ok) throw new Error(found.error.detail);
const worktrees = new GitPoolWorktrees({
  git,
  repository: found.value,
  host: fixture.env,
  copies: [],
  hooks: { timeoutMs: 1, env: {} },
});
after(async () => {
  await worktrees.close();
  await git.rest();
  fixture.remove();
});

function place(name: string) {
  return { name, path: join(fixture.root, 'pool', name) };
}

describe('worktrees of a pool', () => {
  it('takes up one that git has made, with what is committed and what is not', async () => {
    const at = place('wt-1');
    fixture.git(['worktree', 'add', '--quiet', at.path, '-b', 'auto/old', 'main']);
    fixture.write({ 'loose.txt': 'loose\n', 'git~1': 'no commit can hold it\n' }, at.path);
    const state = await worktrees.look(at);
    assert.ok(state.is === 'worktree');
    assert.deepEqual([state.branch, state.changed, state.unkept], ['auto/old', ['loose.txt'], ['git~1']]);
    assert.equal(fixture.git(['show', `${state.left}:loose.txt`]), 'loose');
    const made = await worktrees.make({ place: at, branch: 'auto/next', base: 'main' });
    assert.ok(made.ok && !made.value.goesOn);
    assert.ok(!existsSync(join(at.path, 'loose.txt')));
    assert.equal(fixture.git(['branch', '--show-current'], { cwd: at.path }), 'auto/next');
    assert.equal(fixture.git(['status', '--porcelain'], { cwd: at.path }), '');
  });

  it('makes one anew where a git that was killed has left the beginning of one', async () => {
    const at = place('wt-2');
    const admin = join(found.ok ? found.value.commonDir : '', 'worktrees', 'wt-2');
    for (const files of [[], ['gitdir'], ['gitdir', 'commondir']]) {
      rmSync(at.path, { recursive: true, force: true });
      mkdirSync(at.path, { recursive: true });
      mkdirSync(admin, { recursive: true });
      if (files.length > 0) writeFileSync(join(at.path, '.git'), `gitdir: ${admin}\n`);
      for (const file of files)
        writeFileSync(join(admin, file), file === 'gitdir' ? `${at.path}/.git\n` : '../..\n');
      assert.equal((await worktrees.look(at)).is, 'absent');
      const made = await worktrees.make({ place: at, branch: 'auto/two', base: null });
      assert.ok(made.ok, made.ok ? '' : made.error.detail);
      assert.ok(existsSync(join(at.path, 'README.md')));
      assert.deepEqual(await worktrees.remove(at), { ok: true, value: undefined });
    }
  });

  it('takes again what a process of ours that was killed has half made, and gives nobody', async () => {
    const at = place('wt-4');
    assert.ok((await worktrees.make({ place: at, branch: 'auto/four', base: null })).ok);
    rmSync(join(at.path, 'README.md'));
    const state = await worktrees.look(at);
    assert.deepEqual(state.is === 'worktree' && state.changed, ['README.md']);
    if (!found.ok) return;
    beginMaking(slotAt(found.value, at));
    assert.equal((await worktrees.look(at)).is, 'absent');
    assert.ok((await worktrees.make({ place: at, branch: 'auto/five', base: null })).ok);
    assert.ok(existsSync(join(at.path, 'README.md')));
    assert.equal((await worktrees.look(at)).is, 'worktree');
  });

  it('leaves alone what is none of its own, also when the way there is broken', async () => {
    const at = place('wt-3');
    fixture.write(
      { 'wt-3/.git': `gitdir: ${join(fixture.root, 'elsewhere')}\n`, 'wt-3/mine.txt': 'mine\n' },
      join(fixture.root, 'pool'),
    );
    assert.equal((await worktrees.look(at)).is, 'foreign');
    assert.ok(!(await worktrees.make({ place: at, branch: 'auto/three', base: null })).ok);
    assert.ok(!(await worktrees.remove(at)).ok);
    assert.ok(existsSync(join(at.path, 'mine.txt')));
  });

  it('knows which commits nothing else holds, and drops a branch only where it is expected', async () => {
    const main = fixture.git(['rev-parse', 'main']);
    const tree = fixture.git(['rev-parse', 'main^{tree}']);
    const own = fixture.git(['commit-tree', tree, '-p', main, '-m', 'Own']);
    fixture.git(['branch', 'auto/own', own]);
    assert.deepEqual(await worktrees.onlyHere(own, 'auto/own'), [{ commit: own, subject: 'Own' }]);
    assert.deepEqual(await worktrees.onlyHere(own, null), []);
    assert.deepEqual(await worktrees.inOrder([own, main], main), [main, own]);
    assert.equal(await worktrees.dropBranch('auto/own', main), false);
    fixture.git(['tag', 'kept', own]);
    assert.deepEqual(await worktrees.onlyHere(own, 'auto/own'), []);
    assert.equal(await worktrees.dropBranch('auto/own', own), true);
    assert.equal(await worktrees.tip('auto/own'), null);
  });
});
