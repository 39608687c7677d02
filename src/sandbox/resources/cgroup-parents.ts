/**
 * Finds groups of the kernel's in which we may make groups of our own. Nothing is believed that was not tried: a
 * group is made, a limit written and a process moved there.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../../core/result.ts';
import { newCgroupName, removeCgroups } from '../../process/cgroup.ts';
import { runCommand } from '../../process/run-command.ts';
import { type GroupLimits, groupFiles } from './cgroup-limits.ts';
import { type CgroupPlace, CONTROLLERS, type Controller, cgroupPlaces } from './cgroup-places.ts';

/** A group in which groups for jobs can be made. */
export interface CgroupParent {
  readonly version: 1 | 2;
  /** Absolute. */
  readonly folder: string;
  /** Those that hold in its children. */
  readonly controllers: readonly Controller[];
}

export interface CgroupSupport {
  readonly parents: readonly CgroupParent[];
  /** Why controllers are missing, for people; empty when none is. */
  readonly detail: string;
}

/** What the kernel does; tests of the rules stand in for one that mounts its groups in another way. */
export interface GroupKernel {
  /** Makes a group, and with it the files that it has. */
  make(group: string): void;
  /** Moves a process into it; false when that is refused. */
  move(group: string): Promise<boolean>;
}

const MOVE_MS = 10_000;
const TRIAL = { memoryBytes: 256 * 1024 * 1024, processes: 64, cpus: 1 };

export async function findCgroupParents(): Promise<CgroupSupport> {
  if (process.platform !== 'linux') return { parents: [], detail: 'control groups are on Linux only' };
  const mounts = textOf('/proc/self/mountinfo');
  const memberships = textOf('/proc/self/cgroup');
  return tryPlaces(cgroupPlaces(mounts, memberships), { make: mkdirSync, move: moveShell });
}

/** Version 2 first. A controller is under one of the two. */
export async function tryPlaces(places: readonly CgroupPlace[], kernel: GroupKernel): Promise<CgroupSupport> {
  const parents: CgroupParent[] = [];
  const reasons: string[] = [];
  for (const place of places.toSorted((a, b) => b.version - a.version)) {
    const found = place.version === 2 ? await searchUpwards(place, kernel) : await tryOwn(place, kernel);
    if (found === null) continue;
    if (found.ok) parents.push(found.value);
    else reasons.push(found.error);
  }
  const held = new Set(parents.flatMap(({ controllers }) => controllers));
  const missing = CONTROLLERS.filter((name) => !held.has(name));
  if (missing.length === 0) return { parents, detail: '' };
  const why = reasons[0] ?? 'the kernel shows none of them here';
  return { parents, detail: `no control groups for ${missing.join(', ')}: ${why}` };
}

async function tryOwn(
  { own, controllers }: CgroupPlace,
  kernel: GroupKernel,
): Promise<Result<CgroupParent, string>> {
  const parent: CgroupParent = { version: 1, folder: own, controllers };
  const tried = await tryParent(parent, kernel);
  return tried.ok ? ok(parent) : tried;
}

/**
 * A group of version 2 that has processes cannot give its controllers to groups in it, and ours has us. So one
 * above is searched, as a user's systemd gives to that user. A group that is itself limited is never left, for
 * whoever limited us meant what we start too. Null where version 2 has no controllers at all.
 */
async function searchUpwards(
  place: CgroupPlace,
  kernel: GroupKernel,
): Promise<Result<CgroupParent, string> | null> {
  let why: string | null = null;
  for (let folder = place.own; ; folder = dirname(folder)) {
    const has = wordsOf(join(folder, 'cgroup.controllers'));
    const wanted = CONTROLLERS.filter((name) => has.includes(name));
    if (wanted.length > 0) {
      const tried = await tryFolder(folder, wanted, kernel);
      if (tried.ok) return tried;
      why ??= tried.error;
    }
    if (folder === place.top) return why === null ? null : err(why);
    if (isLimited(folder)) {
      return err(`${folder} is limited, and its processes keep groups from being made in it`);
    }
  }
}

async function tryFolder(
  folder: string,
  wanted: readonly Controller[],
  kernel: GroupKernel,
): Promise<Result<CgroupParent, string>> {
  const controllers = wanted.filter((name) => isGiven(folder, name));
  if (controllers.length === 0) return err(`${folder} cannot give its controllers to groups in it`);
  const parent: CgroupParent = { version: 2, folder, controllers };
  const tried = await tryParent(parent, kernel);
  return tried.ok ? ok(parent) : tried;
}

function isGiven(folder: string, controller: Controller): boolean {
  const file = join(folder, 'cgroup.subtree_control');
  if (wordsOf(file).includes(controller)) return true;
  try {
    writeFileSync(file, `+${controller}`);
  } catch {
    return false;
  }
  return wordsOf(file).includes(controller);
}

function isLimited(folder: string): boolean {
  const memory = wordsOf(join(folder, 'memory.max'))[0] ?? 'max';
  const cpu = wordsOf(join(folder, 'cpu.max'))[0] ?? 'max';
  return memory !== 'max' || cpu !== 'max';
}

async function tryParent(parent: CgroupParent, kernel: GroupKernel): Promise<Result<string, string>> {
  const made = makeGroup(parent, TRIAL, kernel.make);
  if (!made.ok) return made;
  const moved = await kernel.move(made.value);
  removeCgroups([made.value]);
  return moved ? made : err(`processes cannot be moved to groups in ${parent.folder}`);
}

/** An empty group with these limits. The error is for people. */
export function makeGroup(
  { version, folder, controllers }: CgroupParent,
  limits: GroupLimits,
  make: GroupKernel['make'] = mkdirSync,
): Result<string, string> {
  const group = join(folder, newCgroupName());
  try {
    make(group);
    for (const file of groupFiles(version, controllers, limits)) {
      try {
        // Without creating: what the kernel does not have must not look as if it had been written.
        writeFileSync(join(group, file.name), file.value, { flag: 'r+' });
      } catch (error) {
        if (!file.optional) throw error;
      }
    }
    return ok(group);
  } catch (error) {
    removeCgroups([group]);
    return err(`${folder} takes no group of ours: ${reasonOf(error)}`);
  }
}

/** The kernel's code says it all; the path of a group that was never there says nothing. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return String(error);
}

/** By a shell, as the shim does it. */
async function moveShell(group: string): Promise<boolean> {
  const result = await runCommand({
    argv: ['/bin/sh', '-c', 'printf 0 >"$1/cgroup.procs"', 'sh', group],
    cwd: '/',
    env: {},
    timeoutMs: MOVE_MS,
    maxBytes: 1_000,
  });
  return result.ok && result.value.exitCode === 0;
}

function wordsOf(file: string): readonly string[] {
  return textOf(file)
    .split(/\s+/)
    .filter((word) => word !== '');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
