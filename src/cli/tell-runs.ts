import type { Message } from '../core/message.ts';
import type { Cli } from './cli.ts';
import { openRuns } from './repository.ts';

/** In UTF-16 code units, as JSON; each of these runs keeps it for ever, and tells it to all who begin. */
const LONGEST = 32_768;

/** Brings a decision to all runs of the repository that have not ended. What cannot be brought is said, and fails nothing. */
export async function tellRuns(cli: Cli, decision: Message): Promise<void> {
  const opened = await openRuns(cli);
  // Outside of a repository, or where nothing was ever run, nobody is to be told.
  if (!opened.ok) return;
  const { api } = opened.value;
  try {
    const going = (await api.runs()).filter(({ phase }) => phase.is !== 'finished');
    const isLong = JSON.stringify(decision).length > LONGEST;
    if (isLong && going.length > 0)
      return cli.say(`cox: the decision is longer than ${LONGEST} characters; runs that go on are not told`);
    for (const { run } of going) {
      const asked = await api.request(run, { type: 'requested.heed', decision });
      if (!asked.ok && asked.error.reason !== 'finished')
        cli.say(`cox: run ${run} was not told of it: ${asked.error.message}`);
    }
  } finally {
    await api.close();
  }
}
