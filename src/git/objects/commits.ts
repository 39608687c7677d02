/** Making commits of a known date: the same one gives the same id, whenever it is made. */

import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Commit } from '../../core/attempt.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { askOn, objectSite, type Site } from '../base/clean-dir.ts';
import { splitLines } from '../base/output.ts';
import type { GitProblem } from '../base/runner.ts';
import { isCommitId } from './ref-names.ts';

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly Commit[];
  /** Author and committer, as git writes them, see `signatureOf`. */
  readonly signature: string;
  /** Of both: seconds since the epoch and the zone, e.g. `1700000000 +0100`. */
  readonly date: string;
  /** Instead of the signature and the date. */
  readonly author?: string;
  /** Of a message that is not in UTF-8. */
  readonly encoding?: string;
  readonly message: string | Buffer;
}

type Place = Pick<Site, 'git' | 'repository'>;

/** Name and address of the user as git writes them into a commit: cleaned of what would end them too early. */
export async function signatureOf({ git, repository }: Place): Promise<Result<string, GitProblem>> {
  const told = await git.run({
    args: ['var', 'GIT_COMMITTER_IDENT'],
    cwd: repository.commonDir,
    gitDir: repository.commonDir,
    identity: repository.settings.identity,
  });
  if (!told.ok) return told;
  const [line = ''] = splitLines(told.value.stdout);
  return ok(line.replace(/ \d+ [+-]\d+$/, ''));
}

/** What `commit-tree` would write, by a process that is kept. */
export async function writeCommit(place: Place, commit: NewCommit): Promise<Result<Commit, GitProblem>> {
  const site = objectSite(place);
  const args = ['hash-object', '-t', 'commit', '-w', '--no-filters', '--stdin-paths'];
  const name = `commit-${randomUUID()}`;
  const file = join(site.cleanDir, name);
  try {
    writeFileSync(file, textOf(commit), { flag: 'wx' });
    const written = await askOn(site, args, { input: `${name}\n`, until: '\n' });
    if (!written.ok) return written;
    const id = written.value.toString('latin1').trim();
    if (isCommitId(id)) return ok(id);
    return err({ argv: ['git', ...args], cwd: site.cleanDir, code: 0, stderr: 'no commit was written' });
  } finally {
    rmSync(file, { force: true });
  }
}

function textOf({ tree, parents, signature, date, author, encoding, message }: NewCommit): Buffer {
  const header = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${author ?? `${signature} ${date}`}`,
    `committer ${signature} ${date}`,
    ...(encoding === undefined ? [] : [`encoding ${encoding}`]),
  ];
  // Git refuses a commit with NUL in it.
  const text = typeof message === 'string' ? Buffer.from(message.replaceAll('\0', '')) : message;
  return Buffer.concat([Buffer.from(`${header.join('\n')}\n\n`), text]);
}
