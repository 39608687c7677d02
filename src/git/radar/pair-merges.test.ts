import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';

import { makeRepository } from '../../testing/git-fixture.ts';
import { objectSiteOf } from '../../testing/object-sites.ts';
import type { Site } from '../base/clean-dir.ts';
import { mergePairs, parseMerges } from './pair-merges.ts';
import { RadarStore } from './radar-store.ts';

const TREE = 'a'.repeat(40);

describe('what git says of many merges', () => {
  it('is read pair by pair, and a last one that was cut off is left out', () => {
    const text = `1\0${TREE}\0\0${'0'}\0${TREE}\0b\na\0a\0\0` + `0\0${TREE}\0cut`;
    assert.deepEqual(parseMerges(Buffer.from(text)), [[], ['a', 'b\na']]);
  });

  it('is read whatever the bytes are', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => Array.isArray(parseMerges(Buffer.from(bytes)))));
  });
});

describe('merging pairs', () => {
  const fixture = makeRepository({ files: { 'a.txt': 'a\n' } });
  let site: Site;
  before(async () => {
    site = await objectSiteOf(fixture);
  });
  after(async () => {
    await site.git.rest();
    fixture.remove();
  });

  it('goes on behind a pair that git cannot merge', async () => {
    const base = fixture.git(['rev-parse', 'HEAD']);
    const one = fixture.commit({ 'a.txt': 'one\n' });
    fixture.git(['reset', '--quiet', '--hard', base]);
    const two = fixture.commit({ 'a.txt': 'two\n' });
    const strange = fixture.git(['commit-tree', `${two}^{tree}`, '-m', 'Without a parent']);
    const store = new RadarStore(join(fixture.root, 'radar'), join(fixture.path, '.git', 'objects'));
    const pairs = [
      [one, two],
      [one, strange],
      [base, two],
    ] as const;
    const merged = await mergePairs({ ...site, objects: store.objects }, store, { pairs, tip: base });
    assert.deepEqual(merged, { ok: true, value: [['a.txt'], null, []] });
  });
});
