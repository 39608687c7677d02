/**
 * Limits on what a job's whole process tree may use. The kernel keeps them where it lets us make control groups; else
 * the tree is looked at. Shared by every sandbox, and by doing without one.
 */

import type {
  Hold,
  LimitWatch,
  Peaks,
  ProcessLimits,
  Protection,
  ResourceLimits,
} from '../../core/isolation.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Bounds } from '../../ports/sandbox.ts';
import { removeCgroups } from '../../process/cgroup.ts';
import type { Grant, Limiter } from '../local-sandbox.ts';
import { removeLeftGroups } from './cgroup-leftovers.ts';
import type { GroupLimits } from './cgroup-limits.ts';
import { type CgroupSupport, findCgroupParents, makeGroup } from './cgroup-parents.ts';
import type { Controller } from './cgroup-places.ts';
import { Disks } from './disk-room.ts';
import { readPeaks } from './job-peaks.ts';
import { machineMemory } from './machine-memory.ts';
import { readProcesses, userThreads } from './process-table.ts';
import { ResourceWatch } from './resource-watch.ts';
import { TreeWatch, type WatchedLimits } from './tree-watch.ts';

/**
 * Where nothing else keeps a fork bomb from outrunning the looks at it. It counts all that the user runs, so it
 * leaves room for other agents.
 */
const USER_PROCESSES_FACTOR = 4;

export class ResourceLimiter implements Limiter {
  readonly #find: () => Promise<CgroupSupport>;
  #support: Promise<CgroupSupport> | undefined;
  readonly #tree = new TreeWatch();
  readonly #disks = new Disks();
  /** Jobs that are looked at. */
  #watches = 0;

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

  watch(jobFolder: string, { limits, mounts, scratch, workplace }: Bounds): LimitWatch {
    const writable = (mounts ?? []).filter((mount) => mount.writable).map((mount) => mount.from);
    this.#watches += 1;
    return new ResourceWatch({
      jobFolder,
      folders: outermost([scratch, ...(workplace === undefined ? [] : [workplace]), ...writable]),
      limits,
      unheld: (isInGroups) => this.#unheld(limits, isInGroups),
      tree: this.#tree,
      disks: this.#disks,
      jobs: () => this.#watches,
      onEnd: () => {
        this.#watches -= 1;
      },
    });
  }

  async peaks(jobFolder: string): Promise<Peaks | null> {
    return readPeaks(jobFolder);
  }

  async #unheld(limits: ResourceLimits, isInGroups: boolean): Promise<WatchedLimits> {
    const held = isInGroups ? controllersOf(await this.#found()) : new Set();
    const { memoryBytes, processes } = groupLimits(limits);
    return {
      ...(memoryBytes === undefined || held.has('memory') ? {} : { memoryBytes }),
      ...(processes === undefined || held.has('pids') ? {} : { processes }),
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

/** None inside another. */
function outermost(folders: readonly string[]): readonly string[] {
  return [...new Set(folders)].filter(
    (folder) => !folders.some((other) => other !== folder && folder.startsWith(`${other}/`)),
  );
}
