/** How two commits stand to each other. Objects only: no worktree is looked at. */

import type { Commit } from '../../core/attempt.ts';
import { ok, type Result } from '../../core/result.ts';
import { objectSite, runOn, type Site } from '../base/clean-dir.ts';
import { parseTreeDiff, type TreeDiff } from '../base/output.ts';
import type { GitProblem } from '../base/runner.ts';
import { countLine, DIFF_FLAGS, diffCommits } from './objects.ts';

export interface Lineage {
  /** Commits of the base that the tip does not have; 0 when the tip descends from it. */
  readonly behind: number;
  /** Commits of the tip that the base does not have. */
  readonly ahead: number;
}

const MOST_WALKED = 50;

export async function readLineage(
  site: Site,
  base: Commit,
  tip: Commit,
): Promise<Result<Lineage, GitProblem>> {
  const onLine = await countLine(site, { base, tip, most: MOST_WALKED });
  if (!onLine.ok) return onLine;
  if (onLine.value !== null) return ok({ behind: 0, ahead: onLine.value });
  const args = ['rev-list', '--left-right', '--count', `${base}...${tip}`];
  const counted = await runOn(objectSite(site), { args });
  if (!counted.ok) return counted;
  const [behind = Number.NaN, ahead = Number.NaN] = counted.value.stdout
    .toString('latin1')
    .split('\t')
    .map(Number);
  return ok({ behind, ahead });
}

/** What the tip changes against the base, renames as a removal and an addition. */
export async function measure(site: Site, base: Commit, tip: Commit): Promise<Result<TreeDiff, GitProblem>> {
  if (base === tip) return ok({ changes: [], linesAdded: 0, linesRemoved: 0 });
  const known = await diffCommits(site, base, tip);
  if (!known.ok) return known;
  if (known.value !== null) return ok(known.value);
  const diff = await runOn(objectSite(site), { args: ['diff-tree', ...DIFF_FLAGS, base, tip] });
  return diff.ok ? ok(parseTreeDiff(diff.value.stdout)) : diff;
}

/** Whether two commits hold the same files. */
export async function holdSameFiles(
  site: Site,
  left: Commit,
  right: Commit,
): Promise<Result<boolean, GitProblem>> {
  if (left === right) return ok(true);
  const args = ['diff-tree', '--quiet', '--no-ext-diff', '--no-textconv', left, right];
  const compared = await runOn(objectSite(site), { args, codes: [0, 1] });
  return compared.ok ? ok(compared.value.code === 0) : compared;
}

/** The change between two commits as a patch that `git apply` takes, binary files included. */
export async function readPatch(site: Site, base: Commit, tip: Commit): Promise<Result<Buffer, GitProblem>> {
  const flags = [
    '-r',
    '-p',
    '--binary',
    '--full-index',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
  ];
  const diff = await runOn(objectSite(site), { args: ['diff-tree', ...flags, base, tip] });
  return diff.ok ? ok(diff.value.stdout) : diff;
}

export interface SecretsRequest {
  readonly base: Commit;
  readonly from: Commit;
  readonly copied: ReadonlySet<string>;
}

/**
 * A copied file that was committed on the way is still in the history after its removal. Then the commits have to
 * become one, and this is its message: those of all of them. Null when no commit touches a copied file.
 */
export async function withoutSecrets(
  site: Site,
  { base, from, copied }: SecretsRequest,
): Promise<Result<string | null, GitProblem>> {
  if (copied.size === 0) return ok(null);
  const range = `${base}..${from}`;
  const touching = await runOn(objectSite(site), {
    // In full: a line of work whose files a merge left out is in the history all the same.
    args: [
      'rev-list',
      '--full-history',
      '--max-count=1',
      range,
      '--',
      ...[...copied].map((path) => `:(top,literal)${path}`),
    ],
  });
  if (!touching.ok) return touching;
  if (touching.value.stdout.length === 0) return ok(null);
  const log = await runOn(objectSite(site), { args: ['log', '--reverse', '--format=%B', range, '--'] });
  return log.ok ? ok(log.value.stdout.toString('utf8')) : log;
}
