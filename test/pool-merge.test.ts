/** What `cox pool` merges, what it leaves out, and how people are told. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { poolProject as project, stateFile, told, worked } from './lib/pool-project.ts';

describe('merging a pool', { timeout: 1_200_000 }, () => {
  it('merges what others were made on first, lists a conflict, and brings the checkout along', async () => {
    const made = project();
    await worked(made, 'base', { 'shared.txt': 'base\n' });
    made.git(['branch', 'keep', 'auto/base']);
    const top = (await told(made, 'acquire', 'a-top', 'keep')).split('|')[1] ?? '';
    made.write({ 'top.txt': 'top\n' }, top);
    made.git(['add', '.'], { cwd: top });
    made.git(['commit', '--quiet', '-m', 'Top'], { cwd: top });
    // Of what has nothing to do with each other the older work comes first, and git knows whole seconds.
    await sleep(1_100);
    await worked(made, 'clash', { 'shared.txt': 'clash\n' });
    const ran = await made.cox(['pool', 'merge']);
    assert.equal(ran.code, 1, ran.stderr);
    assert.equal(ran.stdout, '=== MERGE SUMMARY ===\nMerged: auto/base auto/a-top\nFailed: auto/clash\n');
    assert.match(ran.stderr, /auto\/clash is not merged: it conflicts in shared\.txt/);
    assert.equal(readFileSync(join(made.path, 'top.txt'), 'utf8'), 'top\n');
    assert.equal(made.git(['status', '--porcelain']), '');
    assert.match(
      made.git(['log', '-2', '--first-parent', '--format=%s']),
      /^Merge branch 'auto\/a-top' into main\nMerge branch/,
    );
    assert.equal(await told(made, 'release', 'wt-1'), 'RELEASED:wt-1\n');
    assert.match(made.git(['branch', '--list', 'auto/*']), /auto\/a-top.*auto\/clash/s);
    // What has been merged, or has never begun, is not merged again.
    await told(made, 'acquire', 'idle');
    const again = await made.cox(['pool', 'merge']);
    assert.equal(again.stdout, '=== MERGE SUMMARY ===\nMerged: none\nFailed: auto/clash\n');
    assert.match(again.stderr, /cox: auto\/idle has nothing that main has not\n/);
    // Changes of the user's that are not committed are in the way.
    made.write({ 'shared.txt': 'mine\n' });
    const dirty = await made.cox(['pool', 'merge']);
    assert.equal(dirty.code, 1);
    assert.match(dirty.stderr, /has changes that are not committed: "shared\.txt"/);
    assert.equal(readFileSync(join(made.path, 'shared.txt'), 'utf8'), 'mine\n');
  });

  it('goes by the dependencies of a plan where branches do not tell', async () => {
    const task = (number: number, depends: string): string =>
      `### Task ${number}: Part ${number}\n- Depends on: ${depends}\n- Files: part-${number}.txt\n- Done when: it is there\n- Complexity: S\n`;
    const made = project({ 'README.md': '# Sample\n' });
    made.write({ '.claude/plans/auto-page.md': `# Page\n\n${task(1, '2')}\n${task(2, 'none')}` });
    await worked(made, 'task-1', { 'part-1.txt': '1\n' });
    await worked(made, 'task-2', { 'part-2.txt': '2\n' });
    assert.match(await told(made, 'merge'), /^Merged: auto\/task-2 auto\/task-1$/m);
  });

  it('copies environment files, says when they drift, and never merges one that was committed', async () => {
    const made = project({ '.gitignore': '.claude/\n' });
    made.write({ '.env': 'KEY=1\n', '.claude/profile.yaml': 'a: 1\n' });
    const path = (await told(made, 'acquire', 'one')).split('|')[1] ?? '';
    assert.equal(readFileSync(join(path, '.env'), 'utf8'), 'KEY=1\n');
    assert.equal(readFileSync(join(path, '.claude/profile.yaml'), 'utf8'), 'a: 1\n');
    assert.ok(!existsSync(join(path, '.claude/pool-state.json')));
    made.write({ '.env': 'KEY=2\n' });
    assert.match(await told(made, 'health'), /^DRIFTED:wt-1: \.env$/m);
    assert.equal(await told(made, 'sync'), 'SYNCED:wt-1: .env\n');
    assert.equal(readFileSync(join(path, '.env'), 'utf8'), 'KEY=2\n');
    assert.equal(await told(made, 'health'), '✅ Pool health: OK\nGit worktrees in pool: 1\n');
    made.git(['add', '--force', '.env'], { cwd: path });
    made.git(['commit', '--quiet', '-m', 'Secrets'], { cwd: path });
    const ran = await made.cox(['pool', 'merge']);
    assert.equal(ran.code, 1);
    assert.match(ran.stdout, /^Failed: auto\/one$/m);
  });

  it('deletes no branch that it merges, and none that a state file of somebody else names', async () => {
    const made = project();
    made.git(['branch', 'develop']);
    await worked(made, 'one', { 'one.txt': 'one\n' });
    made.git(['branch', 'feature/login', 'auto/one']);
    await told(made, 'release', 'wt-1');
    assert.match(
      await told(made, 'merge-branches', 'main', 'feature/login', 'develop'),
      /Merged: feature\/login\nFailed: none\n$/,
    );
    const branches = (): readonly string[] =>
      made.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads']).split('\n');
    assert.deepEqual(branches(), ['develop', 'feature/login', 'main']);
    assert.equal((await made.cox(['pool', 'setup-worktree', 'two'], { TMPDIR: made.root })).code, 0);
    await told(made, 'merge-branches');
    assert.ok(branches().includes('auto/two'), '`git branch -d` is for those who made it');
    await told(made, 'acquire', 'three');
    const edited = readFileSync(stateFile(made), 'utf8').replace('"auto/three"', '"develop"');
    writeFileSync(stateFile(made), edited);
    await told(made, 'cleanup');
    assert.ok(branches().includes('develop'));
  });

  it('names copies that were committed, with the commands that take them out, before and at the merge', async () => {
    const made = project({ '.gitignore': 'built/\n', '.claude/settings.json': '{}\n' });
    made.write({ '.claude/plans/auto-x y.md': '# Plan\n', '.env': 'KEY=1\n' });
    const acquired = await made.cox(['pool', 'acquire', 'one']);
    assert.match(
      acquired.stderr,
      /wt-1 has copies that git does not ignore: \.claude\/plans\/auto-x y\.md, \.env\. /,
    );
    const path = acquired.stdout.split('|')[1] ?? '';
    made.write({ 'one.txt': 'one\n' }, path);
    made.git(['add', '--all'], { cwd: path });
    made.git(['commit', '--quiet', '-m', 'Work of one'], { cwd: path });
    made.git(['rm', '--quiet', '--cached', '.env'], { cwd: path });
    made.git(['commit', '--quiet', '-m', 'Not that'], { cwd: path });
    const health = await made.cox(['pool', 'health']);
    assert.equal(health.code, 1);
    assert.match(health.stdout, /^BROKEN:wt-1: has committed .*\.env\. Take it out: git -C /m);
    for (const merge of [['merge'], ['merge-branches', 'main', 'auto/one']]) {
      const ran = await made.cox(['pool', ...merge]);
      assert.equal(ran.code, 1);
      assert.match(ran.stdout, /^Failed: auto\/one$/m);
      const command = /auto-x y\.md, \.env\. Take it out: (git -C .*)\n/.exec(ran.stderr)?.[1] ?? '';
      if (merge[0] === 'merge') continue;
      execFileSync('sh', ['-c', command], { env: made.env, stdio: 'ignore' });
    }
    assert.match(await told(made, 'merge'), /^Merged: auto\/one$/m);
    assert.equal(made.git(['log', '--format=%s', 'main', '--', 'one.txt']), 'Not that');
    assert.equal(made.git(['log', '--format=%s', 'main', '--', '.env', '.claude/plans']), '');
    // Rules of the user's own git count as they do there.
    made.write({ '.config/git/ignore': '.env\n.claude/plans/\n' }, join(made.root, 'home'));
    const quiet = await made.cox(['pool', 'acquire', 'two'], {
      XDG_CONFIG_HOME: join(made.root, 'home/.config'),
    });
    assert.doesNotMatch(quiet.stderr, /does not ignore/);
  });

  it('takes a slot that has committed nothing of its work for one that failed', async () => {
    const made = project();
    await worked(made, 'one', { 'one.txt': 'one\n' });
    await told(made, 'acquire', 'two');
    const pool = join(made.path, '.claude/worktree-pool');
    made.write({ 'wt-1/more.txt': 'more\n', 'wt-2/two.txt': 'two\n' }, pool);
    const ran = await made.cox(['pool', 'merge']);
    assert.deepEqual(
      [ran.code, ran.stdout],
      [1, '=== MERGE SUMMARY ===\nMerged: auto/one\nFailed: auto/two\n'],
      ran.stderr,
    );
    assert.match(
      ran.stderr,
      /auto\/two is not merged: .*wt-2 has changes that are not committed: two\.txt\n/,
    );
    assert.match(ran.stderr, /wt-1 has changes that are not committed: more\.txt; only what auto\/one has/);
  });
});
