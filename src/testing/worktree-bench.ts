/** What tests of worktrees need: a real repository, something that gives slots, and short words for both. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptId, Work } from '../core/attempt.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import type { PrepareRequest, Slot, SlotHolder, WorktreeProblem, Worktrees } from '../ports/worktree.ts';
import type { FileMap, GitFixture } from './git-fixture.ts';
import { runConfined } from './sandboxes.ts';

interface HarvestOptions {
  readonly attempt?: number;
  readonly base?: string;
  readonly startFrom?: string;
}

export class WorktreeBench {
  readonly fixture: GitFixture;
  readonly worktrees: Worktrees;
  /** The commit slots are prepared at. */
  readonly base: string;

  /** Undefined: what runs in the slots is not confined. */
  readonly isolation: IsolationSettings | undefined;

  constructor(fixture: GitFixture, worktrees: Worktrees, isolation?: IsolationSettings) {
    this.isolation = isolation;
    this.fixture = fixture;
    this.worktrees = worktrees;
    this.base = fixture.git(['rev-parse', 'HEAD']);
  }

  holder(task: string, attempt = 1, run = 'run-1'): SlotHolder {
    return { run, key: `attempt/${task}/${attempt}`, task };
  }

  /** A slot for the first attempt at the task, on its branch. */
  async prepare(
    task: string,
    options: { readonly attempt?: number; readonly commit?: string } = {},
  ): Promise<Slot> {
    const commit = options.commit ?? this.base;
    const holder = this.holder(task, options.attempt);
    const slot = await this.worktrees.prepare({
      holder,
      commit,
      base: this.base,
      branch: branchOf(task),
      ...this.isolated(),
    });
    return unwrap(slot);
  }

  isolated(): Pick<PrepareRequest, 'isolation'> {
    return this.isolation === undefined ? {} : { isolation: this.isolation };
  }

  async harvest(slot: Slot, task: string, options: HarvestOptions = {}): Promise<Work> {
    return unwrap(await this.tryHarvest(slot, task, options));
  }

  tryHarvest(slot: Slot, task: string, options: HarvestOptions = {}): ReturnType<Worktrees['harvest']> {
    return this.worktrees.harvest({
      slot,
      holder: this.holder(task, options.attempt),
      id: this.id(task, options.attempt),
      base: options.base ?? this.base,
      startFrom: options.startFrom ?? options.base ?? this.base,
      branch: branchOf(task),
      commitMessage: `Work on ${task}`,
    });
  }

  id(task: string, number = 1): AttemptId {
    return { run: 'run-1', task, number };
  }

  /** Git as an agent in the slot would run it. */
  git(slot: Slot, ...args: readonly string[]): string {
    const call = ['-c', 'user.name=Agent', '-c', 'user.email=agent@example.org', ...args];
    if ((slot.confined?.mounts ?? null) === null) return this.fixture.git(call, { cwd: slot.path });
    return runConfined(slot, ['/usr/bin/git', ...call], this.fixture.env);
  }

  write(slot: Slot, files: FileMap): void {
    this.fixture.write(files, slot.path);
  }

  read(slot: Slot, path: string): string | null {
    const file = join(slot.path, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : null;
  }

  /** What a commit holds: path → content. */
  files(commit: string): Record<string, string> {
    const listed = this.fixture.git(['ls-tree', '-r', '-z', '--name-only', commit]);
    const paths = listed.split('\0').filter((path) => path !== '');
    return Object.fromEntries(
      paths.map((path) => [path, this.fixture.git(['cat-file', 'blob', `${commit}:${path}`])]),
    );
  }

  /** Everything in the slot that git sees as different from its commit, ignored files too. */
  dirt(slot: Slot): string {
    return this.git(slot, 'status', '--porcelain', '--ignored');
  }
}

export function branchOf(task: string): string {
  return `cox/run-1/${task}`;
}

export function unwrap<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WorktreeProblem },
): T {
  assert.ok(result.ok, result.ok ? '' : `${result.error.reason}: ${result.error.detail}`);
  return result.value;
}

/** For programs that a test needs and the machine may not have. */
export function hasProgram(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
