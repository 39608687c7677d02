/** Slot pools for tests. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inspectRepository } from '../git/base/repository.ts';
import { createGit, type Git } from '../git/base/runner.ts';
import { ObjectReader } from '../git/objects/commit-reader.ts';
import { type SlotPlace, slotPlace } from '../git/slots/slot-place.ts';
import { SlotPool } from '../git/slots/slot-pool.ts';
import type { SlotPoolOptions } from '../git/slots/slot-pool-options.ts';
import type { CommitReader } from '../ports/commit-reader.ts';
import type { GitFixture } from './git-fixture.ts';
import { until } from './jobs.ts';
import { NOT_CONFINED } from './plans.ts';
import { bubblewrapFor } from './sandboxes.ts';
import { WorktreeBench } from './worktree-bench.ts';

export interface OpenedPool {
  readonly bench: WorktreeBench;
  readonly pool: SlotPool;
  readonly git: Git;
  readonly reader: CommitReader;
  /** Waits for the pool's work in the background, and removes everything. */
  readonly close: () => Promise<void>;
}

/** A pool beside the fixture's checkout. */
export async function openPool(
  fixture: GitFixture,
  { confined = false, ...options }: Partial<SlotPoolOptions> & { readonly confined?: boolean } = {},
): Promise<OpenedPool> {
  const git = createGit({ host: fixture.env });
  const repository = await inspectRepository(git, fixture.path);
  if (!repository.ok) throw new Error(repository.error.detail);
  const pool = new SlotPool({
    git,
    repository: repository.value,
    poolFolder: join(fixture.root, 'pool'),
    host: fixture.env,
    archiveFolder: (run) => join(fixture.root, 'runs', run),
    ...(confined ? { sandbox: bubblewrapFor(fixture.env) } : {}),
    ...options,
  });
  const close = async (): Promise<void> => {
    await pool.close();
    fixture.remove();
  };
  return {
    bench: confined
      ? new WorktreeBench(fixture, pool, { ...NOT_CONFINED, sandbox: 'required' })
      : new WorktreeBench(fixture, pool),
    pool,
    git,
    reader: new ObjectReader({ git, repository: repository.value }),
    close,
  };
}

/** Until the pool's first slot, which nobody has, was cleaned. */
export async function atRest({ fixture }: WorktreeBench): Promise<SlotPlace> {
  const place = slotPlace(join(fixture.root, 'pool'), 1);
  if (!(await until(() => existsSync(place.restFile)))) throw new Error(`${place.name} has not come to rest`);
  return place;
}
