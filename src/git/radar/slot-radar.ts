/** Looks at slots while agents are at work in them, and says whose work would not merge. */

import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import type { ForeseenConflict, Sight } from '../../core/foreseen.ts';
import type { TaskId } from '../../core/plan.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { ConflictRadar, RadarHead, RadarRequest } from '../../ports/conflict-radar.ts';
import { objectSite, type Site, writeCleanDir } from '../base/clean-dir.ts';
import type { Repository } from '../base/repository.ts';
import { describeGitProblem, type Git } from '../base/runner.ts';
import { messageOf } from '../base/small-files.ts';
import type { Harvest } from '../harvest/commit-files.ts';
import { harvestOf } from '../harvest/slot-harvest.ts';
import { changedPaths } from '../objects/objects.ts';
import { isCommitId } from '../objects/ref-names.ts';
import { type CommitPair, mergePairs } from './pair-merges.ts';
import { meetingPairs } from './path-meets.ts';
import { RadarStore } from './radar-store.ts';
import { commitGlance, type Glance, glanceAt, stampOf } from './slot-glance.ts';
import { type Meeting, type View, viewsOf, withoutMerged } from './slot-views.ts';

export interface SlotRadarOptions {
  readonly git: Git;
  readonly repository: Repository;
  /** Absolute folder of a run, for what is needed only from one look to the next. */
  readonly folder: (run: string) => string;
  /** For how long git may look at one worktree. */
  readonly glanceMs?: number;
}

export class SlotRadar implements ConflictRadar {
  readonly #options: SlotRadarOptions;
  readonly #runs = new Map<string, RunRadar>();

  constructor(options: SlotRadarOptions) {
    this.#options = options;
    writeCleanDir(objectSite(options));
  }

  async look(request: RadarRequest, signal: AbortSignal): Promise<Result<Sight, string>> {
    try {
      const known = this.#runs.get(request.run);
      const radar = known ?? new RunRadar(this.#options, this.#options.folder(request.run));
      this.#runs.set(request.run, radar);
      return await radar.look(request, signal);
    } catch (error) {
      return err(messageOf(error));
    }
  }

  async rest(run: string): Promise<void> {
    this.#runs.delete(run);
    // Also what a process left that died while it looked.
    await rm(this.#options.folder(run), { recursive: true, force: true });
  }
}

/** Git is given this long for a worktree, and for all merges of a look. */
const GLANCE_MS = 10_000;
const MERGES_MS = 60_000;
/** Without a sign of its agent a slot is looked at only so often: work that is neither told of nor committed. */
const LOOKS_BETWEEN = 4;
/** What could not be looked at may cost `GLANCE_MS` each time, and the pause behind a look is many times as long. */
const LOOKS_WITHOUT = 20;

/** What was seen of a slot. */
interface Seen {
  readonly attempt: number;
  readonly stamp: string;
  readonly glance: Glance;
  /** Looks for which it has been good. */
  age: number;
  /** In the store; null before somebody needed it. */
  commit: Commit | null;
}

class RunRadar {
  readonly #options: SlotRadarOptions;
  readonly #store: RadarStore;
  /** By their worktrees. */
  readonly #slots = new Map<string, Seen>();
  /** Looks that a slot is still left out of, by its worktree. */
  readonly #leftOut = new Map<string, number>();
  /** By base and commit. */
  #paths = new Map<string, ReadonlySet<string>>();
  /** By both commits; null for what cannot be merged. */
  #merges = new Map<string, readonly string[] | null>();

  constructor(options: SlotRadarOptions, folder: string) {
    this.#options = options;
    this.#store = new RadarStore(folder, join(options.repository.commonDir, 'objects'));
  }

  async look({ tip, heads }: RadarRequest, signal: AbortSignal): Promise<Result<Sight, string>> {
    if (this.#store.isFull) this.#beginAnew();
    const names = new Set(heads.flatMap(({ at }) => (at.is === 'slot' ? [at.worktree] : [])));
    for (const known of [this.#slots, this.#leftOut])
      for (const slot of known.keys()) if (!names.has(slot)) known.delete(slot);
    const views: View[] = [];
    const unseen = new Set<TaskId>();
    const paths = new Map<string, ReadonlySet<string>>();
    for (const head of heads) {
      if (signal.aborted) return err('it was broken off');
      const view = await this.#viewOf(head, paths);
      if (view === null) unseen.add(head.task);
      else views.push(view);
    }
    const meetings = [
      ...meetingPairs(views).flatMap(([one, other]) => this.#meeting(views[one], views[other])),
      ...(await this.#meetingTip(views, tip, paths)),
    ];
    this.#paths = paths;
    const judged = await this.#judge(meetings, tip, unseen);
    return judged.ok ? ok({ conflicts: judged.value, unseen: [...unseen] }) : judged;
  }

  #meeting(one: View | undefined, other: View | undefined): Meeting[] {
    return one === undefined || other === undefined ? [] : [{ one, other }];
  }

  /** Those whose paths meet what was merged since they began. */
  async #meetingTip(
    views: readonly View[],
    tip: Commit,
    used: Map<string, ReadonlySet<string>>,
  ): Promise<Meeting[]> {
    const meetings: Meeting[] = [];
    for (const one of views) {
      const merged = await this.#changed(one.head.base, tip, used);
      if (merged !== null && meetingPairs([one, { paths: merged }]).length > 0)
        meetings.push({ one, other: null });
    }
    return meetings;
  }

  async #viewOf(head: RadarHead, used: Map<string, ReadonlySet<string>>): Promise<View | null> {
    const { base, at } = head;
    if (at.is === 'commit') {
      const paths = await this.#changed(base, at.commit, used);
      return paths === null ? null : { head, paths, commit: () => Promise.resolve(at.commit) };
    }
    const { git, repository } = this.#options;
    // A run that goes on may have slots in other pools than new ones are made in.
    const pool = { git, repository, folder: dirname(at.worktree) };
    const harvest = harvestOf(pool, { name: basename(at.worktree) }, null);
    if (harvest === null) return null;
    const site = this.#siteOf(harvest);
    const seen = await this.#see(site, harvest, { ...at, stirred: head.stirred });
    const before = seen === null ? null : await this.#changed(base, seen.glance.prepared, used);
    if (seen === null || before === null) return null;
    const own = seen.glance.changed.map((path) => path.toString('latin1'));
    return { head, paths: new Set([...before, ...own]), commit: () => this.#commitOf(site, harvest, seen) };
  }

  /** Filters of large files would store each state of a file for good. */
  #siteOf({ site }: Harvest): Site {
    const repository = { ...site.repository, usesLfs: false };
    return {
      ...site,
      repository,
      objects: this.#store.objects,
      patienceMs: this.#options.glanceMs ?? GLANCE_MS,
    };
  }

  async #see(
    site: Site,
    harvest: Harvest,
    at: { readonly worktree: string; readonly attempt: number; readonly stirred: boolean },
  ): Promise<Seen | null> {
    const { worktree: slot, attempt, stirred } = at;
    const rest = this.#leftOut.get(slot) ?? 0;
    this.#leftOut.set(slot, rest - 1);
    if (rest > 0) return null;
    const stamp = stampOf(harvest);
    const before = this.#slots.get(slot);
    const isSame = before?.attempt === attempt;
    if (isSame && !stirred && before.stamp === stamp && before.age < LOOKS_BETWEEN) {
      before.age += 1;
      return before;
    }
    const glance = await glanceAt(site, harvest);
    this.#slots.delete(slot);
    this.#leftOut.set(slot, glance === null ? LOOKS_WITHOUT : 0);
    if (glance === null) return null;
    const asBefore =
      isSame && before.glance.fingerprint === glance.fingerprint && before.glance.parent === glance.parent;
    const seen: Seen = { attempt, stamp, glance, age: 1, commit: asBefore ? before.commit : null };
    this.#slots.set(slot, seen);
    return seen;
  }

  async #commitOf(site: Site, { place }: Harvest, seen: Seen): Promise<Commit | null> {
    if (seen.commit !== null) return seen.commit;
    const made = await commitGlance(site, this.#store, { place, glance: seen.glance });
    if (made.ok) seen.commit = made.value;
    return seen.commit;
  }

  /** Null where one of them is no commit of the repository. */
  async #changed(
    base: Commit,
    commit: Commit,
    used: Map<string, ReadonlySet<string>>,
  ): Promise<ReadonlySet<string> | null> {
    if (!isCommitId(base) || !isCommitId(commit)) return null;
    const key = `${base} ${commit}`;
    const known = used.get(key) ?? this.#paths.get(key);
    const paths = known ?? (await this.#readChanged(base, commit));
    if (paths !== null) used.set(key, paths);
    return paths;
  }

  async #readChanged(base: Commit, commit: Commit): Promise<ReadonlySet<string> | null> {
    if (base === commit) return new Set();
    const read = await changedPaths(this.#options, base, commit);
    return read.ok && read.value !== null ? new Set(read.value.map((path) => path.toString('latin1'))) : null;
  }

  /** Adds to `unseen` whose commits could not be made or merged. */
  async #judge(
    meetings: readonly Meeting[],
    tip: Commit,
    unseen: Set<TaskId>,
  ): Promise<Result<readonly ForeseenConflict[], string>> {
    const pairs = new Map<Meeting, CommitPair>();
    for (const meeting of meetings) {
      const commits = await Promise.all(viewsOf(meeting).map(({ commit }) => commit()));
      const [one, other = tip] = commits;
      if (one != null && other !== null) pairs.set(meeting, [one, other]);
      for (const [at, { head }] of viewsOf(meeting).entries())
        if (commits[at] === null) unseen.add(head.task);
    }
    const merged = await this.#merge([...pairs.values()], tip);
    if (!merged.ok) return merged;
    const conflicts: ForeseenConflict[] = [];
    for (const [meeting, pair] of pairs) {
      const paths = this.#merges.get(pair.join(' ')) ?? null;
      const [task = '', other = null] = viewsOf(meeting).map(({ head }) => head.task);
      if (paths === null) for (const { head } of viewsOf(meeting)) unseen.add(head.task);
      else if (paths.length > 0) conflicts.push({ task, other, paths });
    }
    return ok(withoutMerged(conflicts, meetings));
  }

  /** What was merged before is known: equal files make equal commits. */
  async #merge(pairs: readonly CommitPair[], tip: Commit): Promise<Result<void, string>> {
    const fresh = pairs.filter((pair) => !this.#merges.has(pair.join(' ')));
    const site = { ...objectSite(this.#options), objects: this.#store.objects, patienceMs: MERGES_MS };
    const merged = fresh.length === 0 ? ok([]) : await mergePairs(site, this.#store, { pairs: fresh, tip });
    if (!merged.ok) return err(describeGitProblem(merged.error));
    const keys = new Set(pairs.map((pair) => pair.join(' ')));
    const kept = [...this.#merges].filter(([key]) => keys.has(key));
    const found = fresh.map((pair, at) => [pair.join(' '), merged.value[at] ?? null] as const);
    this.#merges = new Map([...kept, ...found]);
    return ok(undefined);
  }

  #beginAnew(): void {
    this.#store.empty();
    for (const seen of this.#slots.values()) seen.commit = null;
  }
}
