/** Puts together what two sides did to one file, where nobody needs to be asked. */

import type { Commit } from '../core/attempt.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import type { ResolutionPattern, UnresolvedPath } from '../core/merge-result.ts';
import type { ConflictedFile, ResolvedFile } from './merger.ts';

export interface TextResolutions {
  readonly resolved: readonly (ResolvedFile & { readonly patterns: readonly ResolutionPattern[] })[];
  /** Lockfiles, each with the text from which its package manager is to make it anew. */
  readonly lockfiles: readonly ResolvedFile[];
  readonly unresolved: readonly UnresolvedPath[];
}

export interface LockfileRequest {
  readonly run: string;
  /** Unique within the run; a second request with one key takes up the first, or gives its result. */
  readonly key: string;
  /** The merged tree. */
  readonly commit: Commit;
  /** As `resolve` gave them; the commit holds them. */
  readonly lockfiles: readonly ResolvedFile[];
  /** For each package manager. */
  readonly timeoutMs: number;
  readonly isolation: IsolationSettings;
}

export type MadeLockfiles =
  | { readonly is: 'made'; readonly files: readonly ResolvedFile[] }
  | { readonly is: 'failed'; readonly path: string; readonly reason: string };

export interface ConflictResolver {
  /** The same files give the same answer. */
  resolve(files: readonly ConflictedFile[]): Promise<TextResolutions>;
  /** Null when the signal ended it; a later request with the key goes on. */
  makeLockfiles(request: LockfileRequest, signal: AbortSignal): Promise<MadeLockfiles | null>;
}
