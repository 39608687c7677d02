import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { largePath, makeLargeRepository } from '../src/testing/git-fixture.ts';
import { openPool } from '../src/testing/slot-pools.ts';

test('slots of a repository of 50,000 files', { timeout: 600_000 }, async () => {
  const fixture = makeLargeRepository(50_000);
  const { bench, close } = await openPool(fixture);
  try {
    const slot = await bench.prepare('one');
    const [changed, removed, untouched] = [largePath(0), largePath(25_000), largePath(49_999)];
    bench.write(slot, { [changed]: 'changed\n', [removed]: null, 'new/file.txt': 'new\n' });
    const work = await bench.harvest(slot, 'one');
    assert.deepEqual([...work.files].sort(), ['new/file.txt', changed, removed].sort());
    await bench.worktrees.release(slot, bench.holder('one'), 'reuse');
    const next = await bench.prepare('two');
    assert.equal(next.name, slot.name);
    assert.equal(bench.git(next, 'status', '--porcelain'), '');
    assert.match(bench.read(next, untouched) ?? '', /^file 49999\n/);
    assert.equal(bench.fixture.git(['ls-files'], { cwd: join(next.path) }).split('\n').length, 50_000);
  } finally {
    await close();
  }
});
