/** Installs programs of others that tests run: pinned and hashed by a lock file, into a cache beside the user's. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** 765 MB come over the network at the first time. */
const INSTALL_MS = 10 * 60_000;
const FILES = ['package.json', 'package-lock.json'];

export interface TestPrograms {
  /** Folder with the package.json and its lock file. */
  readonly definition: string;
  /** Name of their folder in the cache. */
  readonly cache: string;
  /** In words. */
  readonly what: string;
}

/** The folder of the programs; null when they cannot be had, which is told on standard error. */
export function installPrograms({ definition, cache: kind, what }: TestPrograms): string | null {
  const lock = readFileSync(join(definition, 'package-lock.json'));
  const name = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'coxswain', kind);
  const folder = join(cache, name);
  const programs = join(folder, 'node_modules', '.bin');
  if (existsSync(programs)) return programs;
  try {
    mkdirSync(cache, { recursive: true });
  } catch {
    console.error(`test setup: ${cache} cannot be made, so tests with ${what} are not run`);
    return null;
  }
  const fresh = mkdtempSync(join(cache, `${name}-`));
  for (const file of FILES) copyFileSync(join(definition, file), join(fresh, file));
  console.error(`test setup: installing ${what} into ${cache}`);
  const installed = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: fresh,
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: INSTALL_MS,
  });
  if (installed.status === 0 && !existsSync(folder)) renameSync(fresh, folder);
  // Failed, or somebody else was quicker.
  else rmSync(fresh, { recursive: true, force: true });
  if (existsSync(programs)) return programs;
  console.error(`test setup: ${what} could not be installed, so tests with them are not run`);
  return null;
}
