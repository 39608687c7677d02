/** Confines what is started: agents, and whatever runs code from a branch. */

import type {
  LimitWatch,
  NetworkRule,
  Peaks,
  ProcessLimits,
  Protection,
  ResourceLimits,
} from '../core/isolation.ts';
import type { Result } from '../core/result.ts';

/** A folder or file of the machine, shown to the confined process at another path or at its own. Both absolute. */
export interface Mount {
  readonly from: string;
  readonly at: string;
  readonly writable: boolean;
}

export interface Launch {
  readonly argv: readonly string[];
  /** Absolute; inside one of the writable places. */
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Bounds {
  /** Absolute; for temporary files and a home folder of its own. Made anew, and of no use after the end. */
  readonly scratch: string;
  /**
   * Beside the system, its tool chains and these, nothing of the machine's files can be seen; later ones lie over
   * earlier ones. Null: no sandbox is wanted, and only the limits count.
   */
  readonly mounts: readonly Mount[] | null;
  readonly network: NetworkRule;
  readonly limits: ResourceLimits;
  /** Absolute folder, whose growth counts as growth on the disk even when there are no mounts. */
  readonly workplace?: string;
}

/** What to start in place of the launch. */
export interface Confined extends Launch {
  /** Groups of the kernel's that the process and all it starts belong to: absolute folders, made and empty. */
  readonly cgroups: readonly string[];
  readonly rlimits: ProcessLimits;
  /** The program stands around what was to be started, which has process groups of its own. */
  readonly walled: boolean;
}

export interface Sandbox {
  /** Whether a mount may be shown at another path than its own. */
  readonly showsElsewhere: boolean;
  /** What holds on this machine; found out once. */
  protection(): Promise<Protection>;
  /** For a job that has not begun. The error is for people, and ends with what to do. */
  confine(launch: Launch, bounds: Bounds): Promise<Result<Confined, string>>;
  /** The job in this folder need not have begun. */
  watch(jobFolder: string, bounds: Bounds): LimitWatch;
  /** What was seen of a job until its watch ended, also by another process; null for none. */
  peaks(jobFolder: string): Promise<Peaks | null>;
}
