/** Which agent helps with the work of others: looks at it, or puts it together. */

import { err, ok, type Result } from '../core/result.ts';
import type { AgentChoice, OriginLayer } from './agent-choice.ts';
import type { OptionName } from './options.ts';
import type { ConfigProblem } from './problem.ts';

export type HelperChoice =
  | { readonly is: 'off' }
  /** There is no one for it. */
  | { readonly is: 'nobody' }
  /** The same agent that does the tasks, in an attempt of its own. */
  | { readonly is: 'same-agent' }
  | { readonly is: 'driver'; readonly driver: string; readonly options: Readonly<Record<string, unknown>> };

export interface HelperQuestion {
  /** As messages name what it is for. */
  readonly what: string;
  readonly command: OptionName;
  readonly agent: OptionName;
  readonly options: OptionName;
  /** Who does the tasks. */
  readonly doer: AgentChoice;
  readonly isOn: boolean;
}

/** They do what they were written for, and know nothing of the work of others. */
const NO_HELPERS: readonly string[] = ['command', 'recipe'];

/** The layers are given strongest first; each value in them is one that its schema accepts. The first decides alone. */
export function helperChoice(
  layers: readonly OriginLayer[],
  question: HelperQuestion,
): Result<HelperChoice, ConfigProblem> {
  if (!question.isOn) return ok({ is: 'off' });
  const { doer: agent } = question;
  const doer = agent.is === 'none' ? null : agent.is === 'recipe' ? 'recipe' : agent.driver;
  const chosen = layers.find(({ layer }) => layer.has(question.command) || layer.has(question.agent));
  const command = chosen === undefined ? null : textOf(chosen.layer, question.command);
  const driver = chosen === undefined ? null : textOf(chosen.layer, question.agent);
  if (chosen !== undefined && command !== null && driver !== null && driver !== 'command')
    return err(twoAtOnce(chosen, question, driver));
  // An empty command takes back what a lower level has set.
  if (command !== null && command !== '')
    return ok({ is: 'driver', driver: 'command', options: { command } });
  if (driver === null)
    return ok({ is: doer === null || NO_HELPERS.includes(doer) ? 'nobody' : 'same-agent' });
  const options = optionsOf(layers, question.options);
  if (driver === doer && options === null) return ok({ is: 'same-agent' });
  return ok({ is: 'driver', driver, options: options ?? {} });
}

function twoAtOnce(
  { origin, layer }: OriginLayer,
  { what, command, agent }: HelperQuestion,
  driver: string,
): ConfigProblem {
  const where = layer.get(command)?.where ?? '';
  const message = `is for ${what} by a command, and ${layer.get(agent)?.where ?? ''} chooses ${driver} for it`;
  return { origin, where, message, remedy: 'Choose one of them.' };
}

/** Null when it is not set there. */
function textOf(layer: OriginLayer['layer'], name: OptionName): string | null {
  const set = layer.get(name);
  if (set === undefined) return null;
  return typeof set.raw === 'string' ? set.raw.trim() : '';
}

function optionsOf(
  layers: readonly OriginLayer[],
  name: OptionName,
): Readonly<Record<string, unknown>> | null {
  const raw = layers.find(({ layer }) => layer.has(name))?.layer.get(name)?.raw;
  return typeof raw === 'object' && raw !== null ? { ...raw } : null;
}
