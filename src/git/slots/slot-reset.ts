/** Makes a worktree hold exactly one commit again, whatever was done to it. */

import { copyFileSync, lstatSync, mkdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ok, type Result } from '../../core/result.ts';
import { isOpen } from '../../process/open-file.ts';
import { runOn, type Site } from '../base/clean-dir.ts';
import { type RawPath, splitNul } from '../base/output.ts';
import type { GitProblem } from '../base/runner.ts';
import { isTrue } from '../base/settings.ts';
import { writeWhole } from '../base/small-files.ts';
import { makeTreeWritable, makeWritable, type Removal } from './removal.ts';
import type { SlotPlace } from './slot-place.ts';

/** Longer than a git of a process that was killed works on, but for the largest trees and on the slowest machines. */
const ORPHAN_MS = 5_000;
/** As long as a git may take. */
const LONGEST_ORPHAN_MS = 10 * 60_000;
const LOOK_EVERY_MS = 20;
/** At all files that processes have open. */
const LOOK_AT_FILES_EVERY_MS = 500;
/** Nobody waits for it, but at the end of a run. */
const REFRESH_MS = 20_000;

export interface Reset {
  readonly site: Site;
  readonly place: SlotPlace;
  readonly removal: Removal;
  readonly searchPath: string;
}

/** Writes the commit's files over whatever is there. Files of no commit are left: see `clearAway`. */
export async function resetTo(reset: Reset, commit: string): Promise<Result<void, GitProblem>> {
  const { site, place, searchPath } = reset;
  const write = (): ReturnType<typeof runOn> =>
    runOn(site, {
      args: ['read-tree', '--reset', '-u', commit],
      indexFile: place.index,
      // Its threads only help when there is much to write.
      config: [['checkout.workers', '0']],
    });
  await untilUnlocked(`${place.index}.lock`);
  makeWritable(place.path);
  const first = await write();
  if (first.ok) return ok(undefined);
  // Folders that may not be written to, or an index that was cut off by a full disk.
  await makeTreeWritable(place.path, searchPath);
  rmSync(place.index, { force: true });
  rmSync(`${place.index}.lock`, { force: true });
  const second = await write();
  return second.ok ? ok(undefined) : second;
}

/**
 * A git of ours holds the lock to its end. After a crash it may still be at work, for a moment, and write files of
 * another commit; one that is gone with the machine has left the lock for good.
 */
async function untilUnlocked(lock: string): Promise<void> {
  const begun = performance.now();
  for (;;) {
    const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
    if (made === undefined) return;
    const age = Date.now() - made;
    const isYoung = age >= 0 && age < ORPHAN_MS;
    if (!isYoung && (performance.now() - begun > LONGEST_ORPHAN_MS || !isOpen(lock))) break;
    await sleep(isYoung ? LOOK_EVERY_MS : LOOK_AT_FILES_EVERY_MS);
  }
  rmSync(lock, { force: true });
}

/** What lies in the worktree and is not the commit's; a path with a slash at its end is a folder. */
export async function listOthers(
  reset: Reset,
  ...more: readonly string[]
): Promise<Result<RawPath[], GitProblem>> {
  const { site, place } = reset;
  const args = ['ls-files', '-z', '--others', '--directory', ...more];
  const listed = await runOn(site, { args, indexFile: place.index });
  return listed.ok ? ok(splitNul(listed.value.stdout)) : listed;
}

export interface Clearing {
  /** From `listOthers`. */
  readonly others: readonly RawPath[];
  /** Ignored folders that may stay, by path without the last slash; `null` keeps none. */
  readonly keeps: ((path: string) => boolean) | null;
}

/** Takes everything away that is not the commit's, but for the ignored folders that may stay: gives those. */
export async function clearAway(
  reset: Reset,
  { others, keeps }: Clearing,
): Promise<Result<RawPath[], GitProblem>> {
  const { place, removal } = reset;
  // Most slots have no folder to be kept, and need not ask.
  const asks = keeps !== null && others.some((path) => path.at(-1) === 0x2f);
  const ignored = asks ? await listOthers(reset, '--ignored', '--exclude-standard') : ok([]);
  if (!ignored.ok) return ignored;
  const stays = new Set(
    ignored.value
      .map((path) => path.toString('latin1'))
      .filter((path) => path.endsWith('/') && keeps?.(utf8(path.slice(0, -1))) === true),
  );
  const top = Buffer.from(`${place.path}/`);
  const doesStay = (path: RawPath): boolean => stays.has(path.toString('latin1'));
  const away = others.filter((path) => !doesStay(path));
  removal.take(away.map((path) => Buffer.concat([top, withoutSlash(path)])));
  return ok(others.filter(doesStay));
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

function withoutSlash(path: RawPath): Buffer {
  return path.at(-1) === 0x2f ? path.subarray(0, -1) : path;
}

/** Copies an index with its time, by which git knows which of its entries it may not trust. */
export function copyIndex(from: string, to: string): void {
  // Never later than the original's, or an entry would be trusted that must not be.
  const seconds = Math.floor(statSync(from).mtimeMs) / 1000;
  copyFileSync(from, to);
  utimesSync(to, seconds, seconds);
}

/**
 * Gives the agent's git an index of its own, unless it has the one that `known` tells of. Not in one step: nobody works
 * in the slot, and replacing a file would have all of it written to the disk. Gives what tells of the index.
 */
export function handOverIndex(place: SlotPlace, admin: string, known: string | null = null): string | null {
  const theirs = join(admin, 'index');
  if (known !== null && identityOf(theirs) === known) return known;
  rmSync(theirs, { recursive: true, force: true });
  copyIndex(place.index, theirs);
  return identityOf(theirs);
}

/**
 * Entries of an index that was written in the same second as their files are not trusted, and each later use
 * hashes those files again. A second after a slot was made the index is refreshed once, in a copy that takes the
 * original's place unless the slot was prepared again meanwhile. Under the slot's lock: an index of another commit would
 * make the files of this one foreign to it, and they would be taken away.
 */
export async function refreshIndex({ site, place }: Reset): Promise<void> {
  const before = identityOf(place.index);
  if (before === null) return;
  const fresh = `${place.index}.refreshed`;
  try {
    copyIndex(place.index, fresh);
    const done = await runOn(
      { ...site, patienceMs: REFRESH_MS },
      { args: ['update-index', '-q', '--refresh'], indexFile: fresh, codes: [0, 1] },
    );
    if (done.ok && identityOf(place.index) === before) await rename(fresh, place.index);
  } catch {
    // Only speed is lost; the slot may be gone by now.
  } finally {
    await Promise.all([rm(fresh, { force: true }), rm(`${fresh}.lock`, { force: true })]);
  }
}

function identityOf(file: string): string | null {
  const stat = lstatSync(file, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? null : `${stat.ino}/${stat.mtimeNs}/${stat.ctimeNs}/${stat.size}`;
}

/** Tells the agent's git which part of the tree is wanted, as the user's checkout has it. */
export function writeSparse({ repository }: Site, admin: string): void {
  const { gitDir, sparse, settings } = repository;
  if (!sparse) return;
  mkdirSync(join(admin, 'info'), { recursive: true });
  copyFileSync(join(gitDir, 'info', 'sparse-checkout'), join(admin, 'info', 'sparse-checkout'));
  if (!isTrue(settings.lines, 'extensions.worktreeconfig')) return;
  const cone = isTrue(settings.lines, 'core.sparsecheckoutcone');
  writeWhole(
    join(admin, 'config.worktree'),
    `[core]\n\tsparseCheckout = true\n\tsparseCheckoutCone = ${cone}\n`,
  );
}
