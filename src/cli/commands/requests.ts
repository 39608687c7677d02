/** What the commands that ask something of a run have in common. */

import type { Request } from '../../core/request.ts';
import type { Cli } from '../cli.ts';
import { EXIT, stopOf } from '../exit.ts';
import type { FoundRun } from '../repository.ts';

/** Appends the request. `done` says what happens now; without a driver nothing does until the next resume. */
export async function ask(
  cli: Cli,
  { api, state }: FoundRun,
  request: Request,
  done: string,
): Promise<number> {
  const asked = await api.request(state.run, request);
  if (!asked.ok) return cli.stop(stopOf(asked.error));
  const owner = await api.owner(state.run);
  const when =
    owner === null ? ` Nobody drives it now; it counts from the next \`cox resume ${state.run}\` on.` : '';
  cli.say(`Run ${state.run}: ${done}${when}`);
  return EXIT.ok;
}
