/** Slots with agents' work in them, and looks at them. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from '../core/attempt.ts';
import type { Sight } from '../core/foreseen.ts';
import { inspectRepository } from '../git/base/repository.ts';
import { SlotRadar } from '../git/radar/slot-radar.ts';
import type { SlotPool } from '../git/slots/slot-pool.ts';
import type { RadarHead } from '../ports/conflict-radar.ts';
import type { Slot } from '../ports/worktree.ts';
import { type FileMap, makeRepository } from './git-fixture.ts';
import { type OpenedPool, openPool } from './slot-pools.ts';
import type { WorktreeBench } from './worktree-bench.ts';

/** `line 1` to `line 20`, but for one of them. */
export function linesWith(number?: number, text = 'changed'): string {
  const lines = Array.from({ length: 20 }, (_, at) => (at + 1 === number ? text : `line ${at + 1}`));
  return `${lines.join('\n')}\n`;
}

export class RadarBench {
  readonly opened: OpenedPool;
  readonly radar: SlotRadar;
  readonly folder: string;
  readonly #others: SlotPool[] = [];

  private constructor(opened: OpenedPool, radar: SlotRadar, folder: string) {
    this.opened = opened;
    this.radar = radar;
    this.folder = folder;
  }

  static async open({ confined = false, glanceMs = 60_000 } = {}): Promise<RadarBench> {
    const fixture = makeRepository({ files: { 'shared.txt': linesWith(), 'b.txt': linesWith() } });
    const opened = await openPool(fixture, { confined });
    const repository = await inspectRepository(opened.git, fixture.path);
    if (!repository.ok) throw new Error(repository.error.detail);
    const folder = join(fixture.root, 'radar');
    const { git } = opened;
    const radar = new SlotRadar({ git, repository: repository.value, folder: () => folder, glanceMs });
    return new RadarBench(opened, radar, folder);
  }

  get base(): Commit {
    return this.opened.bench.base;
  }

  /** A slot for the task, with these files in it. */
  async slot(task: string, files: FileMap): Promise<Slot> {
    const slot = await this.opened.bench.prepare(task);
    this.opened.bench.write(slot, files);
    return slot;
  }

  /** Of the same repository, elsewhere. */
  async otherPool(): Promise<WorktreeBench> {
    const { fixture } = this.opened.bench;
    const { bench, pool } = await openPool(fixture, { poolFolder: join(fixture.root, 'other-pool') });
    this.#others.push(pool);
    return bench;
  }

  commit(slot: Slot): void {
    this.opened.bench.git(slot, 'add', '--all');
    this.opened.bench.git(slot, 'commit', '--quiet', '--message', 'Work');
  }

  inSlot(task: string, slot: Slot, change: Partial<RadarHead> = {}): RadarHead {
    const at = { is: 'slot', worktree: slot.path, attempt: 1 } as const;
    return { task, base: this.base, at, stirred: true, ...change };
  }

  atCommit(task: string, commit: Commit, base = this.base): RadarHead {
    return { task, base, at: { is: 'commit', commit }, stirred: false };
  }

  async look(heads: readonly RadarHead[], tip = this.base): Promise<Sight> {
    const seen = await this.radar.look({ run: 'run-1', tip, heads }, new AbortController().signal);
    if (!seen.ok) throw new Error(seen.error);
    return seen.value;
  }

  /** Names of all objects of the repository itself. */
  objects(): readonly string[] {
    const folder = join(this.opened.bench.fixture.path, '.git', 'objects');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  }

  /** Files that the looks have left. */
  left(): readonly string[] {
    return existsSync(this.folder) ? readdirSync(this.folder, { recursive: true, encoding: 'utf8' }) : [];
  }

  async close(): Promise<void> {
    await this.radar.rest('run-1');
    await this.opened.git.rest();
    await Promise.all(this.#others.map((pool) => pool.close()));
    await this.opened.close();
  }
}
