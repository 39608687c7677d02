/**
 * Questions about commits and trees, answered by processes of git that are kept. What they cannot answer (an object
 * that is not there, a long history) is for the caller to ask a process of its own, whose words say what is wrong.
 */

import { randomUUID } from 'node:crypto';

import type { Commit } from '../../core/attempt.ts';
import { ok, type Result } from '../../core/result.ts';
import { askOn, objectSite, type Site } from '../base/clean-dir.ts';
import {
  type BatchObject,
  type CommitHeader,
  parseBatch,
  parseCommit,
  parseTreeDiff,
  type RawPath,
  type TreeDiff,
} from '../base/output.ts';
import type { GitProblem } from '../base/runner.ts';

type Place = Pick<Site, 'git' | 'repository'>;

/** In the order of the names, which hold no line feed; null where git knows none. */
export async function readObjects(
  place: Place,
  names: readonly string[],
): Promise<Result<(BatchObject | null)[], GitProblem>> {
  // A name that nothing has: its answer is the end of all others.
  const mark = randomUUID();
  const until = `${mark} missing\n`;
  const lines = [...names.map((name) => `contents ${name}`), `info ${mark}`, ''];
  const answer = await askOn(objectSite(place), ['cat-file', '--batch-command'], {
    input: lines.join('\n'),
    until,
  });
  return answer.ok ? ok(parseBatch(answer.value.subarray(0, -until.length))) : answer;
}

/** Null for what is no commit. */
export async function readCommits(
  place: Place,
  commits: readonly Commit[],
): Promise<Result<(CommitHeader | null)[], GitProblem>> {
  const read = await readObjects(place, commits);
  if (!read.ok) return read;
  return ok(read.value.map((object) => (object?.type === 'commit' ? parseCommit(object.content) : null)));
}

export interface Line {
  readonly base: Commit;
  readonly tip: Commit;
  /** Longer ones are not walked. */
  readonly most: number;
}

/**
 * How many commits the tip is ahead of the base, where it lies on a short line of them above it: nearly always, and
 * then nothing needs to be counted. Null for anything else.
 */
export async function countLine(
  place: Place,
  { base, tip, most }: Line,
): Promise<Result<number | null, GitProblem>> {
  let commit = tip;
  for (let ahead = 0; ahead <= most; ahead += 1) {
    if (commit === base) return ok(ahead);
    const read = await readCommits(place, [commit]);
    if (!read.ok) return read;
    const [parent, ...others] = read.value[0]?.parents ?? [];
    if (parent === undefined || others.length > 0) return ok(null);
    commit = parent;
  }
  return ok(null);
}

const RAW_FLAGS = ['-r', '-z', '--raw', '--no-renames', '--no-abbrev'];
export const DIFF_FLAGS: readonly string[] = [...RAW_FLAGS, '--numstat', '--no-ext-diff', '--no-textconv'];

/** What the second commit changes against the first; null when one of them is none. */
export function diffCommits(
  place: Place,
  left: Commit,
  right: Commit,
): Promise<Result<TreeDiff | null, GitProblem>> {
  return compareTrees(place, { left, right, flags: DIFF_FLAGS });
}

/** Which paths differ; null when one of them is no commit. No file is looked into. */
export async function changedPaths(
  place: Place,
  left: Commit,
  right: Commit,
): Promise<Result<readonly RawPath[] | null, GitProblem>> {
  const diff = await compareTrees(place, { left, right, flags: RAW_FLAGS });
  return diff.ok ? ok(diff.value?.changes.map(({ path }) => path) ?? null) : diff;
}

async function compareTrees(
  place: Place,
  {
    left,
    right,
    flags,
  }: { readonly left: Commit; readonly right: Commit; readonly flags: readonly string[] },
): Promise<Result<TreeDiff | null, GitProblem>> {
  const read = await readCommits(place, [left, right]);
  if (!read.ok) return read;
  const [from, to] = read.value;
  if (from == null || to == null) return ok(null);
  const header = `${from.tree} ${to.tree}\n`;
  // A line that is no object comes back as it is, behind all that was asked before.
  const until = `${randomUUID()}\n`;
  const answer = await askOn(objectSite(place), ['diff-tree', '--stdin', ...flags], {
    input: `${header}${until}`,
    until,
  });
  if (!answer.ok) return answer;
  const output = answer.value.subarray(0, -until.length);
  if (!output.subarray(0, header.length).equals(Buffer.from(header))) return ok(null);
  return ok(parseTreeDiff(output.subarray(header.length)));
}
