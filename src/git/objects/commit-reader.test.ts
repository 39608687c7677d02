import assert from 'node:assert/strict';
import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import fc from 'fast-check';
import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { GitFailure } from '../base/failure.ts';
import { parseTree } from '../base/output.ts';
import { inspectRepository } from '../base/repository.ts';
import { createGit } from '../base/runner.ts';
import { ObjectReader } from './commit-reader.ts';
import { parseChangedLines } from './line-ranges.ts';

const ODD = 'src/odd\n@@ -1 +1 @@ "name".txt';
const LINES = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);

describe('a reader of commits', () => {
  let fixture: GitFixture;
  let reader: ObjectReader;
  let base = '';
  let rest: () => Promise<void>;
  before(async () => {
    fixture = makeRepository({
      files: {
        'a.txt': `${LINES.join('\n')}\n`,
        'src/one.ts': 'one\n',
        'src/two.ts': 'two\n',
        'srcs/three.ts': 'three\n',
        'tool.sh': '#!/bin/sh\n',
        'became-link': 'text\n',
      },
    });
    base = fixture.git(['rev-parse', 'HEAD']);
    const git = createGit({ host: fixture.env });
    rest = () => git.rest();
    const repository = await inspectRepository(git, fixture.path);
    assert.ok(repository.ok);
    reader = new ObjectReader({ git, repository: repository.value });
  });
  after(async () => {
    await rest();
    fixture.remove();
  });

  it('reads files of a commit, and neither what is absent, nor links, nor what is too large', async () => {
    symlinkSync('a.txt', join(fixture.path, 'link'));
    const commit = fixture.commit({ [ODD]: 'odd\n', 'big.txt': 'x'.repeat(8 * 1024 * 1024 + 1) });
    fixture.write({ 'a.txt': 'only in the checkout' });
    assert.equal(await reader.read(base, 'a.txt'), `${LINES.join('\n')}\n`);
    assert.equal(await reader.read(commit, ODD), 'odd\n');
    for (const path of ['absent', 'src', 'link', 'big.txt', '', 'a.txt/', '../a.txt'])
      assert.equal(await reader.read(commit, path), null, path);
    fixture.git(['reset', '--quiet', '--hard', base]);
  });

  it('lists what a commit holds, or a folder of it', async () => {
    const all = ['a.txt', 'became-link', 'src/one.ts', 'src/two.ts', 'srcs/three.ts', 'tool.sh'];
    assert.deepEqual(await reader.list(base), all);
    assert.deepEqual(await reader.list(base, 'src'), ['src/one.ts', 'src/two.ts']);
    assert.deepEqual(await reader.list(base, 'absent'), []);
  });

  it('tells changed paths, their kinds and their lines', async () => {
    const changed = [...LINES];
    changed[1] = 'changed 2';
    changed.splice(5, 2);
    changed.push('new 13', 'new 14');
    rmSync(join(fixture.path, 'became-link'));
    symlinkSync('a.txt', join(fixture.path, 'became-link'));
    chmodSync(join(fixture.path, 'tool.sh'), 0o755);
    fixture.git(['update-index', '--add', '--cacheinfo', `160000,${base},sub`]);
    const tip = fixture.commit({
      'a.txt': `${changed.join('\n')}\n`,
      'src/one.ts': null,
      'src/1.ts': 'one\n',
      [ODD]: '@@ -7 +7 @@\ndiff --git a/x b/x\n',
      'data.bin': 'a\0b\n',
      sub: null,
    });
    // `add --all` took the submodule out again, for there is no folder of it.
    fixture.git(['update-index', '--add', '--cacheinfo', `160000,${base},sub`]);
    fixture.git(['commit', '--quiet', '--amend', '-m', 'Tip']);
    assert.notEqual(tip, '');
    const changes = await reader.changes(base, fixture.git(['rev-parse', 'HEAD']));
    const whole = (end: number): object[] => [{ start: 1, end }];
    assert.deepEqual(changes, [
      {
        path: 'a.txt',
        kind: 'modified',
        was: 'file',
        is: 'file',
        lines: [
          { start: 2, end: 2 },
          { start: 11, end: 12 },
        ],
        oldLines: [
          { start: 2, end: 2 },
          { start: 6, end: 7 },
        ],
      },
      { path: 'became-link', kind: 'modified', was: 'file', is: 'link', lines: whole(1), oldLines: whole(1) },
      { path: 'data.bin', kind: 'added', was: null, is: 'file', lines: null, oldLines: null },
      { path: 'src/1.ts', kind: 'added', was: null, is: 'file', lines: whole(1), oldLines: [] },
      { path: ODD, kind: 'added', was: null, is: 'file', lines: whole(2), oldLines: [] },
      { path: 'src/one.ts', kind: 'deleted', was: 'file', is: null, lines: [], oldLines: whole(1) },
      { path: 'sub', kind: 'added', was: null, is: 'submodule', lines: whole(1), oldLines: [] },
      { path: 'tool.sh', kind: 'modified', was: 'file', is: 'program', lines: [], oldLines: [] },
    ]);
    assert.deepEqual(await reader.changes(base, base), []);
    fixture.git(['reset', '--quiet', '--hard', base]);
  });

  it('is not told by the work which lines it changes', async () => {
    const tip = fixture.commit({
      '.gitattributes': '*.ts -diff\n*.txt diff=none\n',
      'src/one.ts': 'other\n',
    });
    const [, change] = await reader.changes(base, tip);
    assert.deepEqual(change?.lines, [{ start: 1, end: 1 }]);
    fixture.git(['reset', '--quiet', '--hard', base]);
  });

  it('fails for a commit that is not there, and answers the next question', async () => {
    const absent = 'f'.repeat(40);
    await assert.rejects(reader.list(absent), GitFailure);
    await assert.rejects(reader.changes(base, absent), GitFailure);
    await assert.rejects(reader.read('HEAD', 'a.txt'), /not a commit/);
    assert.equal(await reader.read(base, 'src/one.ts'), 'one\n');
  });

  it('goes on after more commits than it keeps listings of', async () => {
    const commits = Array.from({ length: 10 }, (_, index) => fixture.commit({ 'n.txt': String(index) }));
    const read = async (): Promise<unknown> =>
      Promise.all(commits.map((commit) => reader.read(commit, 'n.txt')));
    assert.deepEqual(
      await read(),
      Array.from({ length: 10 }, (_, index) => String(index)),
    );
    assert.deepEqual(
      await read(),
      Array.from({ length: 10 }, (_, index) => String(index)),
    );
    fixture.git(['reset', '--quiet', '--hard', base]);
  });
});

describe('patches and listings', () => {
  it('are read from any bytes without a failure', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        parseTree(Buffer.from(bytes));
        parseChangedLines(Buffer.from(bytes));
      }),
    );
  });

  it('give ranges with an end that is not before the start', () => {
    const piece = fc.constantFrom('diff --git ', '@@ -', '1', ',0', ',3', ' +', ' @@', '\n', 'Binary files ');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        for (const { lines } of parseChangedLines(Buffer.from(pieces.join(''))))
          for (const { start, end } of lines ?? []) assert.ok(end >= start);
      }),
    );
  });
});
