import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { folderWithin, makeNewFolder, replaceFolder } from './new-folder.ts';

const FILES = new Map([
  ['manifest.json', '{}'],
  ['tasks/a.md', 'a'],
  ['tasks/b.md', 'b'],
]);

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cox-folder-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function namesIn(path: string): readonly string[] {
  return readdirSync(join(root, path)).sort();
}

describe('a folder that is made', () => {
  it('is whole, with those on the way to it', async () => {
    assert.ok((await makeNewFolder(join(root, 'new/plan'), FILES, root)).ok);
    assert.deepEqual(namesIn('new'), ['plan']);
    assert.deepEqual(namesIn('new/plan/tasks'), ['a.md', 'b.md']);
  });

  it('that was there, and empty, is the same one', async () => {
    mkdirSync(join(root, 'empty'));
    symlinkSync('empty', join(root, 'link'));
    const before = statSync(join(root, 'empty')).ino;
    assert.ok((await makeNewFolder(join(root, 'link'), FILES, root)).ok);
    assert.deepEqual(namesIn('empty'), ['manifest.json', 'tasks']);
    assert.equal(statSync(join(root, 'empty')).ino, before);
    assert.deepEqual(namesIn('.'), ['empty', 'link']);
  });

  it('is not made over another, nor in the place of a file, and leaves nothing behind', async () => {
    mkdirSync(join(root, 'full'));
    writeFileSync(join(root, 'full', 'mine'), 'mine');
    writeFileSync(join(root, 'file'), 'mine');
    for (const [path, reason, words] of [
      ['full', 'exists', /is there already, and not empty$/],
      ['file', 'io', /cannot be written: a part of its path is a file, and no folder$/],
      ['file/within', 'io', /cannot be written: a part of its path is a file, and no folder$/],
    ] as const) {
      const made = await makeNewFolder(join(root, path), FILES, root);
      assert.ok(!made.ok && made.error.reason === reason, path);
      assert.match(made.error.message, words);
    }
    assert.deepEqual(namesIn('.'), ['file', 'full']);
    assert.deepEqual(namesIn('full'), ['mine']);
  });

  it('leaves nothing behind when a part of it cannot be made', async () => {
    mkdirSync(join(root, 'empty'));
    const impossible = new Map([...FILES, ['manifest.json/x', '']]);
    for (const path of ['empty', 'new'])
      assert.ok(!(await makeNewFolder(join(root, path), impossible, root)).ok);
    assert.deepEqual(namesIn('.'), ['empty']);
    assert.deepEqual(namesIn('empty'), []);
  });
});

describe('a folder that is replaced', () => {
  it('is there under its other name', async () => {
    mkdirSync(join(root, 'prompts'));
    writeFileSync(join(root, 'prompts', 'old'), 'old');
    const done = await replaceFolder(join(root, 'prompts'), {
      backup: join(root, 'before'),
      files: FILES,
    });
    assert.ok(done.ok && done.value === join(root, 'before'));
    assert.deepEqual(namesIn('before'), ['old']);
    assert.deepEqual(namesIn('prompts'), ['manifest.json', 'tasks']);
  });

  it('stays when it cannot be moved away', async () => {
    mkdirSync(join(root, 'prompts'));
    writeFileSync(join(root, 'prompts', 'old'), 'old');
    writeFileSync(join(root, 'before'), 'a file');
    assert.ok(
      !(
        await replaceFolder(join(root, 'prompts'), {
          backup: join(root, 'before'),
          files: FILES,
        })
      ).ok,
    );
    assert.deepEqual(namesIn('.'), ['before', 'prompts']);
    assert.deepEqual(namesIn('prompts'), ['old']);
  });
});

describe('a folder within another', () => {
  it('is made with those on the way to it, once', async () => {
    for (const _ of [1, 2]) {
      const made = await folderWithin(root, 'a/b');
      assert.ok(made.ok && made.value === join(root, 'a', 'b'));
    }
    assert.deepEqual(namesIn('a'), ['b']);
  });

  it('is none that a link leads out to, and no file', async () => {
    const outside = mkdtempSync(join(realpathSync(tmpdir()), 'cox-outside-'));
    try {
      symlinkSync(outside, join(root, 'a'));
      const made = await folderWithin(root, 'a/b');
      assert.ok(!made.ok && made.error.reason === 'outside');
      assert.deepEqual(readdirSync(outside), []);
      writeFileSync(join(root, 'file'), 'mine');
      assert.partialDeepStrictEqual(await folderWithin(root, 'file'), {
        ok: false,
        error: { reason: 'exists' },
      });
      assert.equal(readFileSync(join(root, 'file'), 'utf8'), 'mine');
    } finally {
      rmSync(outside, { recursive: true });
    }
  });
});
