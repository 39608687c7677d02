/** `cox run` in repositories of every kind. */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { cloneRepository } from '../src/testing/git-fixture.ts';
import { type Ended, makeProject, type Project, type ProjectFiles } from './lib/project.ts';

const WAVES = [
  { tasks: { 'task-001': { create: 'task-001.txt' } } },
  { tasks: { 'task-002': { create: 'task-002.txt', deps: 'task-001' } } },
];
const AGENT = 'echo "$COX_TASK_ID" > "$COX_TASK_ID.txt"; echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"';
const ALLOW_FILES = ['-c', 'protocol.file.allow=always'];

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(files: Partial<ProjectFiles> = {}): Project {
  const made = makeProject({ waves: WAVES, recipe: 'default: []\n', ...files });
  projects.push(made);
  return made;
}

const run = (made: Project, more: readonly string[] = [], agent = AGENT): Promise<Ended> =>
  made.cox([...more, 'run', made.plan, '--agent-command', agent]);

/** The run's work is on its branch of that checkout, and the checkout is as it was. */
function assertMerged(ended: Ended, git: Project['git']): string {
  assert.equal(ended.code, 0, ended.stdout + ended.stderr);
  const branch = /Integration branch: (\S+)/.exec(ended.stdout)?.[1] ?? '';
  assert.equal(git(['show', `${branch}:task-001.txt`]), 'task-001');
  assert.equal(git(['show', `${branch}:task-002.txt`]), 'task-002');
  assert.equal(git(['status', '--porcelain', '--ignore-submodules=none']), '');
  return branch;
}

/** Refused before anything was made. */
function assertRefused(ended: Ended, made: Project, words: RegExp): void {
  assert.equal(ended.code, 3, ended.stdout + ended.stderr);
  assert.match(ended.stderr, words);
  assert.equal(made.git(['for-each-ref', 'refs/heads/integration/', 'refs/heads/cox/', 'refs/cox/']), '');
  assert.equal(made.git(['worktree', 'list']).split('\n').length, 1);
}

describe('a run in', () => {
  it('one whose file system ignores case is refused for tasks whose paths differ in case alone', async () => {
    const both = { 'task-001': { create: 'Users.txt' }, 'task-002': { create: 'users.txt' } };
    const made = project({ waves: [{ tasks: both }] });
    const apart = await made.cox(['validate', made.plan]);
    assert.equal(apart.code, 0, apart.stderr);
    assert.match(apart.stdout + apart.stderr, /case-clash/);
    made.git(['config', 'core.ignorecase', 'true']);
    const manifest = join(made.plan, 'manifest.json');
    for (const ended of [await made.cox(['validate', manifest]), await run(made)]) {
      assert.equal(ended.code, 1, ended.stdout + ended.stderr);
      assert.match(ended.stdout + ended.stderr, /are one file here/);
    }
  });

  it('a shallow clone', async () => {
    const made = project();
    made.commit({ 'b.txt': 'b\n' });
    const clone = cloneRepository(made, 'shallow', ['--depth=1']);
    const ended = await run(made, ['-C', clone.path]);
    const branch = assertMerged(ended, clone.git);
    assert.equal(clone.git(['rev-parse', '--is-shallow-repository']), 'true');
    assert.equal(clone.git(['show', `${branch}:b.txt`]), 'b');
  });

  it('a sparse checkout: what is not checked out is not lost', async () => {
    const made = project();
    made.commit({ 'in/a.txt': 'a\n', 'out/b.txt': 'b\n' });
    made.git(['sparse-checkout', 'set', '--cone', 'in', 'parallel']);
    const branch = assertMerged(await run(made), made.git);
    assert.equal(made.git(['show', `${branch}:out/b.txt`]), 'b');
    assert.ok(!existsSync(join(made.path, 'out')));
  });

  it('a repository with submodules: they are there for the agents', async () => {
    const made = project();
    const library = project();
    library.commit({ 'lib.txt': 'library\n' });
    made.git([...ALLOW_FILES, 'submodule', '--quiet', 'add', `file://${library.path}`, 'deps/lib']);
    made.commit({});
    const branch = assertMerged(
      await run(made, [], `grep -q library deps/lib/lib.txt || exit 9; ${AGENT}`),
      made.git,
    );
    assert.equal(made.git(['rev-parse', `${branch}:deps/lib`]), library.git(['rev-parse', 'HEAD']));
  });

  it('a checkout with a detached HEAD', async () => {
    const made = project();
    made.git(['checkout', '--quiet', '--detach']);
    assertMerged(await run(made), made.git);
    assert.throws(() => made.git(['symbolic-ref', '--quiet', 'HEAD']));
  });

  it('a repository with the most unusual file names', async () => {
    const names = [
      'new\nline.txt',
      '"quotes".txt',
      'größe 日本 .txt',
      '-leading',
      'tab\there',
      ' space ',
      'back\\slash',
    ];
    // The agents change files that no scope names.
    const made = project({ config: 'retries: 0\nchecks:\n  boundaries: warn\n' });
    made.commit(Object.fromEntries(names.map((name) => [`odd/${name}`, `${name}\n`])));
    const change = 'for file in odd/*; do echo more >> "./$file"; done; echo new > "odd/$COX_TASK_ID';
    const branch = assertMerged(await run(made, [], `${change}\n\\"é.txt"; ${AGENT}`), made.git);
    for (const name of names) {
      assert.equal(made.git(['show', `${branch}:odd/${name}`]), `${name}\nmore\nmore`);
    }
    assert.equal(made.git(['show', `${branch}:odd/task-002\n"é.txt`]), 'new');
  });

  it('a repository whose only commits are empty', async () => {
    const made = project();
    const orphan = made.git(['commit-tree', '4b825dc642cb6eb9a060e54bf8d69288fbee4904', '-m', 'Empty']);
    made.git(['checkout', '--quiet', '--detach', orphan]);
    made.git(['branch', '--quiet', '-f', 'main', orphan]);
    made.git(['checkout', '--quiet', 'main']);
    // The plan is in the checkout and in no commit.
    made.git(['checkout', '--quiet', 'main@{1}', '--', made.plan, '.gitignore']);
    made.git(['reset', '--quiet']);
    const ended = await run(made);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const branch = /Integration branch: (\S+)/.exec(ended.stdout)?.[1] ?? '';
    assert.equal(made.git(['ls-tree', '-r', '--name-only', branch]), 'task-001.txt\ntask-002.txt');
  });
});

describe('a run is refused in', () => {
  it('a checkout with changes that are not committed', async () => {
    const made = project();
    made.write({ 'README.md': 'changed\n' });
    assertRefused(await run(made), made, /README\.md/);
  });

  it('a repository without a commit', async () => {
    const made = project();
    made.git(['checkout', '--quiet', '--orphan', 'new']);
    const ended = await run(made);
    assert.equal(ended.code, 3, ended.stdout + ended.stderr);
    assert.match(ended.stderr, /no commit/);
  });

  it('a repository with files in git-lfs, where that is not installed', async () => {
    const made = project({ files: { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' } });
    const bin = join(made.root, 'bin');
    mkdirSync(bin);
    for (const name of ['git', 'sh', 'dirname', 'readlink']) {
      const path = (process.env['PATH'] ?? '')
        .split(':')
        .map((folder) => join(folder, name))
        .find(existsSync);
      if (path !== undefined) symlinkSync(path, join(bin, name));
    }
    const ended = await made.cox(['run', made.plan, '--agent-command', AGENT], { PATH: bin });
    assertRefused(ended, made, /git-lfs/);
  });

  it('a repository whose branch `cox` leaves no place for the agents’ branches', async () => {
    const made = project();
    made.git(['branch', 'cox']);
    assertRefused(await run(made), made, /branch `cox` is in the way[\s\S]*git branch -m cox/);
  });
});
