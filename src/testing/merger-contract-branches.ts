/** What a merger makes of branches. */

import assert from 'node:assert/strict';
import { it } from 'node:test';

import type { OpenedMerger } from './merger-bench.ts';

export function branching(opened: () => OpenedMerger): void {
  const tipOf = (o: OpenedMerger, branch: string): string => o.git('rev-parse', `refs/heads/${branch}`);

  it('makes the branch once, again only at the same commit, and never over another', async () => {
    const o = opened();
    const branch = 'integration/made';
    await o.merger.prepareBranch(branch, o.base);
    await (await o.bench.merger()).prepareBranch(branch, o.base);
    assert.equal(tipOf(o, branch), o.base);
    await assert.rejects(o.merger.prepareBranch(branch, o.commitOn(o.base, { 'x.txt': 'x\n' })));
    assert.equal(tipOf(o, branch), o.base);
  });

  it('refuses names that git would take for something else', async () => {
    const o = opened();
    for (const branch of ['--force', 'a..b', 'x.lock', 'a b', '@{-1}', '']) {
      await assert.rejects(o.merger.prepareBranch(branch, o.base), JSON.stringify(branch));
      await assert.rejects(o.merger.advance({ branch, from: o.base, to: o.base }), JSON.stringify(branch));
    }
  });

  it('moves it from where it was expected; asked again, it says so again', async () => {
    const o = opened();
    const request = { branch: 'integration/moves', from: o.base, to: o.commitOn(o.base, { 'm.txt': 'm\n' }) };
    await o.merger.prepareBranch(request.branch, o.base);
    assert.deepEqual(await o.merger.advance(request), { is: 'advanced' });
    assert.deepEqual(await (await o.bench.merger()).advance(request), { is: 'advanced' });
    assert.equal(tipOf(o, request.branch), request.to);
  });

  it('makes one that is not there, once, and takes no name that somebody else has', async () => {
    const o = opened();
    const request = { branch: 'ends/made', from: null, to: o.base };
    assert.deepEqual(await o.merger.advance(request), { is: 'advanced' });
    assert.deepEqual(await (await o.bench.merger()).advance(request), { is: 'advanced' });
    const other = o.commitOn(o.base, { 'x.txt': 'x\n' });
    const moved = { is: 'moved', actual: o.base, ours: false };
    assert.deepEqual(await o.merger.advance({ ...request, to: other }), moved);
    assert.equal(tipOf(o, request.branch), o.base);
    for (const branch of ['ends', 'ends/made/below'])
      assert.deepEqual(await o.merger.advance({ ...request, branch }), { ...moved, actual: null });
    await assert.rejects(o.merger.advance({ ...request, branch: 'a..b' }));
  });

  it('does not move what somebody else moved, and says whether our work is still in it', async () => {
    const o = opened();
    const branch = 'integration/theirs';
    const ref = `refs/heads/${branch}`;
    await o.merger.prepareBranch(branch, o.base);
    const request = { branch, from: o.base, to: o.commitOn(o.base, { 'ours.txt': 'o\n' }) };
    const theirs = o.commitOn(o.base, { 'theirs.txt': 't\n' });
    o.git('update-ref', ref, theirs);
    assert.deepEqual(await o.merger.advance(request), { is: 'moved', actual: theirs, ours: true });
    const elsewhere = o.git('commit-tree', '-m', 'Root', `${o.base}^{tree}`);
    o.git('update-ref', ref, elsewhere);
    assert.deepEqual(await o.merger.advance(request), { is: 'moved', actual: elsewhere, ours: false });
    assert.equal(tipOf(o, branch), elsewhere);
    o.git('update-ref', '-d', ref);
    assert.deepEqual(await o.merger.advance(request), { is: 'moved', actual: null, ours: false });
  });
}

export function unpinning(opened: () => OpenedMerger): void {
  it('drops what is pinned for the merges of a run, of no other, and no tip of an attempt', async () => {
    const o = opened();
    const left = o.commitOn(o.base, { 'pin-l.txt': 'l\n' });
    const right = o.commitOn(o.base, { 'pin-r.txt': 'r\n' });
    const mine = await o.clean(left, right, { run: 'pins' });
    const others = await o.clean(right, left, { run: 'others' });
    o.git('update-ref', 'refs/cox/pins/attempts/task-001/1', left);
    await o.merger.unpin('pins');
    assert.equal(o.pins(mine), '');
    assert.notEqual(o.pins(others), '');
    assert.equal(o.pins(left), 'refs/cox/pins/attempts/task-001/1');
    await o.merger.unpin('pins');
    await o.merger.unpin('never-heard-of');
  });
}
