import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { type FixtureOptions, type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { inspectRepository } from '../base/repository.ts';
import { createGit } from '../base/runner.ts';
import { openCheckout, type RefusalOptions, readRefusals } from './checkout.ts';

const fixtures: GitFixture[] = [];
after(() => {
  for (const fixture of fixtures) fixture.remove();
});

function make(options?: FixtureOptions): GitFixture {
  const fixture = makeRepository(options);
  fixtures.push(fixture);
  return fixture;
}

async function reasons(
  fixture: GitFixture,
  options: Partial<RefusalOptions> & { readonly folder?: string; readonly path?: string } = {},
): Promise<string[]> {
  const { folder = fixture.path, path, ...rest } = options;
  const host = path === undefined ? fixture.env : { ...fixture.env, PATH: path };
  const refusals = await readRefusals(
    { git: createGit({ host: fixture.env }), folder, host },
    { allowDirty: false, ignore: [], ...rest },
  );
  for (const { message, remedy } of refusals) assert.ok(message !== '' && remedy.endsWith('.'), message);
  return refusals.map(({ reason }) => reason);
}

describe('what speaks against a run', () => {
  it('nothing, in a clean checkout, from any folder of it', async () => {
    const fixture = make({ files: { 'src/a.txt': 'a' } });
    assert.deepEqual(await reasons(fixture), []);
    assert.deepEqual(await reasons(fixture, { folder: join(fixture.path, 'src') }), []);
  });

  it('no repository, no folder, a bare one', async () => {
    const fixture = make();
    assert.deepEqual(await reasons(fixture, { folder: fixture.root }), ['not-a-repository']);
    assert.deepEqual(await reasons(fixture, { folder: join(fixture.root, 'absent') }), ['not-a-repository']);
    fixture.git(['init', '--quiet', '--bare', join(fixture.root, 'bare')]);
    assert.deepEqual(await reasons(fixture, { folder: join(fixture.root, 'bare') }), ['bare-repository']);
  });

  it('no commit yet', async () => {
    assert.deepEqual(await reasons(make({ files: null })), ['no-commit']);
  });

  it('changes that are not committed, but for ignored paths, untracked files, and with leave', async () => {
    const fixture = make({ files: { 'a.txt': 'a', 'plan/one.md': '1', 'new\nline ☃.txt': 'x' } });
    fixture.write({ 'untracked.txt': 'x', 'plan/one.md': 'changed' });
    assert.deepEqual(await reasons(fixture, { ignore: ['plan'] }), []);
    assert.deepEqual(await reasons(fixture, { ignore: ['plan/*.md'] }), []);
    assert.deepEqual(await reasons(fixture), ['dirty']);
    assert.deepEqual(await reasons(fixture, { allowDirty: true }), []);
    fixture.write({ 'new\nline ☃.txt': null });
    const [refusal] = await readRefusals(
      { git: createGit({ host: fixture.env }), folder: fixture.path, host: fixture.env },
      { allowDirty: false, ignore: ['plan'] },
    );
    assert.match(refusal?.message ?? '', /"new\\nline ☃.txt"$/);
  });

  it('a merge or a rebase in progress', async () => {
    const fixture = make();
    writeFileSync(join(fixture.path, '.git/MERGE_HEAD'), `${fixture.git(['rev-parse', 'HEAD'])}\n`);
    assert.deepEqual(await reasons(fixture), ['in-progress']);
  });

  it('a base branch that is not there', async () => {
    assert.deepEqual(await reasons(make(), { baseBranch: 'absent' }), ['no-base-branch']);
    assert.deepEqual(await reasons(make(), { baseBranch: 'main' }), []);
  });

  it('git-lfs in use and not installed', async () => {
    const fixture = make({ files: { 'deep/.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' } });
    assert.deepEqual(await reasons(fixture, { path: join(fixture.root, 'nothing') }), ['lfs-missing']);
  });

  it('a git that is too old or cannot be run', async () => {
    const fixture = make();
    const folder = join(fixture.root, 'programs');
    mkdirSync(folder);
    const old = join(folder, 'old-git');
    writeFileSync(old, '#!/bin/sh\n[ "$1" = version ] && echo "git version 2.30.1" || exec git "$@"\n', {
      mode: 0o755,
    });
    for (const [program, reason] of [
      [old, 'git-too-old'],
      [join(folder, 'absent'), 'git-missing'],
    ] as const) {
      const git = createGit({ host: fixture.env, program });
      const refusals = await readRefusals(
        { git, folder: fixture.path, host: fixture.env },
        { allowDirty: false, ignore: [] },
      );
      assert.deepEqual(
        refusals.map((each) => each.reason),
        [reason],
      );
    }
  });
});

describe('a checkout', () => {
  it('gives the commit and the branch a run starts from', async () => {
    const fixture = make();
    const git = createGit({ host: fixture.env });
    const commit = fixture.git(['rev-parse', 'HEAD']);
    assert.deepEqual(await openCheckout(git, fixture.path, fixture.env).base(), { commit, branch: 'main' });
    fixture.git(['checkout', '--quiet', '--detach']);
    assert.deepEqual(await openCheckout(git, fixture.path, fixture.env).base(), { commit });
  });

  it('finds a free branch name', async () => {
    const fixture = make();
    const { freeBranches } = openCheckout(createGit({ host: fixture.env }), fixture.path, fixture.env);
    assert.deepEqual(await freeBranches(['integration/x']), ['integration/x']);
    fixture.git(['branch', 'integration/x']);
    fixture.git(['branch', 'Integration/x-2/under']);
    assert.deepEqual(await freeBranches(['integration/x']), ['integration/x-3']);
    const other = make();
    other.git(['branch', 'integration']);
    const { freeBranches: otherBranches } = openCheckout(
      createGit({ host: other.env }),
      other.path,
      other.env,
    );
    const [name = ''] = await otherBranches(['integration/x']);
    other.git(['branch', name]);
    assert.equal(name, 'integration-x');
  });

  it('finds free branch names for many, none in the way of another', async () => {
    const fixture = make();
    fixture.git(['branch', 'agent/ada/model']);
    const { freeBranches } = openCheckout(createGit({ host: fixture.env }), fixture.path, fixture.env);
    const wanted = ['agent/ada/model', 'agent/ada/model', 'main', 'new', 'New', 'new/under', 'cox', 'agent'];
    const names = await freeBranches(wanted, ['cox/run/task']);
    assert.deepEqual(names, [
      'agent/ada/model-2',
      'agent/ada/model-3',
      'main-2',
      'new',
      'New-2',
      'new-under',
      'cox-2',
      'agent-2',
    ]);
    for (const name of [...names, 'cox/run/task']) fixture.git(['branch', name]);
  });

  it('knows who commits, by the repository’s own word or a name of ours', async () => {
    const fixture = make();
    const git = createGit({ host: fixture.env });
    const known = await inspectRepository(git, fixture.path);
    assert.ok(known.ok);
    assert.deepEqual(known.value.settings.identity, { name: 'Ada Tester', email: 'ada@example.org' });
    fixture.git(['config', '--remove-section', 'user']);
    const unknown = await inspectRepository(git, fixture.path);
    assert.ok(unknown.ok);
    assert.deepEqual(unknown.value.settings.identity, { name: 'Coxswain', email: 'coxswain@localhost' });
  });
});
