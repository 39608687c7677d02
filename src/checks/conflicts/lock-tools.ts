/** Which files package managers write themselves, and how each is told to do it again. Pure. */

import type { ConflictedFile } from '../../ports/merger.ts';

export interface LockTool {
  /** Whose program makes it. */
  readonly argv: readonly string[];
  /** Reads a file with both versions in it, and keeps what either has fixed; others begin from ours. */
  readonly mendsConflicts: boolean;
  /** Whether a text can be such a file. */
  readonly looksRight: (text: string) => boolean;
}

const NPM: LockTool = {
  argv: ['npm', 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'],
  mendsConflicts: true,
  looksRight: isJson,
};

/** By the file's name. What is a list of checksums alone is put together line by line instead. */
const TOOLS: Readonly<Record<string, (text: string) => LockTool>> = {
  'package-lock.json': () => NPM,
  'npm-shrinkwrap.json': () => NPM,
  'pnpm-lock.yaml': () => ({
    // On a machine for tests it would hold to the lockfile as it is.
    argv: ['pnpm', 'install', '--lockfile-only', '--no-frozen-lockfile', '--ignore-scripts'],
    mendsConflicts: true,
    looksRight: (text) => /^lockfileVersion:/m.test(text),
  }),
  'yarn.lock': (text) => ({
    argv: /^__metadata:/m.test(text)
      ? ['yarn', 'install', '--mode=update-lockfile', '--no-immutable']
      : ['yarn', 'install', '--ignore-scripts', '--non-interactive', '--no-progress'],
    mendsConflicts: true,
    looksRight: (made) => /^# yarn lockfile v1$|^__metadata:/m.test(made),
  }),
  'bun.lock': () => ({
    argv: ['bun', 'install', '--lockfile-only', '--ignore-scripts'],
    mendsConflicts: false,
    looksRight: (text) => /"lockfileVersion"/.test(text),
  }),
  'Cargo.lock': () => ({
    // Only what the manifests of the workspace ask for is changed.
    argv: ['cargo', 'update', '--workspace'],
    mendsConflicts: false,
    looksRight: isToml,
  }),
  'poetry.lock': () => ({
    argv: ['poetry', 'lock', '--no-interaction'],
    mendsConflicts: false,
    looksRight: isToml,
  }),
  'uv.lock': () => ({ argv: ['uv', 'lock'], mendsConflicts: false, looksRight: isToml }),
};

export function lockToolOf(path: string, ours: string): LockTool | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return Object.hasOwn(TOOLS, name) ? (TOOLS[name]?.(ours) ?? null) : null;
}

/** What the package manager begins from. */
export function beginningOf({ ours, theirs }: ConflictedFile, { mendsConflicts }: LockTool): string {
  if (!mendsConflicts) return ours;
  const whole = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
  return `<<<<<<< ours\n${whole(ours)}=======\n${whole(theirs)}>>>>>>> theirs\n`;
}

/** Null for a text that may stand in the merged tree. */
export function flawOfLockfile(text: string | null, { looksRight }: LockTool): string | null {
  if (text === null) return 'there is none afterwards';
  if (/^(?:<<<<<<<|>>>>>>>) /m.test(text)) return 'it still holds both versions afterwards';
  return looksRight(text) ? null : 'what came out is no such file';
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** By its first table: it may be too long to be read whole. */
function isToml(text: string): boolean {
  return /^(?:version = |\[\[package\]\]|\[metadata\])/m.test(text);
}
