import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, it } from 'node:test';

import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { objectSiteOf } from '../../testing/object-sites.ts';
import type { Site } from '../base/clean-dir.ts';
import { type Dependencies, dependencyReader } from './lockfiles.ts';

let fixture: GitFixture;
let site: Site;
before(async () => {
  fixture = makeRepository({ files: { 'a.txt': '1\n', 'package-lock.json': '{}', '.env': 'X=1\n' } });
  site = await objectSiteOf(fixture);
});
after(async () => {
  await site.git.rest();
  fixture.remove();
});

/** By the checkout's own index, which holds the last commit. */
async function read(
  reader: ReturnType<typeof dependencyReader>,
  paths: readonly string[],
): Promise<Dependencies> {
  const commit = fixture.git(['rev-parse', 'HEAD']);
  const result = await reader(site, { index: join(fixture.path, '.git', 'index'), commit, paths });
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

it('what a commit depends on is the same whether it was read anew or by what is different from the last', async () => {
  const reader = dependencyReader();
  const steps: readonly (readonly [files: Record<string, string | null>, changes: boolean])[] = [
    [{ 'a.txt': '2\n' }, false],
    [{ 'package-lock.json': '{"a": 1}' }, true],
    [{ 'deep/er/requirements-dev.txt': 'x' }, true],
    [{ 'deep/er/requirements-dev.txt.bak': 'x', 'xpackage-lock.json': '' }, false],
    [{ 'deep/er/requirements-dev.txt': null }, true],
    [{ '.env': null }, true],
    [{ '.env.local': 'Y=1\n' }, true],
  ];
  const paths = ['.env', '.env.local'];
  let last = await read(reader, paths);
  assert.deepEqual(last.lockfilePaths, ['package-lock.json']);
  assert.deepEqual([...last.tracked], ['.env']);
  for (const [files, changes] of steps) {
    fixture.commit(files);
    const now = await read(reader, paths);
    assert.deepEqual(now, await read(dependencyReader(), paths), JSON.stringify(files));
    assert.equal(now === last, !changes, JSON.stringify(files));
    last = now;
  }
  // With other paths it is another question.
  assert.deepEqual([...(await read(reader, [])).tracked], []);
});
