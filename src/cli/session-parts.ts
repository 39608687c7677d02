import { dirname } from 'node:path';
import type { Result } from '../core/result.ts';
import type { SessionParts, SessionProblem } from '../project/session/session.ts';
import type { Cli } from './cli.ts';
import { EXIT } from './exit.ts';
import { rootOrFolder } from './repository.ts';

/** What is printed, or why nothing is. */
export type Told = Result<string, SessionProblem>;

/** What the session's commands work on: the repository's files, or outside of one those of the current folder. */
export async function sessionParts(cli: Cli): Promise<SessionParts> {
  return await partsAt(cli, await rootOrFolder(cli));
}

/** The same for what follows a run of the plan at that path. */
export async function runSessionParts(cli: Cli, source: string): Promise<SessionParts> {
  return await partsAt(cli, await checkoutOf(cli, source));
}

/** The checkout that holds the plan; the one that was asked in, where the plan is none of this repository's. */
export async function checkoutOf(cli: Cli, source: string): Promise<string> {
  const root = await rootOrFolder(cli);
  const above = await cli.parts.findRepository(dirname(source));
  if (!above.ok || above.value === root) return root;
  const [own, other] = [await cli.parts.aboutRepository(root), await cli.parts.aboutRepository(above.value)];
  return own !== null && own.stateFolder === other?.stateFolder ? above.value : root;
}

async function partsAt(cli: Cli, root: string): Promise<SessionParts> {
  const about = await cli.parts.aboutRepository(root);
  const lock = cli.parts.fileLocks(about?.stateFolder ?? cli.parts.stateHome);
  return { root, lock, now: () => cli.host.now() };
}

export function stopOfSession(cli: Cli, { message, remedy }: SessionProblem): number {
  return cli.stop({ code: EXIT.failed, message, remedy });
}
