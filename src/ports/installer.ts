/** Installs packages into a project by its own package managers, as a change of its files. */

import type { Commit } from '../core/attempt.ts';
import type { CommandResult } from '../core/event.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import type { PackageChange } from '../core/plan.ts';

export interface InstallRequest {
  readonly run: string;
  /** Unique within the run; a second request with one key takes up the first, or gives its result. */
  readonly key: string;
  readonly base: Commit;
  readonly changes: readonly PackageChange[];
  /** For each command. */
  readonly timeoutMs: number;
  readonly isolation: IsolationSettings;
}

/** By path the text of a file that is not as the base has it; null for one that is gone. */
export type ChangedFiles = ReadonlyMap<string, string | null>;

export type Installation =
  /** Manifests and lock files alone; none where the base has all that is wanted. */
  | {
      readonly is: 'installed';
      readonly files: ChangedFiles;
      /** What they do not show of the changes, in words. */
      readonly unconfirmed: readonly string[];
    }
  | { readonly is: 'failed'; readonly result: CommandResult };

export interface Installer {
  /** Null when the signal ended it; a later request with the key goes on. */
  install(request: InstallRequest, signal: AbortSignal): Promise<Installation | null>;
}
