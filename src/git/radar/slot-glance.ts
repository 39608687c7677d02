/**
 * What an agent has done so far, while it is at work. Only files of the worktree are read: of its git directory no
 * more than where a slot that is not confined stands. What is made of them goes to a store that is thrown away.
 */

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { ok, type Result } from '../../core/result.ts';
import { runOn, type Site } from '../base/clean-dir.ts';
import { readHeadCommit } from '../base/heads.ts';
import type { RawPath } from '../base/output.ts';
import type { GitProblem } from '../base/runner.ts';
import { type Harvest, isExcludedFrom } from '../harvest/commit-files.ts';
import { addFiles, listChanged } from '../harvest/staging.ts';
import { readLineage } from '../objects/measure.ts';
import { shownAdmin } from '../slots/private-git.ts';
import { copyIndex } from '../slots/slot-reset.ts';
import { sightOf } from '../slots/special-files.ts';
import type { RadarStore } from './radar-store.ts';

export interface Glance {
  /** The commit that the files are compared with. */
  readonly prepared: Commit;
  /** What the work stands on, with all its history in the repository. */
  readonly parent: Commit;
  /** Files that are not as in `prepared`. */
  readonly changed: readonly RawPath[];
  readonly bytes: number;
  /** Equal when, in all likelihood, nothing has changed. */
  readonly fingerprint: string;
}

/** A slot where more was changed is not looked at: reading it again and again would cost more than it tells. */
const MOST_PATHS = 20_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** For work that nobody has signed yet. Fixed, so that the same files give the same commit. */
const NOBODY = { name: 'Coxswain', email: 'coxswain', date: '1700000000 +0000' };

/** Changes with each commit, at least: cheap to ask, and wrong only in that it may change without reason. */
export function stampOf({ place, admin }: Pick<Harvest, 'place' | 'admin'>): string {
  const folder = shownAdmin(place, admin) ?? admin;
  return [join(folder, 'logs', 'HEAD'), join(folder, 'index')]
    .map((file) => {
      const stat = sightOf(file);
      return `${stat?.mtimeMs}/${stat?.size}`;
    })
    .join(' ');
}

/** Null for what cannot be looked at. `site` is the slot's, see `Site.objects` and `Site.patienceMs`. */
export async function glanceAt(site: Site, harvest: Harvest): Promise<Glance | null> {
  const { place, prepared } = harvest;
  if (prepared === null || !existsSync(place.index)) return null;
  const isExcluded = isExcludedFrom(harvest);
  const listed = await listChanged(site, place.index, { isExcluded, agentIndex: null, unlinked: [] });
  if (!listed.ok || listed.value.paths.length > MOST_PATHS) return null;
  const changed = listed.value.paths;
  let bytes = 0;
  const facts = changed.map((path) => {
    const file = Buffer.concat([Buffer.from(`${place.path}/`), path]);
    const stat = sightOf(file);
    bytes += Number(stat?.size ?? 0);
    return `${path.toString('latin1')}\0${stat?.mode}/${stat?.size}/${stat?.ino}/${stat?.mtimeNs}/${stat?.ctimeNs}`;
  });
  if (bytes > MOST_BYTES) return null;
  const parent = await standsOn(harvest, prepared);
  return { prepared, parent, changed, bytes, fingerprint: facts.join('\n') };
}

/** Where HEAD stands, if it descends from what the slot was prepared at. A confined slot's own git is not asked. */
async function standsOn({ site, place, admin }: Harvest, prepared: Commit): Promise<Commit> {
  const head = shownAdmin(place, admin) === null ? readHeadCommit(site.repository, admin) : null;
  if (head === null || head === prepared) return prepared;
  const lineage = await readLineage(site, prepared, head);
  return lineage.ok && lineage.value.behind === 0 ? head : prepared;
}

/** A commit of all that lies in the worktree, in the store. */
export async function commitGlance(
  site: Site,
  store: RadarStore,
  { place, glance }: Pick<Harvest, 'place'> & { readonly glance: Glance },
): Promise<Result<Commit, GitProblem>> {
  const { changed, bytes, parent, prepared } = glance;
  if (changed.length === 0 && parent === prepared) return ok(prepared);
  const index = store.file(`index-${randomUUID()}`);
  store.wrote(changed.length, bytes);
  try {
    copyIndex(place.index, index);
    const added = await addFiles(site, index, { paths: changed, searchPath: null });
    if (!added.ok) return added;
    const tree = await runOn(site, { args: ['write-tree'], indexFile: index });
    if (!tree.ok) return tree;
    const args = ['commit-tree', tree.value.stdout.toString('latin1').trim(), '-p', parent];
    const commit = await runOn(site, { args, input: '', identity: NOBODY });
    return commit.ok ? ok(commit.value.stdout.toString('latin1').trim()) : commit;
  } finally {
    await Promise.all([rm(index, { force: true }), rm(`${index}.lock`, { force: true })]);
  }
}
