/**
 * Files that come with others without being named in a plan: a lock file with its manifest, a snapshot with its test,
 * the empty file that makes a folder a package of Python, a new test of a file that the task may change.
 */

import type { PathChange } from '../../ports/commit-reader.ts';

/** A new test is shown; the others do nothing of their own. */
export type Attendance =
  | { readonly is: 'lock-file' | 'snapshot' | 'package-marker' }
  | { readonly is: 'new-test'; readonly of: string };

export interface Company {
  /** All changed paths that the scope allows, in a commit's order. */
  readonly allowed: readonly PathChange[];
  readonly isInScope: (path: string) => boolean;
  /** Text at the tip. */
  readonly read: (path: string) => Promise<string | null>;
}

const LOCK_FILES: Readonly<Record<string, string>> = {
  'package-lock.json': 'package.json',
  'npm-shrinkwrap.json': 'package.json',
  'pnpm-lock.yaml': 'package.json',
  'yarn.lock': 'package.json',
  'bun.lock': 'package.json',
  'bun.lockb': 'package.json',
  'uv.lock': 'pyproject.toml',
  'poetry.lock': 'pyproject.toml',
  'pdm.lock': 'pyproject.toml',
  'Pipfile.lock': 'Pipfile',
  'Cargo.lock': 'Cargo.toml',
  'go.sum': 'go.mod',
  'Gemfile.lock': 'Gemfile',
  'composer.lock': 'composer.json',
};

/** Null for a file that stands for itself. */
export async function attendanceOf(
  { path, kind, is }: PathChange,
  company: Company,
): Promise<Attendance | null> {
  if (is === 'link' || is === 'submodule') return null;
  const { folder, name } = partsOf(path);
  const manifest = Object.hasOwn(LOCK_FILES, name) ? LOCK_FILES[name] : undefined;
  if (manifest !== undefined && hasManifest(folder, manifest, company)) return { is: 'lock-file' };
  const snapshot = /^(.*)__snapshots__\/([^/]+)\.snap$/.exec(path);
  if (snapshot !== null && company.isInScope(`${snapshot[1]}${snapshot[2]}`)) return { is: 'snapshot' };
  if (kind !== 'added') return null;
  if (name === '__init__.py')
    return (await marksPackage(path, folder, company)) ? { is: 'package-marker' } : null;
  const of = subjectOf(name, company);
  return of === null ? null : { is: 'new-test', of };
}

/** Beside it, or below it: the packages of a workspace share one lock file. */
function hasManifest(folder: string, manifest: string, { allowed, isInScope }: Company): boolean {
  const below = allowed.map(({ path }) => path).filter((path) => path.startsWith(folder));
  return isInScope(`${folder}${manifest}`) || below.some((path) => partsOf(path).name === manifest);
}

async function marksPackage(path: string, folder: string, { allowed, read }: Company): Promise<boolean> {
  const isNeeded = allowed.some(({ kind, path: other }) => kind === 'added' && other.startsWith(folder));
  return isNeeded && (await read(path))?.trim() === '';
}

const TEST_NAMES = [/^(.+)[.](?:test|spec)[.][cm]?[jt]sx?$/, /^test_(.+)[.]py$/, /^(.+)_test[.](?:py|go)$/];

function subjectOf(name: string, { allowed }: Company): string | null {
  const stem = TEST_NAMES.map((form) => form.exec(name)?.[1]).find((found) => found !== undefined);
  if (stem === undefined) return null;
  const subject = allowed.find(({ kind, path }) => kind !== 'deleted' && stemOf(partsOf(path).name) === stem);
  return subject?.path ?? null;
}

function stemOf(name: string): string {
  return name.replace(/[.][^.]+$/, '');
}

/** The folder ends in a slash, or is empty for the root. */
function partsOf(path: string): { readonly folder: string; readonly name: string } {
  const end = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, end), name: path.slice(end) };
}
