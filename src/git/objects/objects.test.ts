import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { objectSiteOf } from '../../testing/object-sites.ts';
import { runOn, type Site } from '../base/clean-dir.ts';
import { signatureOf, writeCommit } from './commits.ts';
import { measure, readLineage } from './measure.ts';
import { changedPaths, countLine, diffCommits, readCommits, readObjects } from './objects.ts';
import { absentId, writeRefs } from './refs.ts';

function value<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

let fixture: GitFixture;
let site: Site;
let base = '';
before(async () => {
  fixture = makeRepository({ files: { 'a.txt': '1\n2\n', 'b.txt': 'b\n' } });
  site = await objectSiteOf(fixture);
  base = fixture.git(['rev-parse', 'HEAD']);
});
after(async () => {
  await site.git.rest();
  fixture.remove();
});

let made = 0;

/** A new commit on the parents, with an empty tree. */
function commitOn(...parents: readonly string[]): string {
  const tree = fixture.git(['mktree'], { input: '' });
  made += 1;
  return fixture.git([
    'commit-tree',
    tree,
    '-m',
    `Made ${made}`,
    ...parents.flatMap((parent) => ['-p', parent]),
  ]);
}

describe('objects', () => {
  it('are read by name, those that came later too, with null for what is not there', async () => {
    const before = value(await readObjects(site, [`${base}:a.txt`, `${base}:absent`]));
    assert.deepEqual(
      before.map((object) => object && [object.type, object.content.toString()]),
      [['blob', '1\n2\n'], null],
    );
    const later = commitOn(base);
    fixture.git(['update-ref', 'refs/heads/made', later]);
    assert.deepEqual(value(await readCommits(site, [later]))[0]?.parents, [base]);
    fixture.git(['gc', '--quiet', '--prune=now']);
    assert.deepEqual(value(await readCommits(site, [later]))[0]?.parents, [base]);
    assert.deepEqual(value(await readCommits(site, [`${base}^{tree}`, 'f'.repeat(40)])), [null, null]);
  });

  it('answer many at once, each with its own', async () => {
    const blobs = Array.from({ length: 20 }, (_, index) =>
      fixture.git(['hash-object', '-w', '--stdin'], { input: `content ${index} missing\n` }),
    );
    const read = await Promise.all(blobs.map((blob) => readObjects(site, [blob])));
    assert.deepEqual(
      read.map((each) => value(each)[0]?.content.toString()),
      blobs.map((_, index) => `content ${index} missing\n`),
    );
  });

  it('differ as git’s own comparison says', async () => {
    const tip = fixture.commit({ 'a.txt': '1\n3\n4\n', 'b.txt': null, 'odd\n"name': 'x\n', bin: 'a\0b' });
    const diff = value(await diffCommits(site, base, tip));
    assert.deepEqual(
      diff?.changes.map(({ path, oldMode, newMode }) => [path.toString(), oldMode, newMode]),
      [
        ['a.txt', '100644', '100644'],
        ['b.txt', '100644', '000000'],
        ['bin', '000000', '100644'],
        ['odd\n"name', '000000', '100644'],
      ],
    );
    assert.deepEqual([diff?.linesAdded, diff?.linesRemoved], [3, 2]);
    const paths = value(await changedPaths(site, base, tip));
    assert.deepEqual(paths?.map(String), ['a.txt', 'b.txt', 'bin', 'odd\n"name']);
    assert.deepEqual(value(await measure(site, base, tip)), diff);
    const same = commitOn(commitOn());
    assert.deepEqual(value(await diffCommits(site, same, commitOn())), {
      changes: [],
      linesAdded: 0,
      linesRemoved: 0,
    });
    assert.equal(value(await diffCommits(site, base, 'f'.repeat(40))), null);
    assert.equal((await measure(site, base, 'f'.repeat(40))).ok, false);
    fixture.git(['reset', '--quiet', '--hard', base]);
  });
});

describe('how two commits stand to each other', () => {
  const line = (tip: string, most = 10): Promise<number | null> =>
    countLine(site, { base, tip, most }).then(value);

  it('is walked on a short line, and counted otherwise', async () => {
    const one = commitOn(base);
    const two = commitOn(one);
    const merge = commitOn(two, commitOn(base));
    assert.deepEqual([await line(base), await line(one), await line(two)], [0, 1, 2]);
    assert.equal(await line(two, 1), null);
    assert.equal(await line(merge), null);
    assert.equal(await line(commitOn()), null);
    assert.equal(await line('f'.repeat(40)), null);
    for (const [tip, behind, ahead] of [
      [two, 0, 2],
      [merge, 0, 4],
      [commitOn(), 1, 1],
    ] as const)
      assert.deepEqual(value(await readLineage(site, base, tip)), { behind, ahead });
    assert.deepEqual(value(await readLineage(site, two, one)), { behind: 1, ahead: 0 });
  });
});

describe('a commit of a known date', () => {
  it('is what git makes of the same, whatever names and words are in it', async () => {
    for (const [name, email] of [
      ['Ada Tester', 'ada@example.org'],
      [' .Æ <b>\n"c"', '<x y>\n@z.'],
    ] as const) {
      const { git, repository } = site;
      const identity = { name, email };
      const settings = { ...repository.settings, identity };
      const place = { git, repository: { ...repository, settings } };
      const signature = value(await signatureOf(place));
      for (const message of ['Merge task-001: Ünï\n', '', 'no line feed', '# not a comment\n\n\nbody \n']) {
        const tree = fixture.git(['rev-parse', `${base}^{tree}`]);
        const date = '1700000000 -0730';
        const parents = [base, commitOn()];
        const wanted = await runOn(site, {
          args: ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])],
          input: message,
          identity: { ...identity, date: `@${date}` },
        });
        assert.equal(
          value(await writeCommit(place, { tree, parents, signature, date, message })),
          value(wanted).stdout.toString().trim(),
        );
      }
    }
  });

  it('that git would not take is a problem in its words', async () => {
    const broken = { tree: 'none', parents: [], signature: 'x <y>', date: '1 +0000', message: '' };
    const refused = await writeCommit(site, broken);
    assert.ok(!refused.ok);
    assert.match(refused.error.stderr, /corrupt commit/);
  });
});

describe('refs', () => {
  it('are written all or none, and again after a refusal', async () => {
    const next = commitOn(base);
    const from = absentId(site.repository);
    const at = (ref: string): string => fixture.git(['for-each-ref', '--format=%(objectname)', ref]);
    const [one, two] = ['refs/heads/set/one', 'refs/heads/set/two'];
    value(await writeRefs(site, [{ ref: one, to: base, from }]));
    const refused = await writeRefs(site, [
      { ref: two, to: base },
      { ref: one, to: next, from: next },
    ]);
    assert.ok(!refused.ok);
    assert.match(refused.error.stderr, /refs\/heads\/set\/one/);
    assert.deepEqual([at(one), at(two)], [base, '']);
    const both = await Promise.all([
      writeRefs(site, [{ ref: one, to: next, from: base }]),
      writeRefs(site, [{ ref: two, to: base, from }]),
    ]);
    for (const each of both) value(each);
    assert.deepEqual([at(one), at(two)], [next, base]);
    assert.ok(!(await writeRefs(site, [{ ref: 'refs/heads/set', to: base }])).ok);
  });

  it('that others have packed or moved meanwhile are seen as they are', async () => {
    const ref = 'refs/heads/moved';
    value(await writeRefs(site, [{ ref, to: base }]));
    fixture.git(['pack-refs', '--all', '--prune']);
    const next = commitOn(base);
    value(await writeRefs(site, [{ ref, to: next, from: base }]));
    fixture.git(['update-ref', ref, base]);
    assert.ok(!(await writeRefs(site, [{ ref, to: next, from: next }])).ok);
  });
});
