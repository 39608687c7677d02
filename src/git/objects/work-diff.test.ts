import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { inspectRepository } from '../base/repository.ts';
import { createGit } from '../base/runner.ts';
import { ObjectDiff } from './work-diff.ts';

const fixtures: GitFixture[] = [];
after(() => {
  for (const fixture of fixtures) fixture.remove();
});

async function open(files: Readonly<Record<string, string>>) {
  const fixture = makeRepository({ files: { 'a.txt': 'one\n' } });
  fixtures.push(fixture);
  const base = fixture.git(['rev-parse', 'HEAD']);
  fixture.write(files);
  fixture.git(['add', '--all']);
  fixture.git(['commit', '--quiet', '--message', 'work']);
  const git = createGit({ host: fixture.env });
  const found = await inspectRepository(git, fixture.path);
  assert.ok(found.ok);
  const shown = await new ObjectDiff({ git, repository: found.value }).show(
    base,
    fixture.git(['rev-parse', 'HEAD']),
  );
  return shown;
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
