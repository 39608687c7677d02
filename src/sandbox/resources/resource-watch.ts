/** Looks at what one job uses of what it may use, as often as it is asked. What all jobs have in common is asked once. */

import { statSync } from 'node:fs';
import type { Excess, LimitWatch, ResourceLimits } from '../../core/isolation.ts';
import { sizeText } from '../../core/size-text.ts';
import { type Claim, type JobFiles, jobFiles, readAgent, readClaim } from '../../process/job-folder.ts';
import { excessIn, readGroupCounts, readKeptCounts, readMembers } from './cgroup-counts.ts';
import { DiskGrowth } from './disk-growth.ts';
import { type Disks, JobDisks } from './disk-room.ts';
import { GroupSigns } from './group-signs.ts';
import { JobPeaks } from './job-peaks.ts';
import type { TreeWatch, WatchedLimits } from './tree-watch.ts';

export interface ResourceWatchParts {
  readonly jobFolder: string;
  /** Whose growth counts: absolute, none inside another. */
  readonly folders: readonly string[];
  readonly limits: ResourceLimits;
  /** What the kernel does not keep for a job that is in groups, or in none. */
  readonly unheld: (isInGroups: boolean) => Promise<WatchedLimits>;
  readonly tree: TreeWatch;
  readonly disks: Disks;
  /** How many jobs are looked at. */
  readonly jobs: () => number;
  /** Called once. */
  readonly onEnd: () => void;
}

interface Begun {
  readonly claim: Claim;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly signs: GroupSigns;
  readonly unheld: WatchedLimits;
  readonly disks: JobDisks;
  readonly peaks: JobPeaks;
}

export class ResourceWatch implements LimitWatch {
  readonly #parts: ResourceWatchParts;
  readonly #files: JobFiles;
  readonly #growth = new DiskGrowth();
  #begun: Begun | null = null;
  #isOver = false;

  constructor(parts: ResourceWatchParts) {
    this.#parts = parts;
    this.#files = jobFiles(parts.jobFolder);
  }

  async look(): Promise<Excess | null> {
    this.#begun ??= await this.#begin();
    if (this.#begun === null || this.#isOver) return null;
    this.#lookAtPeaks(this.#begun);
    return this.#counted(this.#begun) ?? this.#watched(this.#begun) ?? (await this.#disk(this.#begun));
  }

  end(): Excess | null {
    if (!this.#isOver) this.#parts.onEnd();
    this.#isOver = true;
    this.#begun?.signs.close();
    this.#begun?.peaks.end(this.#added());
    const kept = readKeptCounts(this.#parts.jobFolder);
    return kept === null ? null : excessIn(kept);
  }

  /** Null while its shim has not begun it. */
  async #begin(): Promise<Begun | null> {
    const sight = readClaim(this.#files);
    const since = statSync(this.#files.claim, { throwIfNoEntry: false })?.mtimeMs;
    if (sight.is !== 'made' || since === undefined) return null;
    const { claim } = sight;
    const unheld = await this.#parts.unheld(claim.cgroups.length > 0);
    if (this.#isOver) return null;
    const disks = new JobDisks(this.#parts.disks, this.#parts.folders);
    const peaks = new JobPeaks(this.#parts.jobFolder, since);
    return { claim, since, unheld, disks, peaks, signs: new GroupSigns(claim.cgroups) };
  }

  #lookAtPeaks({ claim, peaks }: Begun): void {
    if (!peaks.isDue()) return;
    const [group] = claim.cgroups;
    const pids =
      group === undefined
        ? this.#parts.tree.members({ agent: readAgent(this.#files, claim), marker: claim.marker })
        : readMembers(group);
    peaks.look({ pids, ...this.#added() });
  }

  #added(): { readonly diskBytes?: number } {
    return this.#growth.isMeasured ? { diskBytes: this.#growth.latest } : {};
  }

  #counted({ claim, signs }: Begun): Excess | null {
    return signs.haveChanged()
      ? excessIn(readKeptCounts(this.#parts.jobFolder) ?? readGroupCounts(claim.cgroups))
      : null;
  }

  #watched({ claim, unheld }: Begun): Excess | null {
    if (unheld.memoryBytes === undefined && unheld.processes === undefined) return null;
    const agent = readAgent(this.#files, claim);
    return this.#parts.tree.exceeded({ agent, marker: claim.marker }, unheld);
  }

  async #disk({ since, disks }: Begun): Promise<Excess | null> {
    const { folders, limits, jobs } = this.#parts;
    const { diskBytes = Number.POSITIVE_INFINITY, diskShare = Number.POSITIVE_INFINITY } = limits;
    if (limits.diskBytes === undefined && limits.diskShare === undefined) return null;
    const { used, free } = await disks.room();
    // A share is of what is free now and what the job has taken of it.
    const most = Math.min(diskBytes, diskShare * (free + this.#growth.latest));
    const bytes = this.#growth.bytes({ folders, since, enough: most }, { used, jobs: jobs() });
    if (bytes <= most) return null;
    return {
      limit: 'disk',
      detail: `it added more to the disk than the ${sizeText(most)} that it may add`,
    };
  }
}
