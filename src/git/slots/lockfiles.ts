/** Which state of its dependencies a commit asks for, and which of the files to be copied it tracks itself. */

import { createHash } from 'node:crypto';

import type { Commit } from '../../core/attempt.ts';
import { ok, type Result } from '../../core/result.ts';
import { runOn, type Site } from '../base/clean-dir.ts';
import { splitNul } from '../base/output.ts';
import type { GitProblem } from '../base/runner.ts';
import { changedPaths } from '../objects/objects.ts';

const LOCKFILES = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'uv.lock',
  'poetry.lock',
  'pdm.lock',
  'Pipfile.lock',
  'requirements*.txt',
  'Cargo.lock',
  'go.sum',
  'Gemfile.lock',
  'composer.lock',
  'mix.lock',
  'pubspec.lock',
  'gradle.lockfile',
];

export interface Dependencies {
  /** Equal for commits whose lockfiles, at any depth, are equal. */
  readonly lockfiles: string;
  readonly lockfilePaths: readonly string[];
  /** Those of the asked-for paths that the commit tracks. */
  readonly tracked: ReadonlySet<string>;
}

export interface DependencyRequest {
  /** Holds the commit. */
  readonly index: string;
  readonly commit: Commit;
  /** Relative to the top. */
  readonly paths: readonly string[];
}

export type DependencyReader = (
  site: Site,
  request: DependencyRequest,
) => Promise<Result<Dependencies, GitProblem>>;

const REMEMBERED = 64;

/** A reader that asks git once for each commit, of the last ones, and then only what is different from one of them. */
export function dependencyReader(): DependencyReader {
  const known = new Map<string, Known>();
  return async (site, request) => {
    const { commit, paths } = request;
    const wanted = JSON.stringify(paths);
    const key = `${commit} ${wanted}`;
    const before = known.get(key)?.dependencies;
    if (before !== undefined) return ok(before);
    const near = [...known.values()].findLast((each) => each.wanted === wanted);
    const alike = near === undefined ? ok(false) : await haveAlike(site, near.commit, request);
    if (!alike.ok) return alike;
    const read =
      near !== undefined && alike.value ? ok(near.dependencies) : await readDependencies(site, request);
    if (read.ok) known.set(key, { commit, wanted, dependencies: read.value });
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return read;
  };
}

interface Known {
  readonly commit: Commit;
  /** The paths that were asked for. */
  readonly wanted: string;
  readonly dependencies: Dependencies;
}

/** Whether the commit differs from another in nothing that is asked for. */
async function haveAlike(
  site: Site,
  other: Commit,
  { commit, paths }: DependencyRequest,
): Promise<Result<boolean, GitProblem>> {
  const changed = await changedPaths(site, other, commit);
  if (!changed.ok) return changed;
  const asked = new Set(paths);
  const matters = (path: string): boolean => asked.has(path) || isLockfile(path);
  return ok(changed.value?.every((path) => !matters(path.toString('utf8'))) ?? false);
}

const LOCKFILE = new RegExp(
  `(?:^|/)(?:${LOCKFILES.map((name) => name.replaceAll('.', '\\.').replaceAll('*', '[^/]*')).join('|')})$`,
  's',
);

function isLockfile(path: string): boolean {
  return LOCKFILE.test(path);
}

async function readDependencies(
  site: Site,
  { index, paths }: DependencyRequest,
): Promise<Result<Dependencies, GitProblem>> {
  const globs = LOCKFILES.map((name) => `:(top,glob)**/${name}`);
  const literal = paths.map((path) => `:(top,literal)${path}`);
  const result = await runOn(site, {
    args: ['ls-files', '--stage', '-z', '--', ...globs, ...literal],
    indexFile: index,
  });
  if (!result.ok) return result;
  const asked = new Set(paths);
  const tracked = new Set<string>();
  const lockfilePaths: string[] = [];
  const hash = createHash('sha256');
  for (const field of splitNul(result.value.stdout)) {
    const path = field.subarray(field.indexOf(0x09) + 1).toString('utf8');
    if (asked.has(path)) tracked.add(path);
    else {
      lockfilePaths.push(path);
      hash.update(field).update('\0');
    }
  }
  return ok({ lockfiles: hash.digest('hex'), lockfilePaths, tracked });
}
