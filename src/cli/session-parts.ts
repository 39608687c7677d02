import type { Result } from '../core/result.ts';
import type { SessionParts, SessionProblem } from '../project/session/session.ts';
import type { Cli } from './cli.ts';
import { EXIT } from './exit.ts';
import { rootOrFolder } from './repository.ts';

/** What is printed, or why nothing is. */
export type Told = Result<string, SessionProblem>;

/** What the session's commands work on: the repository's files, or outside of one those of the current folder. */
export async function sessionParts(cli: Cli): Promise<SessionParts> {
  const root = await rootOrFolder(cli);
  const about = await cli.parts.aboutRepository(root);
  const lock = cli.parts.fileLocks(about?.stateFolder ?? cli.parts.stateHome);
  return { root, lock, now: () => cli.host.now() };
}

export function stopOfSession(cli: Cli, { message, remedy }: SessionProblem): number {
  return cli.stop({ code: EXIT.failed, message, remedy });
}
