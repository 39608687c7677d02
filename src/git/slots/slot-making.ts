/** Registers worktrees with git, and puts right what an agent, a crash or the user did to a registration. */

import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

import { err, ok, type Result } from '../../core/result.ts';
import { withLock } from '../../process/lock.ts';
import type { Repository } from '../base/repository.ts';
import { describeGitProblem, type Git } from '../base/runner.ts';
import { isRecord, keepWhole, readJson, readText, writeWhole } from '../base/small-files.ts';
import type { Removal } from './removal.ts';
import type { SlotPlace } from './slot-place.ts';

/** How git knows a worktree: its folder under `worktrees/` of the repository, and the files that tie the two. */
export interface Registration {
  /** Absolute path of that folder. */
  readonly admin: string;
  /** Text of the worktree's `.git` file. */
  readonly gitFile: string;
  /** Text of `gitdir` in the folder. */
  readonly backLink: string;
  /** Text of `commondir` in the folder. */
  readonly commonLink: string;
}

export interface Making {
  readonly git: Git;
  readonly repository: Repository;
  readonly removal: Removal;
}

/** Under this lock, and only under it, git's administrative worktree commands run in a repository. */
export function worktreeLock({ commonDir }: Pick<Repository, 'commonDir'>): string {
  return join(commonDir, 'coxswain', 'worktrees.lock');
}

export function readRegistration(place: SlotPlace): Registration | null {
  return readJson(place.recordFile, (value) => {
    if (!isRecord(value)) return null;
    const { admin, gitFile, backLink, commonLink } = value;
    if (typeof admin !== 'string' || typeof gitFile !== 'string') return null;
    if (typeof backLink !== 'string' || typeof commonLink !== 'string') return null;
    return { admin, gitFile, backLink, commonLink };
  });
}

/**
 * A registered worktree without any file yet, or the one that is there, with everything in its registration
 * that an agent may have left taken away. `fresh` says which. The error is for people.
 */
export async function ensureRegistered(
  making: Making,
  place: SlotPlace,
  commit: string,
): Promise<Result<{ readonly registration: Registration; readonly fresh: boolean }, string>> {
  const known = readRegistration(place);
  if (known !== null && restore(making, place, known)) return ok({ registration: known, fresh: false });
  const made = await withLock(worktreeLock(making.repository), () => register(making, place, commit));
  if (!made.ok) {
    const why = made.error.reason === 'unusable' ? made.error.detail : 'it is held for too long';
    return err(`the lock on the repository's worktrees cannot be taken: ${why}`);
  }
  return made.value.ok ? ok({ registration: made.value.value, fresh: true }) : made.value;
}

async function register(
  { git, repository, removal }: Making,
  place: SlotPlace,
  commit: string,
): Promise<Result<Registration, string>> {
  removal.take([place.path, place.recordFile, place.index, ...remains(repository, place)]);
  mkdirSync(dirname(place.path), { recursive: true });
  const added = await git.run({
    args: ['worktree', 'add', '--detach', '--no-checkout', '--', place.path, commit],
    cwd: repository.top,
    gitDir: repository.commonDir,
  });
  if (!added.ok) return err(describeGitProblem(added.error));
  return ok(record(place));
}

/** Keeps how a worktree that git has just made is tied to the repository. */
function record(place: SlotPlace): Registration {
  const gitFile = readFileSync(join(place.path, '.git'), 'utf8');
  const admin = resolve(place.path, gitFile.replace(/^gitdir: /, '').trim());
  const registration = {
    admin,
    gitFile,
    backLink: readFileSync(join(admin, 'gitdir'), 'utf8'),
    commonLink: readFileSync(join(admin, 'commondir'), 'utf8'),
  };
  keepWhole(place.recordFile, JSON.stringify(registration));
  return registration;
}

/**
 * How the worktree at the place is registered, also when git or another program has made it. An error, for people, when
 * what lies there is no worktree of this repository.
 */
export function adoptWorktree(
  { commonDir }: Pick<Repository, 'commonDir'>,
  place: SlotPlace,
): Result<Registration, string> {
  const link = join(place.path, '.git');
  if (!isFolder(place.path) || lstatSync(link, { throwIfNoEntry: false })?.isFile() !== true)
    return err('it is no worktree of git');
  const admin = resolve(place.path, (readText(link) ?? '').replace(/^gitdir: /, '').trim());
  const back = readText(join(admin, 'gitdir'))?.trim() ?? '';
  const isOurs = dirname(admin) === join(commonDir, 'worktrees') && resolve(admin, back) === link;
  if (!isOurs || readText(join(admin, 'commondir')) === null)
    return err('it is a worktree of another repository, or its ties to this one are broken');
  return ok(record(place));
}

/** Registrations of the slot's path from before, also such as were only begun. */
function remains({ commonDir }: Repository, place: SlotPlace): string[] {
  const folder = join(commonDir, 'worktrees');
  if (!existsSync(folder)) return [];
  const wanted = join(place.path, '.git');
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((admin) => {
      const link = readText(join(admin, 'gitdir'))?.trim();
      // A crash can come before git has written where the worktree lies.
      if (link === undefined || link === '') return basename(admin) === place.name;
      return (isAbsolute(link) ? link : resolve(admin, link)) === wanted;
    });
}

/** What a worktree at rest has in its folder; all else is a lock, or the state of something that was under way. */
const KEPT = new Set([
  'HEAD',
  'ORIG_HEAD',
  'commondir',
  'gitdir',
  'index',
  'logs',
  'refs',
  'modules',
  'locked',
]);

/** False when the registration is beyond repair. */
function restore({ removal, repository }: Making, place: SlotPlace, registration: Registration): boolean {
  const { admin } = registration;
  if (!isFolder(admin) || !isFolder(place.path) || dirname(dirname(admin)) !== repository.commonDir)
    return false;
  if (!/^(?:ref: refs\/|[0-9a-f]{40})/.test(readText(join(admin, 'HEAD')) ?? '')) return false;
  const wrong = readdirSync(admin).filter((name) => !KEPT.has(name));
  removal.take(wrong.map((name) => join(admin, name)));
  mendLinks(removal, place, registration);
  return true;
}

/** Ties the worktree and its folder in the repository together again. */
export function mendLinks(removal: Removal, place: SlotPlace, registration: Registration): void {
  const { admin, gitFile, backLink, commonLink } = registration;
  mend(removal, join(admin, 'gitdir'), backLink);
  mend(removal, join(admin, 'commondir'), commonLink);
  mend(removal, join(place.path, '.git'), gitFile);
}

function mend(removal: Removal, file: string, text: string): void {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() === true && readText(file) === text) return;
  removal.take([file]);
  writeWhole(file, text);
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
