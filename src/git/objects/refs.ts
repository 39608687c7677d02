/** Writing refs of the repository: all that belong together, or none. */

import type { Commit } from '../../core/attempt.ts';
import { ok, type Result } from '../../core/result.ts';
import type { Repository } from '../base/repository.ts';
import type { Git, GitProblem } from '../base/runner.ts';

export interface RefChange {
  /** Full name. */
  readonly ref: string;
  readonly to: Commit;
  /** What the ref has to hold before, see `absentId`; anything when it is not given. */
  readonly from?: Commit;
}

export interface RefPlace {
  readonly git: Git;
  readonly repository: Repository;
}

const DONE = 'commit: ok\n';

/** A later change of one ref takes the place of an earlier one. Of a problem nothing was written, nearly always. */
export async function writeRefs(
  { git, repository }: RefPlace,
  changes: readonly RefChange[],
): Promise<Result<void, GitProblem>> {
  if (changes.length === 0) return ok(undefined);
  const { commonDir, settings } = repository;
  const unique = new Map(changes.map((change) => [change.ref, change]));
  const lines = [...unique.values()].map(({ ref, to, from = '' }) => `update ${ref}\0${to}\0${from}\0`);
  const written = await git.ask(
    {
      args: ['update-ref', '--stdin', '-z'],
      cwd: commonDir,
      gitDir: commonDir,
      identity: settings.identity,
    },
    { input: `start\0${lines.join('')}commit\0`, until: DONE },
  );
  return written.ok ? ok(undefined) : written;
}

/** What a ref holds that is not there. */
export function absentId({ objectFormat }: Pick<Repository, 'objectFormat'>): string {
  return '0'.repeat(objectFormat === 'sha256' ? 64 : 40);
}
