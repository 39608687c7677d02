/** Slots that are kept for a look, and what becomes of their uncommitted work when there are too many of them. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { ok, type Result } from '../../core/result.ts';
import type { GitProblem } from '../base/runner.ts';
import { commitFiles, type Harvest } from '../harvest/commit-files.ts';
import { readPatch } from '../objects/measure.ts';
import { isBeingRemoved, listOwned, type OwnedSlot, writeOwner } from './slot-owner.ts';

/**
 * Takes the oldest of the kept slots beyond that many, and those that somebody has taken so and died with. One caller at
 * a time, with nobody claiming slots.
 */
export function takeTooMany(poolFolder: string, most: number): OwnedSlot[] {
  const owned = listOwned(poolFolder).filter(({ owner }) => !isBeingRemoved(owner));
  const kept = owned
    .filter(({ owner }) => owner.state === 'kept')
    .sort((left, right) => left.owner.since - right.owner.since);
  const taken = kept.slice(0, Math.max(0, kept.length - most));
  for (const { place, owner } of taken) writeOwner(place, { ...owner, state: 'leaving' });
  return [...owned.filter(({ owner }) => owner.state === 'leaving'), ...taken];
}

interface Left {
  readonly head: Commit;
  /** A commit on top of HEAD with all that lies in the worktree; null when nothing is left uncommitted. */
  readonly left: Commit | null;
}

/** What a slot holds now. No ref and no index is touched; the commit is unpinned, for git keeps new objects for weeks. */
async function readLeft(harvest: Harvest, message: string): Promise<Result<Left, GitProblem>> {
  const { site, admin } = harvest;
  const answer = await site.git.run({
    args: ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'],
    cwd: admin,
    gitDir: admin,
  });
  if (!answer.ok) return answer;
  const head = answer.value.stdout.toString('latin1').trim();
  const left = await commitFiles(harvest, { from: head, message });
  return left.ok ? ok({ head, left: left.value.commit }) : left;
}

/** Writes what was never committed to a patch file, if there is anything. False when that cannot be done. */
export async function archiveSlot(
  harvest: Harvest | null,
  { file, message }: { readonly file: string; readonly message: string },
): Promise<boolean> {
  if (harvest === null) return true;
  const seen = await readLeft(harvest, message);
  if (!seen.ok) return false;
  const { head, left } = seen.value;
  if (left === null) return true;
  const patch = await readPatch(harvest.site, head, left);
  if (!patch.ok) return false;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, patch.value);
  return true;
}
