/**
 * Coxswain's own git calls in a repository whose configuration, hooks, attributes and modules name programs: each of
 * them leaves a trace when it is run, and a whole run leaves none.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { makeRepository } from '../src/testing/git-fixture.ts';
import { makeProject, type Project } from './lib/project.ts';

const HOOKS = [
  ...['applypatch-msg', 'pre-applypatch', 'post-applypatch', 'pre-commit', 'pre-merge-commit', 'commit-msg'],
  ...['prepare-commit-msg', 'post-commit', 'pre-rebase', 'post-checkout', 'post-merge', 'pre-push'],
  ...['pre-receive', 'update', 'proc-receive', 'post-receive', 'post-update', 'reference-transaction'],
  ...['push-to-checkout', 'pre-auto-gc', 'post-rewrite', 'fsmonitor-watchman', 'post-index-change'],
];

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

/** What was run, by name. */
function fired(project: Project): string[] {
  return readdirSync(join(project.root, 'fired')).sort();
}

/** A program that leaves its name. */
function canary(project: Project, name: string): string {
  const path = join(project.root, 'canaries', name);
  project.write({ [path]: `#!/bin/sh\ntouch '${join(project.root, 'fired', name)}'\nexit 1\n` }, '/');
  chmodSync(path, 0o755);
  return path;
}

function plantHooks(project: Project, folder: string, prefix: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of HOOKS) {
    const command = canary(project, `${prefix}-${name}`);
    project.write({ [join(folder, name)]: `#!/bin/sh\n'${command}'\n` }, '/');
    chmodSync(join(folder, name), 0o755);
  }
}

function plantConfig(project: Project): void {
  const { git, root } = project;
  const set = (key: string, value = canary(project, key.replaceAll(/[^a-z]+/gi, '-'))): void => {
    git(['config', '--add', key, value]);
  };
  for (const key of [
    'fsmonitor',
    'sshCommand',
    'gitProxy',
    'pager',
    'editor',
    'askPass',
    'alternateRefsCommand',
  ])
    set(`core.${key}`);
  for (const key of ['clean', 'smudge', 'process']) set(`filter.evil.${key}`);
  set('filter.evil.required', 'true');
  for (const key of ['diff.external', 'diff.evil.command', 'diff.evil.textconv', 'merge.evil.driver'])
    set(key);
  for (const key of ['gpg.program', 'gpg.ssh.program', 'uploadpack.packObjectsHook', 'sequence.editor'])
    set(key);
  for (const key of ['interactive.diffFilter', 'gc.recentObjectsHook', 'trailer.evil.command']) set(key);
  for (const name of ['config', 'status', 'read-tree', 'update-ref'])
    set(`alias.${name}`, `!${canary(project, `alias-${name}`)}`);
  set('credential.helper', `!${canary(project, 'helper')}`);
  set('credential.https://example.com.helper', `!${canary(project, 'url-helper')}`);
  for (const event of ['pre-commit', 'post-checkout', 'reference-transaction']) set('hook.evil.event', event);
  set('hook.evil.command');
  set('submodule.lib.update', `!${canary(project, 'submodule-update')}`);
  for (const key of ['commit.gpgSign', 'tag.gpgSign', 'log.showSignature']) set(key, 'true');
  set('protocol.ext.allow', 'always');
  set('remote.origin.url', `ext::${canary(project, 'ext')}`);
  set('remote.origin.uploadpack');
  set('remote.origin.vcs', 'evil');
  set('init.templateDir', join(root, 'template'));
  set('core.hooksPath', join(root, 'hooks'));
  set('core.attributesFile', join(root, 'attributes'));
  set('include.path', join(root, 'included'));
  set('includeIf.onbranch:**.path', join(root, 'included'));
  git(['config', '--file', join(root, 'included'), 'filter.included.clean', canary(project, 'included')]);
  git([
    'config',
    '--file',
    join(root, 'included'),
    'filter.included.smudge',
    canary(project, 'included-smudge'),
  ]);
  git(['config', 'extensions.worktreeConfig', 'true']);
  git(['config', '--worktree', 'filter.worktree.clean', canary(project, 'worktree')]);
  git(['config', '--worktree', 'filter.worktree.smudge', canary(project, 'worktree-smudge')]);
}

function hostile(): Project {
  const project = makeProject({
    files: {
      '.gitattributes':
        '*.txt filter=evil diff=evil merge=evil\n*.inc filter=included\n*.wt filter=worktree\nREADME.md filter=outside\n',
      'a.txt': 'a\n',
      'a.inc': 'a\n',
      'a.wt': 'a\n',
    },
    waves: [
      { tasks: { 'task-001': { create: 'task-001.txt' }, 'task-002': { create: 'task-002.txt' } } },
      { tasks: { 'task-003': { create: 'task-003.inc', deps: 'task-001' } }, validation: 'true' },
    ],
    recipe: `
default:
  - run: 'echo "$COX_TASK_ID" | tee "$COX_TASK_ID.txt" "$COX_TASK_ID.inc" > "$COX_TASK_ID.wt"'
`,
    config: 'mergeTest: test -f README.md\n',
  });
  projects.push(project);
  const { git, root } = project;
  for (const folder of ['fired', 'canaries']) mkdirSync(join(root, folder));
  const library = makeRepository();
  git(['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', `file://${library.path}`, 'lib']);
  git(['commit', '--quiet', '--message', 'A submodule']);
  const other = join(root, 'other');
  git(['clone', '--quiet', '--bare', library.path, other]);
  library.remove();
  for (const place of ['.git', '.git/modules/lib'])
    project.write({ [`${place}/objects/info/alternates`]: `${other}/objects\n` });
  plantConfig(project);
  git(['config', '--file', join(root, 'included'), 'filter.outside.clean', canary(project, 'outside')]);
  project.write({ attributes: '* filter=evil\n' }, root);
  project.write({ '.git/info/attributes': '*.md filter=evil\n' });
  plantHooks(project, join(root, 'hooks'), 'path');
  plantHooks(project, join(project.path, '.git/hooks'), 'own');
  plantHooks(project, join(project.path, '.git/modules/lib/hooks'), 'module');
  plantHooks(project, join(root, 'template/hooks'), 'template');
  // Of another time than the index has, so that whoever asks what is dirty has to look into them.
  for (const name of ['a.txt', 'a.inc', 'a.wt', 'README.md']) utimesSync(join(project.path, name), 1, 1);
  return project;
}

/** The agents change files that no scope names. */
const OUTSIDE = { COX_RETRIES: '0', COX_CHECKS_BOUNDARIES: 'warn' };

it('no program that a repository names is run by a whole run or any command', async () => {
  const project = hostile();
  const ran = await project.cox(['run', project.plan], OUTSIDE);
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  assert.deepEqual(fired(project), []);
  for (const args of [
    ['status'],
    ['report'],
    ['logs', 'task-001'],
    ['validate', project.plan],
    ['plan', project.plan],
  ])
    assert.equal((await project.cox(args)).code, 0, args.join(' '));
  assert.equal((await project.cox(['resume'])).code, 0);
  assert.equal((await project.cox(['doctor'])).signal, null);
  assert.deepEqual(fired(project), []);
  assert.ok(!existsSync(join(project.path, '.git/worktrees/slot-1/modules/lib/hooks/post-checkout')));
});

it('nor of a confined one', { skip: noBubblewrap() }, async () => {
  const project = hostile();
  const ran = await project.cox(['run', project.plan], { ...OUTSIDE, COX_SANDBOX: 'required' });
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  assert.deepEqual(fired(project), []);
});

it('nor what an agent that is not confined plants while the run goes on', async () => {
  const project = makeProject({
    files: { 'a.txt': 'a\n', '.gitattributes': '*.txt filter=evil merge=evil diff=evil\n' },
    waves: [
      { tasks: { 'task-001': { create: 'task-001.txt' } } },
      { tasks: { 'task-002': { create: 'task-002.txt' }, 'task-003': { create: 'task-003.txt' } } },
    ],
    recipe: `
tasks:
  task-001:
    - run: '"$HOME/../plant"'
    - run: 'echo b > a.txt; echo 1 > task-001.txt'
default:
  - run: 'echo "$COX_TASK_ID" > "$COX_TASK_ID.txt"'
`,
  });
  projects.push(project);
  const { path, root } = project;
  for (const folder of ['fired', 'canaries']) mkdirSync(join(root, folder));
  plantHooks(project, join(root, 'hooks'), 'path');
  plantHooks(project, join(root, 'own'), 'own');
  const keys = ['core.fsmonitor', 'core.alternateRefsCommand', 'filter.evil.clean', 'filter.evil.smudge'];
  keys.push(
    'filter.evil.process',
    'merge.evil.driver',
    'diff.evil.textconv',
    'gpg.program',
    'credential.helper',
  );
  const lines = keys.map((key) => `git config ${key} '${canary(project, key.replaceAll('.', '-'))}'`);
  const script = [
    '#!/bin/sh',
    `cd '${path}' || exit 1`,
    // Somebody looks at the branch of the run, so that it is brought along.
    `git worktree add --quiet '${join(root, 'watched')}' "integration/$COX_RUN_ID" || exit 1`,
    `cp '${join(root, 'own')}'/* .git/hooks/`,
    `git config core.hooksPath '${join(root, 'hooks')}'`,
    'git config commit.gpgSign true',
    ...lines,
  ];
  project.write({ plant: `${script.join('\n')}\n` }, root);
  chmodSync(join(root, 'plant'), 0o755);
  const ran = await project.cox(['run', project.plan], OUTSIDE);
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  assert.deepEqual(fired(project), []);
  assert.ok(existsSync(join(root, 'watched/task-003.txt')), 'the worktree came along');
  assert.throws(() => project.git(['update-ref', 'refs/heads/armed', 'HEAD']));
  assert.deepEqual(fired(project), ['path-reference-transaction']);
});

it('git itself runs them, so the traps are armed', () => {
  const project = hostile();
  assert.throws(() => project.git(['add', '--renormalize', '.']));
  assert.throws(() => project.git(['update-ref', 'refs/heads/armed', 'HEAD']));
  const names = fired(project);
  for (const name of ['filter-evil-process', 'core-fsmonitor', 'path-reference-transaction'])
    assert.ok(names.includes(name), `${name}: ${names.join(' ')}`);
});

function noBubblewrap(): string | false {
  return spawnSync('bwrap', ['--version']).status === 0 ? false : 'bubblewrap is not installed';
}
