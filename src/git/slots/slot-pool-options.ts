import type { Sandbox } from '../../ports/sandbox.ts';
import type { HostEnvironment } from '../../process/environment.ts';
import type { Repository } from '../base/repository.ts';
import type { Git } from '../base/runner.ts';
import type { SlotHooks } from './slot-setup.ts';

export interface SlotPoolOptions {
  readonly git: Git;
  readonly repository: Repository;
  /** Absolute, outside the checkout: a slot inside would find the checkout's own dependencies. */
  readonly poolFolder: string;
  readonly host: HostEnvironment;
  /** Untracked files of the checkout to copy into each slot, see `CopySource`. */
  readonly copies?: readonly string[];
  readonly hooks?: SlotHooks;
  /** For slots that are to be confined. */
  readonly sandbox?: Sandbox;
  /** First port of the first slot. */
  readonly portBase?: number;
  readonly portsPerSlot?: number;
  /** Slots left for a look; of more, the oldest is given back. */
  readonly keptSlots?: number;
  /** Names or paths of ignored folders that stay while the lockfiles are the same. Default: all of them. */
  readonly keptIgnoredFolders?: readonly string[];
  /** Absolute folder of a run, for the patches of slots that are given back. */
  readonly archiveFolder: (run: string) => string;
}

export type Defaults = Required<Pick<SlotPoolOptions, 'copies' | 'portBase' | 'portsPerSlot' | 'keptSlots'>>;
export const DEFAULTS: Defaults = {
  copies: ['.env*', '.claude/'],
  portBase: 20_000,
  portsPerSlot: 10,
  keptSlots: 5,
};
