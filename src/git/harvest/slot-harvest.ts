/** What is known of a slot that somebody works in, for whoever takes work out of it or looks at it. */

import type { Work } from '../../core/attempt.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { HarvestRequest, Slot, WorktreeProblem } from '../../ports/worktree.ts';
import type { Site } from '../base/clean-dir.ts';
import { describeGitProblem } from '../base/runner.ts';
import { holdSameFiles } from '../objects/measure.ts';
import { readCopies } from '../slots/slot-copies.ts';
import { readRegistration } from '../slots/slot-making.ts';
import { placeOf, type SlotPlace } from '../slots/slot-place.ts';
import { readPrepared } from '../slots/slot-prepared.ts';
import type { Harvest } from './commit-files.ts';

export interface Pool extends Pick<Site, 'git' | 'repository'> {
  /** Absolute, without links. */
  readonly folder: string;
}

export function siteOf({ git, repository }: Pick<Pool, 'git' | 'repository'>, place: SlotPlace): Site {
  return { git, repository, cleanDir: place.cleanDir, workTree: place.path };
}

/** Null for what is no slot of the pool, or was not made yet. */
export function harvestOf(pool: Pool, slot: Pick<Slot, 'name'>, searchPath: string | null): Harvest | null {
  const place = placeOf(pool.folder, slot);
  const registration = place === null ? null : readRegistration(place);
  if (place === null || registration === null) return null;
  return {
    site: siteOf(pool, place),
    place,
    admin: registration.admin,
    prepared: readPrepared(place)?.commit ?? null,
    copied: new Set(readCopies(place.copiesFile).map(({ path }) => path)),
    searchPath,
  };
}

/** Says whether an attempt that went on from earlier work has changed it. */
export async function compared(
  { site }: Harvest,
  { base, startFrom }: HarvestRequest,
  work: Work,
): Promise<Result<Work, WorktreeProblem>> {
  if (startFrom === base) return ok(work);
  const same = await holdSameFiles(site, startFrom, work.tip);
  if (!same.ok) return err({ reason: 'git', detail: describeGitProblem(same.error) });
  return ok(same.value ? { ...work, unchanged: true } : work);
}
