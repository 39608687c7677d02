/** A merge, with what conflicts in it put together where that needs nobody. One way for every merge of a run. */

import type { MergeResult, ResolvedPath, UnresolvedPath } from '../core/merge-result.ts';
import type { MergeRequest, ResolvedFile } from '../ports/merger.ts';
import { checkIsolation } from './attempt-spec.ts';
import type { Performing } from './parts.ts';

/** For a package manager that makes a lockfile anew. */
const LOCKFILE_MS = 5 * 60_000;

/** The same request gives the same commit. Null when it was given up. */
export async function mergeBranch(
  request: MergeRequest,
  performing: Performing,
): Promise<MergeResult | null> {
  const { ports, state } = performing;
  const merged = await ports.merger.merge(request);
  if (merged.is === 'clean' || state.settings.mergeResolve === 'off') return merged;
  const parts = await ports.merger.conflict(request);
  const { resolved, lockfiles, ...rest } = await ports.resolver.resolve(parts.files);
  const unresolved = [...parts.others, ...rest.unresolved];
  if (unresolved.length > 0) return { ...merged, unresolved };
  const made = await madeLockfiles(request, { resolved, lockfiles }, performing);
  if (made === null) return null;
  if (made.is === 'failed') return { ...merged, unresolved: [made.left] };
  const whole = await ports.merger.merge({ ...request, resolved: [...resolved, ...made.files] });
  if (whole.is === 'conflict') return whole;
  const patterns = resolved.flatMap(({ path, patterns: all }) =>
    all.map((pattern): ResolvedPath => ({ path, pattern })),
  );
  const anew = made.files.map(({ path }): ResolvedPath => ({ path, pattern: 'lockfile' }));
  return { ...whole, resolved: [...patterns, ...anew] };
}

interface Texts {
  readonly resolved: readonly ResolvedFile[];
  readonly lockfiles: readonly ResolvedFile[];
}

type Made =
  | { readonly is: 'made'; readonly files: readonly ResolvedFile[] }
  | { readonly is: 'failed'; readonly left: UnresolvedPath };

/** From the merged tree, by their package managers. */
async function madeLockfiles(
  request: MergeRequest,
  { resolved, lockfiles }: Texts,
  { ports, state, signal }: Performing,
): Promise<Made | null> {
  if (lockfiles.length === 0) return { is: 'made', files: [] };
  const begun = await ports.merger.merge({
    ...request,
    strategy: 'squash',
    resolved: [...resolved, ...lockfiles],
  });
  if (begun.is === 'conflict') throw new Error(`not just this conflicts: ${begun.paths.join(', ')}`);
  const { commit } = begun;
  // One merge has one key, whatever it is wanted for: its package manager is asked once.
  const key = `lockfiles-${commit}`;
  const isolation = checkIsolation(state);
  const wanted = { run: state.run, key, commit, lockfiles, timeoutMs: LOCKFILE_MS, isolation };
  const made = await ports.resolver.makeLockfiles(wanted, signal);
  if (made === null || made.is === 'made') return made;
  return { is: 'failed', left: { path: made.path, reason: made.reason } };
}
