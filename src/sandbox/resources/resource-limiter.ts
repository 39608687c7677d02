/**
 * Limits on what a job's whole process tree may use. The kernel keeps them where it lets us make control groups; else
 * the tree is looked at. Shared by every sandbox, and by doing without one.
 */

import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Excess, Hold, Peaks, ProcessLimits, Protection, ResourceLimits } from '../../core/isolation.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { sizeText } from '../../core/size-text.ts';
import type { Bounds } from '../../ports/sandbox.ts';
import { removeCgroups } from '../../process/cgroup.ts';
import { type Claim, jobFiles, readAgent, readClaim, readEnd } from '../../process/job-folder.ts';
import type { Grant, Limiter } from '../local-sandbox.ts';
import { excessIn, readGroupCounts, readKeptCounts, readMembers } from './cgroup-counts.ts';
import { removeLeftGroups } from './cgroup-leftovers.ts';
import type { GroupLimits } from './cgroup-limits.ts';
import { type CgroupSupport, findCgroupParents, makeGroup } from './cgroup-parents.ts';
import type { Controller } from './cgroup-places.ts';
import { DiskGrowth } from './disk-growth.ts';
import { JobPeaks } from './job-peaks.ts';
import { machineMemory } from './machine-memory.ts';
import { readProcesses, userThreads } from './process-table.ts';
import { TreeWatch } from './tree-watch.ts';

/**
 * Where nothing else keeps a fork bomb from outrunning the looks at it. It counts all that the user runs, so it
 * leaves room for other agents.
 */
const USER_PROCESSES_FACTOR = 4;

export class ResourceLimiter implements Limiter {
  readonly #find: () => Promise<CgroupSupport>;
  #support: Promise<CgroupSupport> | undefined;
  readonly #tree = new TreeWatch();
  readonly #peaks = new JobPeaks();
  readonly #disks = new Map<string, DiskGrowth>();

  constructor(find: () => Promise<CgroupSupport> = findCgroupParents) {
    this.#find = find;
  }

  async holds(): Promise<Pick<Protection, 'limits' | 'limitsDetail'>> {
    const support = await this.#found();
    const held = controllersOf(support);
    const otherwise: Hold = readProcesses() === null ? 'none' : 'watched';
    const limits: Protection['limits'] = {
      memory: held.has('memory') ? 'enforced' : otherwise,
      processes: held.has('pids') ? 'enforced' : otherwise,
      cpu: held.has('cpu') ? 'enforced' : 'none',
      openFiles: 'enforced',
      disk: 'watched',
    };
    return support.detail === '' ? { limits } : { limits, limitsDetail: support.detail };
  }

  /** Who does not start the job removes the groups (`removeCgroups`). */
  async open({ limits }: Pick<Bounds, 'limits'>): Promise<Result<Grant, string>> {
    const support = await this.#found();
    const wanted = groupLimits(limits);
    const cgroups: string[] = [];
    for (const parent of support.parents) {
      const made = makeGroup(parent, wanted);
      if (!made.ok) {
        removeCgroups(cgroups);
        return err(made.error);
      }
      cgroups.push(made.value);
    }
    return ok({ cgroups, rlimits: processLimits(limits, controllersOf(support).has('pids')) });
  }

  /** Cheap enough to be asked each second; also of a job that another process started, and of one that has ended. */
  async exceeded(jobFolder: string, { limits, mounts, scratch, workplace }: Bounds): Promise<Excess | null> {
    const kept = readKeptCounts(jobFolder);
    const files = jobFiles(jobFolder);
    const sight = readClaim(files);
    if (kept !== null || sight.is !== 'made' || readEnd(files) !== null) {
      this.#disks.delete(jobFolder);
      this.#peaks.forget(jobFolder);
      return kept === null ? null : excessIn(kept);
    }
    this.#look(jobFolder, sight.claim);
    const writable = (mounts ?? []).filter((mount) => mount.writable).map((mount) => mount.from);
    return (
      excessIn(readGroupCounts(sight.claim.cgroups)) ??
      (await this.#watched(jobFolder, sight.claim, limits)) ??
      (await this.#disk(
        jobFolder,
        outermost([scratch, ...(workplace === undefined ? [] : [workplace]), ...writable]),
        limits,
      ))
    );
  }

  peaks(jobFolder: string): Promise<Peaks | null> {
    return Promise.resolve(this.#peaks.of(jobFolder));
  }

  #look(jobFolder: string, claim: Claim): void {
    const since = claimedAt(jobFolder);
    if (since === undefined) return;
    const [group] = claim.cgroups;
    const pids =
      group === undefined
        ? this.#tree.members({ agent: readAgent(jobFiles(jobFolder), claim), marker: claim.marker })
        : readMembers(group);
    const disk = this.#disks.get(jobFolder);
    const diskBytes = disk?.isMeasured === true ? { diskBytes: disk.latest } : {};
    this.#peaks.look(jobFolder, { pids, since, ...diskBytes });
  }

  async #watched(jobFolder: string, claim: Claim, limits: ResourceLimits): Promise<Excess | null> {
    const held = claim.cgroups.length === 0 ? new Set() : controllersOf(await this.#found());
    const { memoryBytes, processes } = groupLimits(limits);
    const watched = {
      ...(memoryBytes === undefined || held.has('memory') ? {} : { memoryBytes }),
      ...(processes === undefined || held.has('pids') ? {} : { processes }),
    };
    if (watched.memoryBytes === undefined && watched.processes === undefined) return null;
    const agent = readAgent(jobFiles(jobFolder), claim);
    return this.#tree.exceeded({ agent, marker: claim.marker }, watched);
  }

  async #disk(jobFolder: string, folders: readonly string[], limits: ResourceLimits): Promise<Excess | null> {
    const since = claimedAt(jobFolder);
    if (since === undefined) return null;
    if (limits.diskBytes === undefined && limits.diskShare === undefined) return null;
    const disk = this.#disks.get(jobFolder) ?? new DiskGrowth();
    this.#disks.set(jobFolder, disk);
    const known = disk.latest;
    const most = await mostDisk(limits, folders, known);
    const bytes = await disk.bytes({ folders, since, enough: most });
    if (bytes <= most) return null;
    return {
      limit: 'disk',
      detail: `it added more to the disk than the ${sizeText(most)} that it may add`,
    };
  }

  #found(): Promise<CgroupSupport> {
    this.#support ??= this.#find().then((support) => {
      removeLeftGroups(support.parents.map(({ folder }) => folder));
      return support;
    });
    return this.#support;
  }
}

function claimedAt(jobFolder: string): number | undefined {
  return statSync(jobFiles(jobFolder).claim, { throwIfNoEntry: false })?.mtimeMs;
}

function controllersOf({ parents }: CgroupSupport): ReadonlySet<Controller> {
  return new Set(parents.flatMap(({ controllers }) => controllers));
}

function groupLimits({ memoryBytes, memoryShare, processes, cpus }: ResourceLimits): GroupLimits {
  const share =
    memoryShare === undefined ? Number.POSITIVE_INFINITY : memoryShare * machineMemory().totalBytes;
  const bytes = Math.floor(Math.min(memoryBytes ?? Number.POSITIVE_INFINITY, share));
  return {
    ...(Number.isFinite(bytes) ? { memoryBytes: bytes } : {}),
    ...(processes === undefined ? {} : { processes }),
    ...(cpus === undefined ? {} : { cpus }),
  };
}

function processLimits({ openFiles, diskBytes, processes }: ResourceLimits, isBound: boolean): ProcessLimits {
  const userProcesses =
    processes === undefined || isBound || process.getuid?.() === 0
      ? undefined
      : userThreads() + processes * USER_PROCESSES_FACTOR;
  return {
    ...(openFiles === undefined ? {} : { openFiles }),
    // One file cannot be larger than all of them, so that a single write cannot fill the disk between two looks.
    ...(diskBytes === undefined ? {} : { fileBytes: diskBytes }),
    ...(userProcesses === undefined ? {} : { userProcesses }),
  };
}

/** A share is of what is free now and what the job has taken of it. */
async function mostDisk(
  { diskBytes, diskShare }: ResourceLimits,
  folders: readonly string[],
  added: number,
): Promise<number> {
  const fixed = diskBytes ?? Number.POSITIVE_INFINITY;
  if (diskShare === undefined) return fixed;
  const free = await Promise.all(
    folders.map(async (folder) => {
      const disk = await statfs(folder).catch(() => null);
      return disk === null ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize;
    }),
  );
  return Math.min(fixed, diskShare * (Math.min(...free) + added));
}

/** None inside another. */
function outermost(folders: readonly string[]): readonly string[] {
  return [...new Set(folders)].filter(
    (folder) => !folders.some((other) => other !== folder && folder.startsWith(`${other}/`)),
  );
}
