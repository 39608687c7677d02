/** What a slot's HEAD and branch stand at, as far as the repository can be told of it. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from '../core/attempt.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Site } from './clean-dir.ts';
import { parseBatchCheck } from './output.ts';
import { shownAdmin } from './private-git.ts';
import { branchRef } from './ref-names.ts';
import type { GitProblem } from './runner.ts';
import type { SlotPlace } from './slot-place.ts';
import { importObjects, untrustedBranch, untrustedHead } from './untrusted-git.ts';

export interface TipsRequest {
  readonly site: Site;
  readonly place: SlotPlace;
  /** The worktree's folder in the repository. */
  readonly admin: string;
  readonly prepared: Commit | null;
  readonly base: Commit;
  /** Short name. */
  readonly branch: string;
}

export interface Tips {
  readonly head: Commit | null;
  readonly branch: Commit | null;
  /** What somebody else put on the branch meanwhile. */
  readonly others: readonly Commit[];
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
  const head = untrustedHead(place.privateDir, shown);
  const branch = untrustedBranch(place.privateDir, request.branch);
  const others = [outside.value.branch].filter((commit) => commit !== null);
  const taken = await takeOver(request, [head, branch]);
  // What is not whole is not taken; the worktree's files are, on top of what it was made from.
  const [safeHead, safeBranch] = taken ? [head, branch] : [prepared, null];
  return ok({
    head: safeHead,
    branch: safeBranch,
    others: others.filter((commit) => commit !== prepared && commit !== safeHead && commit !== safeBranch),
  });
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
    quarantine: place.quarantine,
    wanted: wanted.filter((tip) => tip !== null),
    known: prepared === null ? [base] : [base, prepared],
  });
  return taken.ok;
}

async function askRepository(
  { site, admin, base, branch }: TipsRequest,
  asksHead: boolean,
): Promise<Result<Tips, NoTips>> {
  const ask = (gitDir: string, names: readonly string[]): ReturnType<typeof site.git.run> =>
    site.git.run({
      args: ['cat-file', '--batch-check'],
      cwd: gitDir,
      gitDir,
      input: `${names.join('\n')}\n`,
    });
  const names = [base, branchRef(branch)];
  const own = asksHead && existsSync(join(admin, 'HEAD')) ? await ask(admin, [...names, 'HEAD']) : null;
  // Of a registration that was destroyed only HEAD is lost.
  const answer = own?.ok === true ? own : await ask(site.repository.commonDir, names);
  if (!answer.ok) return err({ reason: 'git', problem: answer.error });
  const [known = null, tip = null, head = null] = parseBatchCheck(answer.value.stdout);
  return known === null ? err({ reason: 'no-base' }) : ok({ head, branch: tip, others: [] });
}
