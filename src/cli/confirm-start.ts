/** Asks, where the settings want it, before a run is begun. */

import type { Plan } from '../core/plan.ts';
import type { Cli } from './cli.ts';
import { EXIT, type Stop } from './exit.ts';

export interface StartQuestion {
  /** With `every` each start of an agent is asked about instead. */
  readonly confirm: 'never' | 'run' | 'every';
  /** The answer was given with the command. */
  readonly yes: boolean;
  /** Nobody is to be asked: the output is for a program. */
  readonly silent: boolean;
  readonly plan: Plan;
  /** At once. */
  readonly agents: number;
}

/** What of the command line is needed here. */
interface Asker {
  readonly host: Pick<Cli['host'], 'onKey'> & { readonly stderr: { write(text: string): void } };
  say(text: string): void;
}

/** Null when the run may begin. */
export async function confirmStart(cli: Asker, question: StartQuestion): Promise<Stop | null> {
  const { confirm, yes, silent, plan, agents } = question;
  if (confirm !== 'run' || yes) return null;
  const tasks = plan.tasks.filter(({ done }) => done !== true).length;
  const most = `${agents} ${agents === 1 ? 'agent' : 'agents'} at once`;
  const answer = silent
    ? null
    : await oneKey(cli, `Run ${tasks} ${tasks === 1 ? 'task' : 'tasks'} with at most ${most}? [y/N] `);
  if (answer === 'y') return null;
  if (answer !== null)
    return {
      code: answer === 'ctrl+c' ? EXIT.interrupted : EXIT.refused,
      message: 'not begun, as you said',
      remedy: 'Say --yes to run it without a question.',
    };
  cli.say('cox: there is no terminal to ask on, so the command itself counts as the consent');
  return null;
}

/** Null where nobody can press a key. */
async function oneKey(cli: Asker, question: string): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const stop = cli.host.onKey(resolve);
  if (stop === null) return null;
  cli.host.stderr.write(question);
  const key = await promise;
  stop();
  cli.host.stderr.write(`${key === 'y' ? 'yes' : 'no'}\n`);
  return key;
}
