import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { makeRepository } from '../../testing/git-fixture.ts';
import { mayBeCheckedOut, readHeadCommit, writeHead } from './heads.ts';
import { inspectRepository } from './repository.ts';
import { createGit } from './runner.ts';

describe('HEADs that are read without git', () => {
  const fixture = makeRepository();
  after(() => fixture.remove());
  const head = fixture.git(['rev-parse', 'HEAD']);
  const worktree = join(fixture.root, 'other');
  fixture.git(['worktree', 'add', '--quiet', '-b', 'topic', worktree]);
  const admin = fixture.git(['rev-parse', '--absolute-git-dir'], { cwd: worktree });

  const look = async () => {
    const found = await inspectRepository(createGit({ host: fixture.env }), fixture.path);
    assert.ok(found.ok);
    return found.value;
  };

  it('know which branches are checked out, in the checkout itself and in worktrees', async () => {
    const repository = await look();
    assert.equal(mayBeCheckedOut(repository, 'refs/heads/main'), true);
    assert.equal(mayBeCheckedOut(repository, 'refs/heads/topic'), true);
    assert.equal(mayBeCheckedOut(repository, 'refs/heads/top'), false);
  });

  it('give the commit of a branch and of a detached HEAD, and leave the rest to git', async () => {
    const repository = await look();
    assert.equal(readHeadCommit(repository, admin), head);
    writeHead(admin, head);
    assert.equal(readHeadCommit(repository, admin), head);
    assert.equal(fixture.git(['rev-parse', '--abbrev-ref', 'HEAD'], { cwd: worktree }), 'HEAD');
    for (const text of ['ref: refs/heads/../../HEAD', 'ref: refs/heads/absent', 'nonsense', '']) {
      writeFileSync(join(admin, 'HEAD'), text);
      assert.equal(readHeadCommit(repository, admin), null, text);
    }
    writeHead(admin, 'ref: refs/heads/topic');
    assert.equal(fixture.git(['symbolic-ref', 'HEAD'], { cwd: worktree }), 'refs/heads/topic');
  });

  it('leave a branch that is only packed to git', async () => {
    const repository = await look();
    fixture.git(['pack-refs', '--all']);
    assert.equal(readHeadCommit(repository, admin), null);
  });
});
