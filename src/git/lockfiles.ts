/** Which state of its dependencies a commit asks for, and which of the files to be copied it tracks itself. */

import { createHash } from 'node:crypto';

import { ok, type Result } from '../core/result.ts';
import { runOn, type Site } from './clean-dir.ts';
import { splitNul } from './output.ts';
import type { GitProblem } from './runner.ts';

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

/** Looks into the index, which holds the commit. `paths` are relative to the top. */
export async function readDependencies(
  site: Site,
  index: string,
  paths: readonly string[],
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
