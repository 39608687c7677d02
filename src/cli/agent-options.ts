/** Whether the options of drivers that settings name are such as these take, whoever is chosen in the end. */

import type { OptionName } from '../config/options.ts';
import type { Resolved } from '../config/resolve.ts';
import { unknownAgent } from './agent-settings.ts';
import type { KnownAgent } from './context.ts';
import { EXIT, type Stop } from './exit.ts';

/** What to run is said to them elsewhere. */
const SAID_ELSEWHERE: readonly string[] = ['command', 'recipe'];

/** Null when all are well. */
export function wrongOptions(
  { agent, drivers, places }: Pick<Resolved, 'agent' | 'drivers' | 'places'>,
  known: readonly KnownAgent[],
): Stop | null {
  for (const [driver, options] of Object.entries(drivers)) {
    const choice = { is: 'driver', driver, options } as const;
    const unknown = unknownAgent(choice, known);
    if (unknown !== null) return at(places, 'agentDrivers', { ...unknown, key: 'agent.drivers' });
    const stop = wrongIn(choice, known);
    if (stop !== null) return at(places, 'agentDrivers', { ...stop, key: `agent.drivers.${driver}` });
  }
  const stop = agent.is === 'driver' ? wrongIn(agent, known) : null;
  if (stop === null) return null;
  // Others may be those of the driver beside them.
  const isSet = agent.is === 'driver' && Object.keys(agent.options).length > 0;
  return isSet && places.agentOptions !== undefined
    ? at(places, 'agentOptions', { ...stop, key: 'agent.options' })
    : stop;
}

function wrongIn(
  { driver, options }: { readonly driver: string; readonly options: Readonly<Record<string, unknown>> },
  known: readonly KnownAgent[],
): Stop | null {
  if (SAID_ELSEWHERE.includes(driver)) return null;
  const wrong = known.find(({ name }) => name === driver)?.wrongOptions(options) ?? [];
  if (wrong.length === 0) return null;
  return {
    code: EXIT.usage,
    message: `the agent ${driver} does not take its options: ${wrong.join('; ')}`,
    remedy: `Write them below agent.drivers.${driver} in coxswain.config.yaml, as the documentation of agents lists them.`,
  };
}

function at(
  places: Resolved['places'],
  option: OptionName,
  { key, ...stop }: Stop & { readonly key: string },
): Stop {
  const where = [places[option], key].filter((part) => part !== undefined).join(' ');
  return { ...stop, message: `${where}: ${stop.message}` };
}
