/** Takes an attempt's work out of its slot: everything it committed and everything it left lying about. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { AttemptId, Commit, Work } from '../../core/attempt.ts';
import { type LeftBeside, leftBeside } from '../../core/left-beside.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Site } from '../base/clean-dir.ts';
import type { RawPath, TreeDiff } from '../base/output.ts';
import type { GitProblem } from '../base/runner.ts';
import { removeIfThere } from '../base/small-files.ts';
import { type Lineage, measure, readLineage, withoutSecrets } from '../objects/measure.ts';
import { attemptPin, besidePin, branchRef } from '../objects/ref-names.ts';
import { writeRefs } from '../objects/refs.ts';
import { shownAdmin } from '../slots/private-git.ts';
import { keepSubmodules } from '../slots/submodules.ts';
import { type Committed, commitFiles, type Flaws, type Harvest, lookAt } from './commit-files.ts';
import { withoutMarker } from './marker.ts';
import { type Left, NOTHING_LEFT } from './staging.ts';
import { keepLeftovers } from './submodule-leftovers.ts';
import { type NoTips, readTips, type Tips } from './tips.ts';
import { isLinkedWorktree, isPlainFolder } from './untrusted-git.ts';

export type { Harvest };

export interface HarvestInto {
  readonly id: AttemptId;
  readonly base: Commit;
  readonly branch: string;
  readonly commitMessage: string;
}

export type NotHarvested =
  | NoTips
  /** What there was is pinned under these refs. */
  | { readonly reason: 'not-descended'; readonly pins: readonly string[] };

/** Where the work stands, and what lies beside it. */
interface Chosen {
  readonly from: Commit;
  readonly lineage: Lineage;
  /** The worktree's files belong to that commit. */
  readonly holdsFiles: boolean;
  readonly beside: readonly Commit[];
}

export async function harvestSlot(slot: Harvest, into: HarvestInto): Promise<Result<Work, NotHarvested>> {
  const tips = await readTips({ ...slot, id: into.id, base: into.base, branch: into.branch });
  if (!tips.ok) return tips;
  const { head } = tips.value;
  // Nearly always both answers are wanted for HEAD, and can be looked for together with it.
  const harvest = lookAt(slot, head);
  const ofHead = head === null ? null : measure(harvest.site, into.base, head);
  const chosen = await choose(harvest, into, tips.value);
  if (!chosen.ok) return git(chosen);
  if (chosen.value === null) return notDescended(harvest, into, tips.value);
  const { from, lineage, holdsFiles } = chosen.value;
  const apart = await commitApart(harvest, into, holdsFiles ? null : head);
  if (!apart.ok) return git(apart);
  const before = await (ofHead !== null && from === head ? ofHead : measure(harvest.site, into.base, from));
  if (!before.ok) return git(before);
  const found = { from, lineage, before: before.value };
  const unmarked = await unmark(harvest.site, into.base, found);
  if (!unmarked.ok) return git(unmarked);
  const known = tips.value.others;
  const finished = await finish(harvest, into, { ...(unmarked.value ?? found), holdsFiles, known });
  if (!finished.ok) return git(finished);
  const { work, diff, replaced } = finished.value;
  const submodules = await keepSubmodules(harvest, { id: into.id, diff });
  if (!submodules.ok) return git(submodules);
  const { stash } = tips.value;
  const lines = [...chosen.value.beside, ...(apart.value.commit === null ? [] : [apart.value.commit])];
  const lefts = [apart.value.left, finished.value.left];
  const left = await leftOf(harvest, into, { tip: work.tip, from, lines, stash, lefts });
  if (!left.ok) return git(left);
  const beside = new Set([...lines, ...stash]);
  if (replaced || unmarked.value !== null) beside.add(from);
  const written = await keep(harvest, [
    [branchRef(into.branch), work.tip],
    [attemptPin(into.id), work.tip],
    ...[...beside]
      .filter((commit) => commit !== work.tip)
      .map((commit) => [besidePin(into.id, commit), commit] as const),
  ]);
  return written.ok ? ok({ ...work, ...left.value }) : git(written);
}

interface Sides {
  readonly tip: Commit;
  /** What the tip was made of. */
  readonly from: Commit;
  /** Other places where work stood. */
  readonly lines: readonly Commit[];
  /** Newest first. */
  readonly stash: readonly Commit[];
  readonly lefts: readonly Left[];
}

/** What is no part of the work, for whoever misses it. */
async function leftOf(
  harvest: Harvest,
  { id, commitMessage: message }: HarvestInto,
  { tip, from, lines, stash: [stash, ...older], lefts }: Sides,
): Promise<Result<LeftBeside, GitProblem>> {
  const inside = await keepLeftovers(harvest, { id, tip, message });
  if (!inside.ok) return inside;
  const { submodules } = inside.value;
  const others = [...new Set([...lines, ...older])].filter((commit) => commit !== tip);
  const beside = await notHeld(harvest.site, from, others);
  if (!beside.ok) return beside;
  const all = [...lefts, ...inside.value.lefts];
  const aside = [...new Set(all.flatMap((left) => left.aside))];
  const unnameable = [...new Set(all.flatMap((left) => left.unnameable))];
  return ok(leftBeside({ aside, unnameable, submodules, beside: beside.value, stash }));
}

/** The worktree's files, where they belong to a commit that is not the work's. */
async function commitApart(
  harvest: Harvest,
  { commitMessage: message }: HarvestInto,
  head: Commit | null,
): Promise<Result<Committed, GitProblem>> {
  if (head === null) return ok({ commit: null, left: NOTHING_LEFT });
  return commitFiles(harvest, { from: head, message });
}

/** Those of the commits that the tip does not hold. */
async function notHeld(
  site: Site,
  tip: Commit,
  commits: readonly Commit[],
): Promise<Result<readonly Commit[], GitProblem>> {
  const found: Commit[] = [];
  for (const commit of commits) {
    const lineage = await readLineage(site, tip, commit);
    if (!lineage.ok) return lineage;
    if (lineage.value.ahead > 0) found.push(commit);
  }
  return ok(found);
}

/** Null when nothing of what the agent committed has to go. */
async function unmark(
  site: Site,
  base: Commit,
  { from, lineage, before }: Pick<Chosen, 'from' | 'lineage'> & { readonly before: TreeDiff },
): Promise<Result<{ from: Commit; lineage: Lineage; before: TreeDiff } | null, GitProblem>> {
  const unmarked = await withoutMarker(site, { base, from, ahead: lineage.ahead, diff: before });
  if (!unmarked.ok || unmarked.value === null) return unmarked.ok ? ok(null) : unmarked;
  const { tip, ahead } = unmarked.value;
  const diff = await measure(site, base, tip);
  return diff.ok ? ok({ from: tip, lineage: { ...lineage, ahead }, before: diff.value }) : diff;
}

function git(failed: { readonly ok: false; readonly error: GitProblem }): Result<never, NotHarvested> {
  return err({ reason: 'git', problem: failed.error });
}

/**
 * HEAD, unless the branch holds more than it, or a rebase was under way: then HEAD holds only the part that was
 * done, and the branch still all. Null when neither descends from the base.
 */
async function choose(
  { site, admin, place }: Harvest,
  { base }: HarvestInto,
  { head, branch, others, elsewhere }: Tips,
): Promise<Result<Chosen | null, GitProblem>> {
  const state = shownAdmin(place, admin) ?? admin;
  const rebasing = ['rebase-merge', 'rebase-apply'].some((name) => existsSync(join(state, name)));
  let order = rebasing ? [branch, head] : [head, branch];
  if (!rebasing && head !== null && branch !== null && head !== branch) {
    const apart = await readLineage(site, branch, head);
    if (!apart.ok) return apart;
    if (apart.value.ahead === 0) order = [branch, head];
  }
  for (const from of order) {
    if (from === null) continue;
    const lineage = await readLineage(site, base, from);
    if (!lineage.ok) return lineage;
    if (lineage.value.behind > 0) continue;
    const beside = [...order, ...others, ...elsewhere]
      .filter((other) => other !== null)
      .filter((other) => other !== from && other !== base);
    return ok({ from, lineage: lineage.value, holdsFiles: head === from || head === null, beside });
  }
  return ok(null);
}

async function notDescended(
  harvest: Harvest,
  { id, commitMessage }: HarvestInto,
  { head, branch, others, elsewhere, stash }: Tips,
): Promise<Result<never, NotHarvested>> {
  const commits = new Set(
    [head, branch, ...stash, ...others, ...elsewhere].filter((commit) => commit !== null),
  );
  if (head !== null) {
    const left = await commitFiles(harvest, { from: head, message: commitMessage });
    if (left.ok && left.value.commit !== null) commits.add(left.value.commit);
  }
  const pins = [...commits].map((commit) => [besidePin(id, commit), commit] as const);
  const written = await keep(harvest, pins);
  return written.ok ? err({ reason: 'not-descended', pins: pins.map(([ref]) => ref) }) : git(written);
}

interface Finished {
  readonly work: Work;
  readonly diff: TreeDiff;
  /** The commits that the agent made were put together into one, without the copied files. */
  readonly replaced: boolean;
  readonly left: Left;
}

interface Finishing extends Omit<Chosen, 'beside'> {
  readonly before: TreeDiff;
  readonly known: readonly Commit[];
}

async function finish(
  harvest: Harvest,
  { base, commitMessage }: HarvestInto,
  { from, lineage, holdsFiles, before, known }: Finishing,
): Promise<Result<Finished, GitProblem>> {
  const { site, copied } = harvest;
  const flaws = findFlaws(harvest, before);
  // Of a single commit the difference tells all.
  const isHidden = lineage.ahead > 1 || before.changes.some(({ path }) => copied.has(path.toString('utf8')));
  const secrets = from !== base && isHidden && (await withoutSecrets(site, { base, from, copied }));
  if (secrets !== false && !secrets.ok) return secrets;
  const rewritten = secrets === false ? null : secrets.value;
  const made = await commitFiles(harvest, {
    from,
    known,
    message: rewritten ?? commitMessage,
    ...flaws,
    ...(holdsFiles ? {} : { withoutFiles: true }),
    ...(rewritten === null ? {} : { parent: base }),
  });
  if (!made.ok) return made;
  const { commit, left } = made.value;
  const tip = commit ?? from;
  const after = commit === null ? ok(before) : await measure(site, base, tip);
  if (!after.ok) return after;
  const commits = rewritten !== null ? 1 : lineage.ahead + (commit === null ? 0 : 1);
  const work = workOf(tip, commits, after.value);
  return ok({ work, diff: after.value, replaced: rewritten !== null, left });
}

function workOf(tip: Commit, commits: number, { changes, linesAdded, linesRemoved }: TreeDiff): Work {
  return { tip, commits, files: changes.map(({ path }) => path.toString('utf8')), linesAdded, linesRemoved };
}

/** What was committed and must not be: copied files, links to repositories that exist only here. */
function findFlaws({ site, copied }: Harvest, { changes }: TreeDiff): Flaws {
  const present = changes.filter(({ newMode }) => newMode !== '000000');
  const unwanted = present.filter(({ path }) => copied.has(path.toString('utf8')));
  const links = present.filter(({ newMode, oldMode }) => newMode === '160000' && oldMode !== '160000');
  const unlinked = links.map(({ path }) => path).filter((path) => isOwnRepository(site, path));
  return { dropped: [...unwanted.map(({ path }) => path), ...unlinked], unlinked };
}

/** A submodule's `.git` is a file that leads to where its history is kept; a repository made in place has a folder. */
function isOwnRepository({ workTree }: Site, path: RawPath): boolean {
  const top = workTree ?? '';
  const folder = join(top, path.toString('utf8'));
  return isPlainFolder(top, join(folder, '.git')) || isLinkedWorktree(top, folder);
}

/** All or none, in the repository itself, whatever they held. */
async function keep(
  { site }: Harvest,
  refs: readonly (readonly [ref: string, commit: Commit])[],
): Promise<Result<void, GitProblem>> {
  // An agent that was killed while it moved its branch leaves the lock, and only it writes there.
  for (const [ref] of refs) removeIfThere(join(site.repository.commonDir, `${ref}.lock`));
  return writeRefs(
    site,
    refs.map(([ref, to]) => ({ ref, to })),
  );
}
