/**
 * The slots of a repository, wherever they lie. New ones are made in the folder that the settings say; a run that goes on
 * may have its own in another: it was begun with other settings, or by a user with another state folder.
 */

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import type { Work } from '../../core/attempt.ts';
import { err, type Result } from '../../core/result.ts';
import type {
  HarvestRequest,
  HeldSlot,
  PrepareRequest,
  Release,
  Slot,
  SlotHolder,
  WorktreeProblem,
  Worktrees,
} from '../../ports/worktree.ts';
import { worktreeFolders } from '../base/heads.ts';
import { readText } from '../base/small-files.ts';
import { readRegistration } from './slot-making.ts';
import { placeOf } from './slot-place.ts';
import { SlotPool } from './slot-pool.ts';
import type { SlotPoolOptions } from './slot-pool-options.ts';
import { noSlot } from './worktree-problem.ts';

export class SlotPools implements Worktrees {
  readonly #options: SlotPoolOptions;
  readonly #first: SlotPool;
  /** By their folders. */
  readonly #others = new Map<string, SlotPool>();

  constructor(options: SlotPoolOptions) {
    this.#options = options;
    this.#first = new SlotPool(options);
  }

  prepare(request: PrepareRequest, signal?: AbortSignal): Promise<Result<Slot, WorktreeProblem>> {
    return this.#first.prepare(request, signal);
  }

  async find(holder: SlotHolder): Promise<Slot | null> {
    const found = await this.#first.find(holder);
    if (found !== null) return found;
    for (const pool of this.#otherPools()) {
      const slot = await pool.find(holder);
      if (slot !== null) return slot;
    }
    return null;
  }

  async harvest(request: HarvestRequest): Promise<Result<Work, WorktreeProblem>> {
    return this.#poolOf(request.slot)?.harvest(request) ?? err(noSlot(request.slot));
  }

  async release(slot: Slot, holder: SlotHolder, how: Release): Promise<void> {
    await this.#poolOf(slot)?.release(slot, holder, how);
  }

  async held(): Promise<readonly HeldSlot[]> {
    const held = await Promise.all([this.#first, ...this.#otherPools()].map((pool) => pool.held()));
    return held.flat();
  }

  removeFree(): Promise<void> {
    return this.#first.removeFree();
  }

  async settle(): Promise<void> {
    await Promise.all([this.#first, ...this.#others.values()].map((pool) => pool.settle()));
  }

  #poolOf({ path }: Slot): SlotPool | null {
    const folder = dirname(path);
    if (folder === this.#first.folder) return this.#first;
    return this.#foreignFolders().includes(folder) ? this.#open(folder) : null;
  }

  #otherPools(): readonly SlotPool[] {
    return this.#foreignFolders().map((folder) => this.#open(folder));
  }

  /** Git knows each worktree by its place; what is a slot of a pool has its data beside it. */
  #foreignFolders(): readonly string[] {
    const { commonDir } = this.#options.repository;
    const folders = worktreeFolders(commonDir).flatMap((admin) => {
      const path = dirname(readText(join(admin, 'gitdir'))?.trim() ?? '');
      const place = placeOf(dirname(path), { name: basename(path) });
      const isSlot = place !== null && existsSync(path) && readRegistration(place)?.admin === admin;
      return isSlot ? [dirname(path)] : [];
    });
    return [...new Set(folders)].filter((folder) => folder !== this.#first.folder);
  }

  #open(folder: string): SlotPool {
    const known = this.#others.get(folder);
    if (known !== undefined) return known;
    const opened = new SlotPool({ ...this.#options, poolFolder: folder });
    this.#others.set(folder, opened);
    return opened;
  }
}
