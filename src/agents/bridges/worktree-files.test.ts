import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { StepFailure, WorktreeFiles } from './worktree-files.ts';

describe('files of a worktree', () => {
  let root = '';
  let outside = '';
  let files: WorktreeFiles;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cox-worktree-'));
    outside = join(root, 'outside');
    mkdirSync(join(root, 'worktree'));
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret'), 'secret');
    // Itself reached by a link, as a temporary folder is on some systems.
    symlinkSync(join(root, 'worktree'), join(root, 'way'));
    files = new WorktreeFiles(join(root, 'way'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const inside = (path: string): string => join(root, 'worktree', path);

  it('are written with their folders, read, changed and deleted', () => {
    files.write('a/b/c.txt', 'one');
    files.append('a/b/c.txt', ' two');
    files.edit('a/b/c.txt', 'two', '$& three');
    assert.equal(files.read('a/b/c.txt'), 'one $& three');
    files.delete('a');
    assert.equal(files.read('a/b/c.txt'), null);
  });

  it('are those that a link within it leads to', () => {
    files.write('real/file', 'one');
    symlinkSync('real', inside('other'));
    files.write('other/file', 'two');
    assert.equal(files.read('real/file'), 'two');
  });

  const ways: readonly (readonly [string, string, (path: string) => void])[] = [
    ['a path upwards', '../outside/secret', () => undefined],
    ['a path upwards from within', 'a/../../outside/secret', () => undefined],
    ['a link to a folder', 'way/secret', () => symlinkSync(outside, inside('way'))],
    ['a link to a file', 'way', () => symlinkSync(join(outside, 'secret'), inside('way'))],
    ['a new folder behind a link', 'way/new/secret', () => symlinkSync(outside, inside('way'))],
    ['a link to nowhere', 'way', () => symlinkSync(join(outside, 'new'), inside('way'))],
    [
      'a link to a link',
      'way/secret',
      () => {
        symlinkSync(outside, inside('first'));
        symlinkSync('first', inside('way'));
      },
    ],
  ];
  for (const [what, path, prepare] of ways)
    it(`are none that ${what} leads to`, () => {
      prepare(path);
      assert.throws(() => files.write(path, 'x'), StepFailure);
      assert.throws(() => files.append(path, 'x'), StepFailure);
      assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), 'secret');
      assert.ok(!existsSync(join(outside, 'new')));
    });

  it('are not read through a link, and nothing is deleted behind one', () => {
    symlinkSync(outside, inside('way'));
    assert.throws(() => files.read('way/secret'), StepFailure);
    assert.throws(() => files.delete('way/secret'), StepFailure);
    files.delete('way');
    assert.ok(existsSync(join(outside, 'secret')) && !existsSync(inside('way')));
  });
});
