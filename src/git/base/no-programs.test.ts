import assert from 'node:assert/strict';
import { existsSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { cloneRepository, type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { readRefusals } from '../checkout/checkout.ts';
import { ObjectMerger } from '../merging/object-merger.ts';
import { withoutPrograms } from './no-programs.ts';
import { inspectRepository, type Repository } from './repository.ts';
import { createGit } from './runner.ts';

const made: GitFixture[] = [];
after(() => {
  for (const fixture of made) fixture.remove();
});

/** A program that leaves a trace, as a shell command. */
function canary(fixture: GitFixture, name: string): string {
  return `touch ${join(fixture.root, `fired-${name}`)}; cat`;
}

function fired(fixture: GitFixture, name: string): boolean {
  return existsSync(join(fixture.root, `fired-${name}`));
}

function repository(files: Readonly<Record<string, string>>): GitFixture {
  const fixture = makeRepository({ files });
  made.push(fixture);
  return fixture;
}

async function inspect(fixture: GitFixture): Promise<Repository> {
  const found = await inspectRepository(createGit({ host: fixture.env }), fixture.path);
  assert.ok(found.ok);
  return found.value;
}

const FILTERED = { '.gitattributes': '*.txt filter=evil\n', 'a.txt': 'a\n' };

describe('programs that the configuration names', () => {
  it('a clean filter is not run to find out what is dirty', async () => {
    const fixture = repository(FILTERED);
    // Of another time than the index has, so that git has to look into it.
    utimesSync(join(fixture.path, 'a.txt'), 1, 1);
    fixture.git(['config', 'filter.evil.clean', canary(fixture, 'clean')]);
    fixture.git(['config', 'filter.evil.process', canary(fixture, 'process')]);
    fixture.git(['config', 'filter.evil.required', 'true']);
    const git = createGit({ host: fixture.env });
    const refusals = await readRefusals(
      { git, folder: fixture.path, host: fixture.env },
      { allowDirty: false, ignore: [] },
    );
    assert.deepEqual(refusals, []);
    assert.ok(!fired(fixture, 'clean') && !fired(fixture, 'process'));
    fixture.git(['config', '--unset', 'filter.evil.process']);
    fixture.git(['status']);
    assert.ok(fired(fixture, 'clean'), 'git itself runs it');
  });

  it('nor a smudge filter in a worktree that is taken along, even one of an include for its branch', async () => {
    const fixture = repository(FILTERED);
    const base = fixture.git(['rev-parse', 'HEAD']);
    const tip = fixture.commit({ 'a.txt': 'b\n' });
    const watched = join(fixture.root, 'watched');
    fixture.git(['worktree', 'add', '--quiet', '-b', 'integration/x', watched, base]);
    fixture.write(
      { 'evil.config': `[filter "evil"]\nsmudge = ${canary(fixture, 'smudge')}\n` },
      fixture.root,
    );
    fixture.git(['config', 'includeIf.onbranch:integration/**.path', join(fixture.root, 'evil.config')]);
    const merger = new ObjectMerger({
      git: createGit({ host: fixture.env }),
      repository: await inspect(fixture),
    });
    const moved = await merger.advance({ branch: 'integration/x', from: base, to: tip });
    assert.equal(moved.is, 'advanced');
    assert.equal(fixture.git(['status', '--porcelain'], { cwd: watched }), '', 'the worktree came along');
    assert.ok(!fired(fixture, 'smudge'));
    rmSync(join(watched, 'a.txt'));
    fixture.git(['checkout', '--', 'a.txt'], { cwd: watched });
    assert.ok(fired(fixture, 'smudge'), 'git itself runs it');
  });

  it('a partial clone whose configuration names a program for its fetches is refused', async () => {
    const source = repository({ 'a.txt': 'a\n' });
    source.git(['config', 'uploadpack.allowFilter', 'true']);
    const clone = cloneRepository(source, 'partial', ['--filter=blob:none']);
    const git = createGit({ host: clone.env });
    const look = () =>
      readRefusals({ git, folder: clone.path, host: clone.env }, { allowDirty: false, ignore: [] });
    assert.deepEqual(await look(), []);
    clone.git(['config', 'remote.origin.uploadpack', 'sh -c :']);
    const [refusal] = await look();
    assert.equal(refusal?.reason, 'fetch-program');
    assert.match(refusal?.message ?? '', /remote\.origin\.uploadpack/);
  });

  it('nor a remote helper that runs a command', async () => {
    const source = repository({ 'a.txt': 'a\n' });
    source.git(['config', 'uploadpack.allowFilter', 'true']);
    const clone = cloneRepository(source, 'ext', ['--filter=blob:none', '--no-checkout']);
    const blob = source.git(['rev-parse', 'HEAD:a.txt']);
    clone.git(['config', 'protocol.ext.allow', 'always']);
    clone.git(['config', 'remote.origin.url', `ext::sh -c touch% ${join(source.root, 'fired-ext')}`]);
    const { settings } = await inspect(clone);
    const git = withoutPrograms(createGit({ host: clone.env }), settings.lines);
    assert.ok(!(await git.run({ args: ['cat-file', 'blob', blob], cwd: clone.path })).ok);
    assert.ok(!fired(source, 'ext'));
    assert.throws(() => clone.git(['cat-file', 'blob', blob]));
    assert.ok(fired(source, 'ext'), 'git itself runs it');
  });

  it('a configuration without any leaves the runner as it is', async () => {
    const git = createGit({ host: {} });
    assert.equal(withoutPrograms(git, [{ scope: 'local', key: 'core.bare', value: 'false' }]), git);
  });

  it('core.worktree that leads away is refused, with the place it leads to', async () => {
    const fixture = repository({ 'a.txt': 'a\n' });
    const other = repository({});
    fixture.git(['config', 'core.worktree', other.path]);
    const [refusal] = await readRefusals(
      { git: createGit({ host: fixture.env }), folder: fixture.path, host: fixture.env },
      { allowDirty: true, ignore: [] },
    );
    assert.equal(refusal?.reason, 'not-a-repository');
    assert.match(refusal?.message ?? '', new RegExp(`core\\.worktree.*${other.path}`));
  });
});
