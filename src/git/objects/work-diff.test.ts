import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { inspectRepository } from '../base/repository.ts';
import { createGit } from '../base/runner.ts';
import { ObjectDiff } from './work-diff.ts';

const fixtures: GitFixture[] = [];
after(() => {
  for (const fixture of fixtures) fixture.remove();
});

async function commit(files: Readonly<Record<string, string>>, before = { 'a.txt': 'one\n' }) {
  const fixture = makeRepository({ files: before });
  fixtures.push(fixture);
  const base = fixture.git(['rev-parse', 'HEAD']);
  fixture.write(files);
  fixture.git(['add', '--all']);
  fixture.git(['commit', '--quiet', '--message', 'work']);
  const git = createGit({ host: fixture.env });
  const found = await inspectRepository(git, fixture.path);
  assert.ok(found.ok);
  const tip = fixture.git(['rev-parse', 'HEAD']);
  return { fixture, base, tip, diff: new ObjectDiff({ git, repository: found.value }) };
}

async function open(files: Readonly<Record<string, string>>) {
  const { diff, base, tip } = await commit(files);
  return await diff.show(base, tip);
}

describe('what a task has changed, as text', () => {
  it('is the files and a patch, also of names that git would take for patterns', async () => {
    const shown = await open({
      'a.txt': 'two\n',
      ':(glob)*.txt': 'odd\n',
      'b\u001b[31m.txt': 'red\u001b[31m\n',
    });
    assert.match(shown.stat, /a\.txt\s+\| 2 \+-/);
    for (const part of ['-one', '+two', '+odd', '+red']) assert.ok(shown.patch.includes(part), part);
    assert.doesNotMatch(`${shown.stat}${shown.patch}`, /\u001b/);
    assert.equal(shown.isWhole, true);
  });

  it('is bounded, and says so', async () => {
    const long = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`f${at}.txt`, `${'line of text\n'.repeat(400)}`]),
    );
    const shown = await open(long);
    assert.equal(shown.isWhole, false);
    assert.ok(Buffer.byteLength(shown.patch) < 70_000);
    assert.ok(Buffer.byteLength(shown.stat) < 10_000);
  });

  it('does not show the lines of a file that nobody would read', async () => {
    const shown = await open({ 'large.txt': 'x'.repeat(80).concat('\n').repeat(20_000) });
    assert.match(shown.patch, /Binary files .*large\.txt differ/);
  });
});

describe('what a task has changed, as a patch', () => {
  const before = { 'a.txt': 'a\nb\nc\nd\n\n\n\nz\n', 'crlf.txt': 'one\r\ntwo\r\n' };

  it('is applied to its base by git, whatever the files hold', async () => {
    const { fixture, base, tip, diff } = await commit(
      {
        'a.txt': 'a\nb\nc\nD\n\n\n\nz\n',
        'crlf.txt': 'one\r\nTWO\r\n',
        'bom.txt': '\ufefffirst\u200b\f\u001b[31m\n',
        'bytes.bin': '\u0000\u0001\u0002',
        'no-end.txt': 'no line end',
        'large.txt': 'x'.repeat(80).concat('\n').repeat(20_000),
      },
      before,
    );
    const { patch, isWhole } = await diff.patch(base, tip);
    assert.equal(isWhole, true);
    const place = join(fixture.root, 'applied');
    fixture.git(['worktree', 'add', '--quiet', '--detach', place, base]);
    writeFileSync(join(fixture.root, 'changes.diff'), patch);
    fixture.git(['apply', '--index', join(fixture.root, 'changes.diff')], { cwd: place });
    assert.equal(fixture.git(['write-tree'], { cwd: place }), fixture.git(['rev-parse', `${tip}^{tree}`]));
  });

  it('leaves out whole files of what is too large, and says so', async () => {
    const noise = (seed: number): string => randomBytes(12 * 1024 * 1024).toString('hex') + seed;
    const files = Object.fromEntries(
      Array.from({ length: 26 }, (_, at) => [`f${at}.txt`, at < 25 ? `${at}\n` : noise(at)]),
    );
    const { base, tip, diff } = await commit({ ...files, 'z.txt': noise(1) });
    const { patch, isWhole } = await diff.patch(base, tip);
    assert.equal(isWhole, false);
    assert.ok(patch.length < 33 * 1024 * 1024);
    assert.match(Buffer.from(patch).toString(), /\+0\n$|\+\d+\n$/);
  });
});
