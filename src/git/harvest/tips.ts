/** What a slot's HEAD and branch stand at, as far as the repository can be told of it. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { AttemptId, Commit } from '../../core/attempt.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Site } from '../base/clean-dir.ts';
import { readBranchCommit, readHeadCommit } from '../base/heads.ts';
import { parseBatchCheck, splitLines } from '../base/output.ts';
import type { GitProblem } from '../base/runner.ts';
import { readCommits } from '../objects/objects.ts';
import { besidePin, besidePins, branchRef } from '../objects/ref-names.ts';
import { shownAdmin } from '../slots/private-git.ts';
import type { SlotPlace } from '../slots/slot-place.ts';
import {
  importObjects,
  untrustedBranch,
  untrustedBranches,
  untrustedHead,
  untrustedStash,
} from './untrusted-git.ts';

export interface TipsRequest {
  readonly site: Site;
  readonly place: SlotPlace;
  /** The worktree's folder in the repository. */
  readonly admin: string;
  readonly prepared: Commit | null;
  readonly id: AttemptId;
  readonly base: Commit;
  /** Short name. */
  readonly branch: string;
}

export interface Tips {
  readonly head: Commit | null;
  readonly branch: Commit | null;
  /** What somebody else put on the branch meanwhile. */
  readonly others: readonly Commit[];
  /** What its agent has put on other branches of a git directory of its own. */
  readonly elsewhere: readonly Commit[];
  /** What was stashed on its branch, or in a git directory of its own: newest first. */
  readonly stash: readonly Commit[];
}

export type NoTips =
  | { readonly reason: 'git'; readonly problem: GitProblem }
  | { readonly reason: 'no-base' };

/** Every commit that is given is in the repository, with all it is made of. */
export async function readTips(request: TipsRequest): Promise<Result<Tips, NoTips>> {
  const { place, prepared, admin } = request;
  const shown = shownAdmin(place, admin);
  const outside = await askRepository(request, shown === null);
  if (!outside.ok || shown === null) return outside;
  const untrusted = { top: place.privateDir, common: place.privateDir };
  const head = untrustedHead(untrusted, shown);
  const branch = untrustedBranch(untrusted, request.branch);
  const others = [outside.value.branch].filter((commit) => commit !== null);
  const taken = await takeOver(request, [head, branch]);
  // What is not whole is not taken; the worktree's files are, on top of what it was made from.
  const [safeHead, safeBranch] = taken ? [head, branch] : [prepared, null];
  const elsewhere = untrustedBranches(untrusted).filter((commit) => commit !== head && commit !== branch);
  return ok({
    stash: await takeEach(request, untrustedStash(untrusted)),
    elsewhere: (await takeEach(request, elsewhere)).filter((commit) => commit !== prepared),
    head: safeHead,
    branch: safeBranch,
    others: others.filter((commit) => commit !== prepared && commit !== safeHead && commit !== safeBranch),
  });
}

/** As far as it is whole. */
async function takeEach(request: TipsRequest, commits: readonly Commit[]): Promise<readonly Commit[]> {
  if (await takeOver(request, commits)) return commits;
  const whole: Commit[] = [];
  for (const commit of commits) if (await takeOver(request, [commit])) whole.push(commit);
  return whole;
}

/** False when something of it is missing or malformed. */
async function takeOver(
  { site, place, prepared, base }: TipsRequest,
  tips: readonly (Commit | null)[],
): Promise<boolean> {
  const wanted = [...new Set(tips)].filter((tip) => tip !== null && tip !== prepared && tip !== base);
  if (wanted.length === 0) return true;
  const taken = await importObjects({
    git: site.git,
    repository: site.repository,
    objects: join(place.privateDir, 'objects'),
    top: place.privateDir,
    quarantine: place.quarantine,
    store: join(site.repository.commonDir, 'objects'),
    wanted: wanted.filter((tip) => tip !== null),
    known: prepared === null ? [base] : [base, prepared],
  });
  return taken.ok;
}

/** Without what is kept already of an earlier attempt: that has stood on the same branch. */
async function newlyStashed(
  { site: { git, repository }, id }: TipsRequest,
  stash: readonly Commit[],
): Promise<readonly Commit[]> {
  if (stash.length === 0) return stash;
  const { commonDir } = repository;
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', besidePins(id)];
  const listed = await git.run({ args, cwd: commonDir, gitDir: commonDir });
  const lines = listed.ok ? splitLines(listed.value.stdout).map((line) => line.split(' ')) : [];
  const earlier = lines.filter(([commit = '', ref]) => ref !== besidePin(id, commit));
  const known = new Set(earlier.map(([commit]) => commit));
  return stash.filter((commit) => !known.has(commit));
}

async function askRepository(request: TipsRequest, asksHead: boolean): Promise<Result<Tips, NoTips>> {
  const { site, admin, base, branch } = request;
  const read = await readRefs(site, asksHead ? admin : null, branch);
  if (!read.ok) return err({ reason: 'git', problem: read.error });
  const { head, tip } = read.value;
  const { commonDir } = site.repository;
  // Else it is the user's and all agents' together.
  const all = asksHead ? untrustedStash({ top: commonDir, common: commonDir }, branch) : [];
  const stash = await newlyStashed(request, all);
  const known = await readCommits(site, [base, head ?? base, tip ?? base, ...stash]);
  if (!known.ok) return err({ reason: 'git', problem: known.error });
  const [ofBase = null, ofHead = null, ofTip = null, ...ofStash] = known.value;
  if (ofBase === null) return err({ reason: 'no-base' });
  return ok({
    head: ofHead === null ? null : head,
    branch: ofTip === null ? null : tip,
    others: [],
    elsewhere: [],
    stash: stash.filter((_, at) => ofStash[at] !== null),
  });
}

/** What HEAD and the branch say: as files where that is all, else in git's words. `admin` is null without a HEAD. */
async function readRefs(
  { git, repository }: Site,
  admin: string | null,
  branch: string,
): Promise<Result<{ readonly head: Commit | null; readonly tip: Commit | null }, GitProblem>> {
  const head = admin === null ? null : readHeadCommit(repository, admin);
  const tip = readBranchCommit(repository, branch);
  if (tip !== null && (head !== null || admin === null)) return ok({ head, tip });
  const ask = (gitDir: string, names: readonly string[]): ReturnType<typeof git.run> =>
    git.run({ args: ['cat-file', '--batch-check'], cwd: gitDir, gitDir, input: `${names.join('\n')}\n` });
  const names = [branchRef(branch)];
  const own = admin !== null && existsSync(join(admin, 'HEAD')) ? await ask(admin, [...names, 'HEAD']) : null;
  // Of a registration that was destroyed only HEAD is lost.
  const answer = own?.ok === true ? own : await ask(repository.commonDir, names);
  if (!answer.ok) return answer;
  const [ofBranch = null, ofHead = null] = parseBatchCheck(answer.value.stdout);
  return ok({ head: ofHead, tip: ofBranch });
}
