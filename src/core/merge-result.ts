/** What comes of a merge, and of what conflicted in it. Plain data, as it stands in the log. */

import type { Commit } from './attempt.ts';
import type { ConflictScene } from './conflict.ts';

export type MergeResult =
  /** `resolved`: what conflicted in it, and how that was put together without anybody being asked. */
  | { readonly is: 'clean'; readonly commit: Commit; readonly resolved?: readonly ResolvedPath[] }
  /** `unresolved`: why these could not be put together; absent when it was not tried. */
  | {
      readonly is: 'conflict';
      readonly paths: readonly string[];
      readonly unresolved?: readonly UnresolvedPath[];
      /** Absent where nobody is to look at it. */
      readonly scene?: ConflictScene;
    };

/** What both sides added, or that a lockfile was made anew from what both want. */
export type ResolutionPattern =
  | 'imports'
  | 'symbols'
  | 'tests'
  | 'dependencies'
  | 'keys'
  | 'entries'
  | 'lockfile';

export interface ResolvedPath {
  readonly path: string;
  readonly pattern: ResolutionPattern;
}

export interface UnresolvedPath {
  readonly path: string;
  readonly reason: string;
}

/** `a.ts (imports, tests), b.json (keys)`; paths are untrusted. */
export function resolvedWords(resolved: readonly ResolvedPath[]): string {
  const patterns = new Map<string, string[]>();
  for (const { path, pattern } of resolved) patterns.set(path, [...(patterns.get(path) ?? []), pattern]);
  return [...patterns].map(([path, all]) => `${path} (${all.join(', ')})`).join(', ');
}
