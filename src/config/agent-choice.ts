/** Which agent runs the tasks. The strongest place that chooses one decides alone; a weaker one only fills in. */

import { err, ok, type Result } from '../core/result.ts';
import type { OptionName } from './options.ts';
import type { Layer, SetValue } from './parse-config.ts';
import type { ConfigProblem, Origin } from './problem.ts';

/** The agent as it was chosen; files are not read yet. */
export type AgentChoice =
  | { readonly is: 'none' }
  | { readonly is: 'driver'; readonly driver: string; readonly options: Readonly<Record<string, unknown>> }
  /** The path is relative to the repository's root when a project's config sets it, else to the current folder. */
  | {
      readonly is: 'recipe';
      readonly path: string;
      readonly origin: Origin;
      readonly options: Readonly<Record<string, unknown>>;
    };

export interface OriginLayer {
  readonly origin: Origin;
  readonly layer: Layer;
}

interface Chosen extends OriginLayer {
  readonly driver: string;
}

/** The layers are given strongest first. */
export function agentChoice(layers: readonly OriginLayer[]): Result<AgentChoice, ConfigProblem> {
  const chosen = firstChoice(layers);
  if (!chosen.ok) return chosen;
  if (chosen.value === null) return ok({ is: 'none' });
  const { driver } = chosen.value;
  const options = optionsOf(layers, driver);
  if (driver === 'recipe') {
    const path = strongest(layers, 'recipe');
    if (path !== null) return ok({ is: 'recipe', path: textOf(path.set), origin: path.origin, options });
    if ('recipe' in options) return ok({ is: 'driver', driver, options });
    return err(missing(chosen.value, '--recipe <file>', 'agent.recipe'));
  }
  if (driver !== 'command') return ok({ is: 'driver', driver, options });
  const command = strongest(layers, 'agentCommand');
  if (command !== null)
    return ok({ is: 'driver', driver, options: { ...options, command: textOf(command.set) } });
  if ('command' in options) return ok({ is: 'driver', driver, options });
  return err(missing(chosen.value, '--agent-command <sh>', 'agent.command'));
}

function firstChoice(layers: readonly OriginLayer[]): Result<Chosen | null, ConfigProblem> {
  for (const { origin, layer } of layers) {
    const [first, ...others] = driversOf(layer);
    if (first === undefined) continue;
    // A config file may keep the settings of several drivers beside the name of the one that is used.
    const kept = origin.endsWith('config') && layer.has('agent');
    const other = kept ? undefined : others.find((each) => each.driver !== first.driver);
    if (other === undefined) return ok({ origin, layer, driver: first.driver });
    return err({
      origin,
      where: other.where,
      message: `chooses the agent ${other.driver}, and ${first.where} chooses ${first.driver}`,
      remedy: 'Choose one of them.',
    });
  }
  return ok(null);
}

/** What it says of who does the tasks; the first is what it chooses. */
function driversOf(layer: Layer) {
  return [
    ...named(layer, 'agent', (set) => textOf(set)),
    ...named(layer, 'agentCommand', () => 'command'),
    ...named(layer, 'recipe', () => 'recipe'),
  ];
}

function named(layer: Layer, name: OptionName, driverOf: (set: SetValue) => string) {
  const set = layer.get(name);
  return set === undefined ? [] : [{ driver: driverOf(set), where: set.where }];
}

function strongest(
  layers: readonly OriginLayer[],
  name: OptionName,
): { set: SetValue; origin: Origin } | null {
  for (const { origin, layer } of layers) {
    const set = layer.get(name);
    if (set !== undefined) return { set, origin };
  }
  return null;
}

/** Options that stand beside the name of a driver are that one's. */
function optionsOf(layers: readonly OriginLayer[], driver: string): Readonly<Record<string, unknown>> {
  const ofDrivers = mapOf(strongest(layers, 'agentDrivers')?.set.raw);
  const own = Object.hasOwn(ofDrivers, driver) ? mapOf(ofDrivers[driver]) : {};
  const meant = layers.filter(({ layer }) => [driver, undefined].includes(driversOf(layer)[0]?.driver));
  return { ...own, ...mapOf(strongest(meant, 'agentOptions')?.set.raw) };
}

/** As each of the drivers that `agent.drivers` names would have them. */
export function driverOptions(
  layers: readonly OriginLayer[],
): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const names = Object.keys(mapOf(strongest(layers, 'agentDrivers')?.set.raw));
  return Object.fromEntries(names.map((name) => [name, optionsOf(layers, name)]));
}

function mapOf(raw: unknown): Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null ? { ...raw } : {};
}

function textOf({ raw }: SetValue): string {
  return typeof raw === 'string' ? raw.trim() : '';
}

function missing({ origin, layer, driver }: Chosen, flag: string, key: string): ConfigProblem {
  return {
    origin,
    where: layer.get('agent')?.where ?? '',
    message: `the agent ${driver} needs to know what to run`,
    remedy: `Give ${flag}, or set ${key} in coxswain.config.yaml.`,
  };
}
