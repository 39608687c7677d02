/** Merging tasks' branches into one of the user's: made on git's objects one after another, and moved there at the end. */

import type { Commit } from '../../core/attempt.ts';
import { topologicalOrder } from '../../core/graph.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { PoolState } from '../../formats/auto/pool-state.ts';
import type { History } from '../../ports/history.ts';
import type { Merger } from '../../ports/merger.ts';
import type { PoolPlace } from '../../ports/pool-worktrees.ts';
import type { TargetBranch } from '../../ports/target-branch.ts';
import { locked, readExisting } from './pool.ts';
import { committedWords } from './pool-copied.ts';
import { BRANCH_PREFIX, type PoolParts, type PoolProblem, placeOf, readPool, refused } from './pool-file.ts';
import { listed } from './pool-work.ts';

export interface MergeParts extends PoolParts {
  readonly merger: Merger;
  readonly target: TargetBranch;
  readonly history: History;
  /** Of a task of a plan, those that come before it; nothing for one that no plan knows. */
  readonly dependsOn: (tasks: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;
}

/** What stands behind the ports, for one repository. */
export interface PoolAdapters
  extends Pick<MergeParts, 'worktrees' | 'lock' | 'merger' | 'target' | 'history'> {
  /** Short name of the branch that is checked out; null for none. */
  readonly branch: string | null;
  /** Resolves when nothing is done in the background any more. */
  close(): Promise<void>;
}

export interface IntoBranch {
  /** Short name. */
  readonly target: string;
  /** Paths from the top of the checkout that may have changes. */
  readonly ignoreDirty: readonly string[];
}

export interface Merged {
  readonly merged: readonly string[];
  /** They have nothing that is not there already. */
  readonly unchanged: readonly string[];
  readonly failed: readonly { readonly branch: string; readonly why: string }[];
}

/** Under this name what is merged is kept until its branch holds it. */
const RUN = 'pool';

/** The branch of every busy slot. */
export function mergePool(parts: MergeParts, into: IntoBranch): Promise<Result<Merged, PoolProblem>> {
  return locked(parts, async () => {
    const read = await readExisting(parts);
    if (!read.ok) return read;
    const holders = await holdersIn(parts, read.value);
    return await mergeInto(parts, into, { branches: [...holders.keys()], holders });
  });
}

/** Those branches, or all of tasks when none is named. None of them is deleted. */
export function mergeBranches(
  parts: MergeParts,
  into: IntoBranch,
  named: readonly string[],
): Promise<Result<Merged, PoolProblem>> {
  return locked(parts, async () => {
    const read = await readPool(parts.paths);
    if (!read.ok) return read;
    const branches = named.length > 0 ? named : await parts.worktrees.branches(BRANCH_PREFIX);
    return await mergeInto(parts, into, { branches, holders: await holdersIn(parts, read.value) });
  });
}

/** A slot that works on a branch. */
interface Holder {
  readonly place: PoolPlace;
  /** Paths of what it has not committed. */
  readonly changed: readonly string[];
}

/** By branch. */
async function holdersIn(
  { worktrees, paths }: Pick<MergeParts, 'worktrees' | 'paths'>,
  state: PoolState | null,
): Promise<ReadonlyMap<string, Holder>> {
  const holders = new Map<string, Holder>();
  for (const { id, status, branch } of state?.worktrees ?? []) {
    if (status !== 'busy' || branch === null) continue;
    const place = placeOf(paths, id);
    const found = await worktrees.look(place);
    holders.set(branch, {
      place,
      changed: found.is === 'worktree' ? [...found.changed, ...found.unkept] : [],
    });
  }
  return holders;
}

interface Wanted {
  readonly branches: readonly string[];
  readonly holders: ReadonlyMap<string, Holder>;
}

async function mergeInto(
  parts: MergeParts,
  { target: name, ignoreDirty }: IntoBranch,
  { branches, holders }: Wanted,
): Promise<Result<Merged, PoolProblem>> {
  const { target, history } = parts;
  const completed = await target.complete(name);
  if (completed?.is === 'behind') return err(refused(completed.message, completed.remedy));
  const from = await history.branch(name);
  if (from === null) return err(refused(`there is no branch ${name}`, 'Name one that `git branch` lists.'));
  const against = await target.obstacles({ branch: name, from, to: from }, ignoreDirty);
  if (against.length > 0)
    return err(
      refused(
        against.map(({ message }) => message).join('\n'),
        against.map(({ remedy }) => remedy).join(' '),
      ),
    );
  const { tip: to, ...merged } = await mergeAll(
    parts,
    { name, from, holders },
    await sorted(parts, { from, branches }),
  );
  if (to !== from) {
    const blocked = await moveTo(parts, { branch: name, from, to }, ignoreDirty);
    await parts.merger.unpin(RUN);
    if (blocked !== null) return err(blocked);
  }
  return ok(merged);
}

interface Tip {
  readonly branch: string;
  /** Null for a branch that is not there. */
  readonly tip: Commit | null;
}

/** What others were made on, or depend on by a plan, comes first. */
async function sorted(
  { worktrees, dependsOn }: MergeParts,
  { from, branches }: { readonly from: Commit; readonly branches: readonly string[] },
): Promise<readonly Tip[]> {
  const tips: Tip[] = [];
  for (const branch of new Set(branches)) tips.push({ branch, tip: await worktrees.tip(branch) });
  const known = tips.flatMap(({ tip }) => (tip === null ? [] : [tip]));
  const rank = new Map((await worktrees.inOrder(known, from)).map((tip, index) => [tip, index]));
  const byCommits = tips.toSorted(
    (left, right) => (rank.get(left.tip ?? '') ?? -1) - (rank.get(right.tip ?? '') ?? -1),
  );
  const taskOf = (branch: string): string => branch.slice(BRANCH_PREFIX.length);
  const before = await dependsOn(tips.map(({ branch }) => taskOf(branch)));
  const order = topologicalOrder(
    byCommits.map(({ branch }) => ({
      id: branch,
      dependsOn: (before.get(taskOf(branch)) ?? []).map((task) => `${BRANCH_PREFIX}${task}`),
    })),
  );
  if (!order.ok) return byCommits;
  const tipOf = new Map(byCommits.map((each) => [each.branch, each]));
  return order.value.map((branch) => tipOf.get(branch) ?? { branch, tip: null });
}

interface Onto {
  readonly name: string;
  readonly from: Commit;
  readonly holders: ReadonlyMap<string, Holder>;
}

async function mergeAll(
  parts: MergeParts,
  { name, from, holders }: Onto,
  tips: readonly Tip[],
): Promise<Merged & { readonly tip: Commit }> {
  const { say } = parts;
  const merged: string[] = [];
  const unchanged: string[] = [];
  const failed: { branch: string; why: string }[] = [];
  let onto = from;
  for (const { branch, tip } of tips) {
    const holder = holders.get(branch) ?? null;
    const done = await mergeOne(parts, { name, onto, holder }, { branch, tip });
    if (!done.ok) failed.push({ branch, why: done.error });
    else if (done.value === onto) {
      say(`cox: ${branch} has nothing that ${name} has not`);
      unchanged.push(branch);
    } else {
      onto = done.value;
      say(`cox: merged ${branch}`);
      merged.push(branch);
      const uncommitted = notCommitted(holder);
      if (uncommitted !== null) say(`cox: ${uncommitted}; only what ${branch} has in commits is merged`);
    }
  }
  return { tip: onto, merged, unchanged, failed };
}

/** The new tip, which is the old one where there is nothing to merge. The error is for people. */
async function mergeOne(
  { merger, worktrees }: MergeParts,
  { name, onto, holder }: { readonly name: string; readonly onto: Commit; readonly holder: Holder | null },
  { branch, tip }: Tip,
): Promise<Result<Commit, string>> {
  if (tip === null) return err('there is no such branch');
  const place = holder?.place ?? null;
  const copies = await worktrees.committedCopies(place, { base: onto, tip });
  if (copies !== null) return err(`it ${committedWords(copies, place)}`);
  const message = `Merge branch '${branch}' into ${name}`;
  const result = await merger.merge({ run: RUN, onto, tip, strategy: 'merge', message });
  if (result.is === 'conflict') return err(`it conflicts in ${result.paths.join(', ')}`);
  // All of its work may be there, and none of it in the branch.
  const uncommitted = result.commit === onto ? notCommitted(holder) : null;
  return uncommitted === null ? ok(result.commit) : err(`it has nothing new, and ${uncommitted}`);
}

function notCommitted(holder: Holder | null): string | null {
  if (holder === null || holder.changed.length === 0) return null;
  return `${holder.place.name} has changes that are not committed: ${listed(holder.changed)}`;
}

/** Null when the branch stands there now. */
async function moveTo(
  { target }: MergeParts,
  move: { readonly branch: string; readonly from: Commit; readonly to: Commit },
  ignoreDirty: readonly string[],
): Promise<PoolProblem | null> {
  const [against] = await target.obstacles(move, ignoreDirty);
  if (against !== undefined) return refused(against.message, against.remedy);
  const moved = await target.move(move, 'cox pool merge');
  if (moved.is === 'moved') return null;
  if (moved.is === 'behind') return refused(moved.message, moved.remedy);
  return refused(`${move.branch} was moved by somebody else meanwhile`, 'Merge again.');
}
