/** The report on coverage that a command has just left in a worktree. The worktree is untrusted. */

import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

import { type Lines, parseCobertura, parseIstanbulFinal, parseIstanbulSummary, parseLcov } from './parse.ts';

export interface CoverageShare extends Lines {
  /** From the worktree's root. */
  readonly file: string;
}

/** Where tools leave them by themselves; the first that can be read counts. */
const REPORTS: readonly (readonly [file: string, parse: (text: string) => Lines | null])[] = [
  ['coverage/coverage-summary.json', parseIstanbulSummary],
  ['coverage/coverage-final.json', parseIstanbulFinal],
  ['coverage/lcov.info', parseLcov],
  ['lcov.info', parseLcov],
  ['coverage/cobertura-coverage.xml', parseCobertura],
  ['coverage.xml', parseCobertura],
  ['cobertura.xml', parseCobertura],
];
const MOST_BYTES = 16 * 1024 * 1024;
/** Times of files may be that coarse. */
const TOLERANCE_MS = 2000;

/** Null when there is none that is newer than the command: a slot keeps what git ignores. */
export async function readCoverage(worktree: string, begunAt: number): Promise<CoverageShare | null> {
  for (const [file, parse] of REPORTS) {
    const text = await readNew(worktree, file, begunAt - TOLERANCE_MS).catch(() => null);
    const lines = text === null ? null : parse(text);
    if (lines !== null) return { ...lines, file };
  }
  return null;
}

/** Only a plain file inside: a link could lead anywhere, and a pipe would be waited for. */
async function readNew(worktree: string, path: string, since: number): Promise<string | null> {
  const [root, folder] = await Promise.all([realpath(worktree), realpath(dirname(join(worktree, path)))]);
  if (folder !== root && !folder.startsWith(`${root}${sep}`)) return null;
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(worktree, path), flags);
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > MOST_BYTES || stat.mtimeMs < since) return null;
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
