import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { GitFailure } from '../base/failure.ts';
import { inspectRepository } from '../base/repository.ts';
import { createGit } from '../base/runner.ts';
import { ObjectVariants } from './commit-variants.ts';

describe('a variant of a commit', () => {
  let fixture: GitFixture;
  let variants: ObjectVariants;
  let rest: () => Promise<void>;
  let base = '';
  before(async () => {
    fixture = makeRepository({ files: { 'a.txt': 'a\n', 'dir/b.txt': 'b\n', 'c.txt': 'c\n' } });
    base = fixture.git(['rev-parse', 'HEAD']);
    const git = createGit({ host: fixture.env });
    rest = () => git.rest();
    const repository = await inspectRepository(git, fixture.path);
    assert.ok(repository.ok);
    variants = new ObjectVariants({ git, repository: repository.value });
  });
  after(async () => {
    await rest();
    fixture.remove();
  });

  it('has other files, and all else as it was; checkout, index and refs stay', async () => {
    const refs = fixture.git(['for-each-ref']);
    const files = new Map([
      ['a.txt', 'other\n'],
      ['new/odd "name\n.txt', 'new\n'],
      ['c.txt', null],
      ['absent', null],
    ]);
    const made = await variants.withFiles(base, files);
    assert.equal(fixture.git(['show', `${made}:a.txt`]), 'other');
    assert.equal(
      fixture.git(['ls-tree', '-r', '--name-only', '-z', made]),
      'a.txt\0dir/b.txt\0new/odd "name\n.txt\0',
    );
    assert.equal(fixture.git(['rev-parse', `${made}^`]), base);
    assert.equal(fixture.git(['status', '--porcelain']), '');
    assert.equal(fixture.git(['for-each-ref']), refs);
    assert.equal(await variants.withFiles(base, files), made);
    const left = readdirSync(join(fixture.path, '.git', 'coxswain', 'git'));
    assert.deepEqual(
      left.filter((name) => name.startsWith('index')),
      [],
    );
  });

  it('takes the place of a folder, and cannot leave the tree', async () => {
    const made = await variants.withFiles(
      base,
      new Map([
        ['dir/b.txt', null],
        ['dir', 'file\n'],
      ]),
    );
    assert.equal(fixture.git(['show', `${made}:dir`]), 'file');
    for (const path of ['../x', '.git/config', '/x']) {
      const same = await variants.withFiles(base, new Map([[path, 'x']]));
      assert.equal(fixture.git(['diff', '--name-only', base, same]), '', path);
    }
    await assert.rejects(variants.withFiles('f'.repeat(40), new Map()), GitFailure);
  });
});
