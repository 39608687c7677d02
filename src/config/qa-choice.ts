/** Who looks at the agents' work. The strongest place that says so decides alone. */

import { err, ok, type Result } from '../core/result.ts';
import type { AgentChoice, OriginLayer } from './agent-choice.ts';
import type { OptionName } from './options.ts';
import type { ConfigProblem } from './problem.ts';

export type QaChoice =
  | { readonly is: 'off' }
  /** There is no one for it. */
  | { readonly is: 'nobody' }
  /** The same agent that does the tasks, in an attempt of its own. */
  | { readonly is: 'same-agent' }
  | { readonly is: 'driver'; readonly driver: string; readonly options: Readonly<Record<string, unknown>> };

/** They do what they were written for, and know nothing of looking at work. */
const NOT_FOR_QA: readonly string[] = ['command', 'recipe'];

/** The layers are given strongest first; each value in them is one that its schema accepts. */
export function qaChoice(
  layers: readonly OriginLayer[],
  { agent, isOn }: { readonly agent: AgentChoice; readonly isOn: boolean },
): Result<QaChoice, ConfigProblem> {
  if (!isOn) return ok({ is: 'off' });
  const doer = agent.is === 'none' ? null : agent.is === 'recipe' ? 'recipe' : agent.driver;
  const chosen = layers.find(({ layer }) => layer.has('qaCommand') || layer.has('qaAgent'));
  const command = chosen === undefined ? null : textOf(chosen.layer, 'qaCommand');
  const driver = chosen === undefined ? null : textOf(chosen.layer, 'qaAgent');
  if (chosen !== undefined && command !== null && driver !== null && driver !== 'command')
    return err(twoAtOnce(chosen, driver));
  // An empty command takes back what a lower level has set.
  if (command !== null && command !== '')
    return ok({ is: 'driver', driver: 'command', options: { command } });
  if (driver === null)
    return ok({ is: doer === null || NOT_FOR_QA.includes(doer) ? 'nobody' : 'same-agent' });
  const options = optionsOf(layers);
  if (driver === doer && options === null) return ok({ is: 'same-agent' });
  return ok({ is: 'driver', driver, options: options ?? {} });
}

function twoAtOnce({ origin, layer }: OriginLayer, driver: string): ConfigProblem {
  const where = layer.get('qaCommand')?.where ?? '';
  const message = `is for QA by a command, and ${layer.get('qaAgent')?.where ?? ''} chooses ${driver} for it`;
  return { origin, where, message, remedy: 'Choose one of them.' };
}

/** Null when it is not set there. */
function textOf(layer: OriginLayer['layer'], name: OptionName): string | null {
  const set = layer.get(name);
  if (set === undefined) return null;
  return typeof set.raw === 'string' ? set.raw.trim() : '';
}

function optionsOf(layers: readonly OriginLayer[]): Readonly<Record<string, unknown>> | null {
  const raw = layers.find(({ layer }) => layer.has('qaOptions'))?.layer.get('qaOptions')?.raw;
  return typeof raw === 'object' && raw !== null ? { ...raw } : null;
}
