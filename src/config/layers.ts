/** Every place that has a say in the settings, as a layer of values. */

import type { PlanFormat, PlanWishes } from '../core/plan.ts';
import type { OriginLayer } from './agent-choice.ts';
import { OPTION_LIST, type OptionName } from './options.ts';
import type { Layer, SetValue } from './parse-config.ts';

export interface FamilyLayers {
  readonly format: PlanFormat;
  /** Variables with the family's own names; those of this program win. */
  readonly environment: Layer;
  /** Files with the family's own names; the project's config wins. */
  readonly files: Layer;
}

export interface LayerSources {
  /** Texts as they were given; `true` for a flag without a value. */
  readonly flags: Readonly<Partial<Record<OptionName, string | true>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly planWishes: PlanWishes;
  /** What the plan's family has of its own. */
  readonly family?: FamilyLayers;
  readonly projectConfig?: Layer;
  readonly userConfig?: Layer;
}

/** The strongest first. */
export function layersOf(sources: LayerSources): readonly OriginLayer[] {
  return [
    { origin: 'flag', layer: flagLayer(sources.flags) },
    { origin: 'environment', layer: envLayer(sources.env) },
    { origin: 'environment', layer: sources.family?.environment ?? new Map() },
    { origin: 'plan', layer: planLayer(sources.planWishes) },
    { origin: 'project config', layer: sources.projectConfig ?? new Map() },
    { origin: 'project config', layer: sources.family?.files ?? new Map() },
    { origin: 'user config', layer: sources.userConfig ?? new Map() },
  ];
}

function flagLayer(flags: LayerSources['flags']): Layer {
  const layer = new Map<OptionName, SetValue>();
  for (const { name, flag = '' } of OPTION_LIST) {
    const raw = flags[name];
    if (raw !== undefined) layer.set(name, { raw, where: flag.split(' ')[0] ?? flag });
  }
  return layer;
}

/** An empty variable counts as not set. */
function envLayer(env: LayerSources['env']): Layer {
  const layer = new Map<OptionName, SetValue>();
  for (const { name, env: variable } of OPTION_LIST) {
    const raw = variable === undefined ? undefined : env[variable];
    if (variable !== undefined && raw !== undefined && raw !== '') layer.set(name, { raw, where: variable });
  }
  return layer;
}

function planLayer({ maxParallel, schedule, retries }: PlanWishes): Layer {
  const layer = new Map<OptionName, SetValue>();
  if (maxParallel !== undefined) layer.set('maxParallel', { raw: maxParallel, where: 'the plan' });
  if (schedule !== undefined) layer.set('schedule', { raw: schedule, where: 'the plan' });
  if (retries !== undefined) layer.set('retries', { raw: retries, where: 'the plan' });
  return layer;
}
