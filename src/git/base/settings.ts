/** What Coxswain takes over of the user's git configuration: who commits, and how files lie on the disk. */

import { dirname } from 'node:path';

import { ok, type Result } from '../../core/result.ts';
import { type ConfigLine, parseConfig } from './output.ts';
import type { ConfigEntry, Git, GitProblem, Identity } from './runner.ts';

export interface GitSettings {
  readonly identity: Identity;
  /** For git directories of our own: line ends, ignore files, what the file system can do. */
  readonly carried: readonly ConfigEntry[];
  /** All of the repository's own and the user's lines, in the order in which later ones win. */
  readonly lines: readonly ConfigLine[];
}

const FALLBACK: Identity = { name: 'Coxswain', email: 'coxswain@localhost' };

const CARRIED = new Set([
  'core.autocrlf',
  'core.eol',
  'core.excludesfile',
  'core.filemode',
  'core.ignorecase',
  'core.precomposeunicode',
  'core.symlinks',
  'core.longpaths',
  'core.protectntfs',
  'core.protecthfs',
  'core.bigfilethreshold',
]);

/** Reads the configuration once, as the user's own git would see it from that folder. */
export async function readSettings(git: Git, cwd: string): Promise<Result<GitSettings, GitProblem>> {
  const result = await git.run({
    args: ['config', '--list', '-z', '--show-scope', '--includes'],
    cwd,
    asUser: true,
  });
  if (!result.ok) return result;
  // What the runner itself sets is no setting of the user's.
  const lines = parseConfig(result.value.stdout).filter((line) => line.scope !== 'command');
  const identity = {
    name: lastValue(lines, 'user.name') || FALLBACK.name,
    email: lastValue(lines, 'user.email') || FALLBACK.email,
  };
  return ok({ identity, carried: [...carriedLines(lines), ...partialClone(lines)], lines });
}

/** What git found out of the file system where the file or folder lies, when the repository was made there. */
export async function ignoresCase(git: Git, path: string): Promise<boolean> {
  const args = ['config', '--type=bool', '--get', 'core.ignorecase'];
  for (const cwd of [path, dirname(path)]) {
    const result = await git.run({ args, cwd, asUser: true, codes: [0, 1] });
    if (result.ok) return result.value.stdout.toString('latin1').trim() === 'true';
  }
  return false;
}

export function lastValue(lines: readonly ConfigLine[], key: string): string | undefined {
  return lines.findLast((line) => line.key === key)?.value;
}

/** As git reads a boolean: a key without a value is true. */
export function isTrue(lines: readonly ConfigLine[], key: string): boolean {
  const value = lastValue(lines, key);
  return value !== undefined && !/^(?:false|no|off|0)$/i.test(value);
}

function carriedLines(lines: readonly ConfigLine[]): ConfigEntry[] {
  return lines.filter((line) => CARRIED.has(line.key)).map((line) => [line.key, line.value]);
}

/** A partial clone fetches what it lacks when it is wanted, so a directory of ours must know from where. */
function partialClone(lines: readonly ConfigLine[]): ConfigEntry[] {
  const remote = lastValue(lines, 'extensions.partialclone') ?? promisor(lines);
  if (remote === undefined) return [];
  const wanted = ['url', 'promisor', 'partialclonefilter', 'fetch'].map((name) => `remote.${remote}.${name}`);
  return lines.filter((line) => wanted.includes(line.key)).map((line) => [line.key, line.value]);
}

function promisor(lines: readonly ConfigLine[]): string | undefined {
  const line = lines.findLast(({ key, value }) => /^remote\..*\.promisor$/.test(key) && value !== 'false');
  return line?.key.slice('remote.'.length, -'.promisor'.length);
}
