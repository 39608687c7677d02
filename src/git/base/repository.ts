/** What kind of repository a folder belongs to, as far as worktrees and merges have to know it. */

import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { err, ok, type Result } from '../../core/result.ts';
import { readHeadBranch, readHeadCommit } from './heads.ts';
import { parseVersion, splitLines, splitNul } from './output.ts';
import type { Git, GitProblem } from './runner.ts';
import { type GitSettings, isTrue, readSettings } from './settings.ts';

export interface Repository {
  /** Absolute path of the checkout; the git directory for a bare repository. */
  readonly top: string;
  /** Absolute; of this checkout, which may itself be a worktree of another. */
  readonly gitDir: string;
  /** Absolute; holds objects, refs and configuration of all worktrees. */
  readonly commonDir: string;
  readonly bare: boolean;
  readonly shallow: boolean;
  readonly sparse: boolean;
  readonly objectFormat: 'sha1' | 'sha256';
  /** Null when there is no commit yet. */
  readonly head: string | null;
  /** Short name; null for a detached HEAD. Of a repository without a commit, the branch it will be made on. */
  readonly branch: string | null;
  /** What git is in the middle of, e.g. `merge`; null otherwise. */
  readonly inProgress: string | null;
  /** Some .gitattributes sends files through git-lfs. */
  readonly usesLfs: boolean;
  readonly hasSubmodules: boolean;
  readonly gitVersion: readonly [major: number, minor: number];
  readonly settings: GitSettings;
}

export type NoRepository =
  | { readonly reason: 'git-missing'; readonly detail: string }
  | { readonly reason: 'not-a-repository'; readonly detail: string }
  /** Its configuration says that the files lie in a folder that does not hold the one that was looked at. */
  | { readonly reason: 'files-elsewhere'; readonly detail: string };

/** Looks at the repository that holds the folder, from wherever in it. */
export async function inspectRepository(git: Git, folder: string): Promise<Result<Repository, NoRepository>> {
  const [version, places] = await Promise.all([
    git.run({ args: ['version'], cwd: existsSync(folder) ? folder : '/' }),
    readPlaces(git, folder),
  ]);
  if (!version.ok) return err({ reason: 'git-missing', detail: version.error.stderr });
  if (!places.ok) return err({ reason: 'not-a-repository', detail: places.error.stderr });
  const { gitDir, commonDir, bare, top } = places.value;
  if (!holds(top, folder) && !holds(gitDir, folder)) return err({ reason: 'files-elsewhere', detail: top });
  const [settings, lfs] = await Promise.all([
    readSettings(git, folder),
    bare ? false : usesLfs(git, places.value),
  ]);
  if (!settings.ok) return err({ reason: 'not-a-repository', detail: settings.error.stderr });
  return ok({
    ...places.value,
    ...(await readHead(git, { ...places.value, settings: settings.value })),
    sparse: isTrue(settings.value.lines, 'core.sparsecheckout'),
    inProgress: readProgress(gitDir),
    usesLfs: lfs,
    hasSubmodules: existsSync(join(top, '.gitmodules')) && existsSync(join(commonDir, 'modules')),
    gitVersion: parseVersion(version.value.stdout.toString('utf8')) ?? [0, 0],
    settings: settings.value,
  });
}

/** Two processes fewer where the files tell it all, and they nearly always do. */
async function readHead(
  git: Git,
  repository: Pick<Repository, 'top' | 'gitDir' | 'commonDir' | 'settings'>,
): Promise<Pick<Repository, 'head' | 'branch'>> {
  const { top, gitDir } = repository;
  const known = readHeadCommit(repository, gitDir);
  if (known !== null) return { head: known, branch: readHeadBranch(gitDir) };
  const ask = (...args: readonly string[]): ReturnType<typeof git.run> =>
    git.run({ args, cwd: top, gitDir, codes: [0, 1, 128] });
  const [head, branch] = await Promise.all([
    ask('rev-parse', '--verify', '--quiet', 'HEAD^{commit}'),
    ask('symbolic-ref', '--quiet', 'HEAD'),
  ]);
  return { head: line(head) || null, branch: line(branch).replace(/^refs\/heads\//, '') || null };
}

function holds(outer: string, folder: string): boolean {
  const way = relative(outer, realpathSync(folder));
  return way !== '..' && !way.startsWith(`..${sep}`);
}

type Places = Pick<Repository, 'top' | 'gitDir' | 'commonDir' | 'bare' | 'shallow' | 'objectFormat'>;

async function readPlaces(git: Git, folder: string): Promise<Result<Places, GitProblem>> {
  const asked = [
    '--git-dir',
    '--git-common-dir',
    '--is-bare-repository',
    '--is-shallow-repository',
    '--show-object-format',
    // Last, for in a bare repository git answers all but this.
    '--show-toplevel',
  ];
  const args = ['rev-parse', '--path-format=absolute', ...asked];
  const result = await git.run({ args, cwd: folder, asUser: true, codes: [0, 128] });
  if (!result.ok) return result;
  const lines = splitLines(result.value.stdout);
  if (lines.length < asked.length - 1)
    return err({ argv: ['git', ...args], cwd: folder, code: 128, stderr: result.value.stderr });
  const [gitDir = '', commonDir = '', bare, shallow, format, top] = lines;
  return ok({
    // Git writes real paths into worktrees, and they are compared.
    top: realpathSync(top ?? gitDir),
    gitDir: realpathSync(gitDir),
    commonDir: realpathSync(commonDir),
    bare: bare === 'true' || top === undefined,
    shallow: shallow === 'true',
    objectFormat: format === 'sha256' ? 'sha256' : 'sha1',
  });
}

/** The first line of an answer; empty when there is none. */
function line(result: Awaited<ReturnType<Git['run']>>): string {
  return result.ok && result.value.code === 0 ? (splitLines(result.value.stdout)[0] ?? '') : '';
}

const PROGRESS: readonly (readonly [file: string, what: string])[] = [
  ['MERGE_HEAD', 'merge'],
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
];

function readProgress(gitDir: string): string | null {
  return PROGRESS.find(([file]) => existsSync(join(gitDir, file)))?.[1] ?? null;
}

async function usesLfs(git: Git, { top, gitDir, commonDir }: Places): Promise<boolean> {
  const listed = await git.run({
    args: ['ls-files', '-z', '--', ':(top,glob)**/.gitattributes'],
    cwd: top,
    gitDir,
    workTree: top,
  });
  const named = listed.ok
    ? splitNul(listed.value.stdout).map((path) => join(top, path.toString('utf8')))
    : [];
  return [join(commonDir, 'info', 'attributes'), ...named].some((file) => mentionsLfs(file));
}

function mentionsLfs(file: string): boolean {
  try {
    return /^[^#].*\sfilter=lfs(?:\s|$)/m.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}
