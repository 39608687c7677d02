/** What tools are for, so that a profile that names Claude Code's can be held by any agent, as far as that one can. */

import type { AttemptSpec } from '../../core/attempt.ts';
import type { AgentProfile } from '../../core/plan.ts';

export const CAPABILITIES = ['read', 'search', 'edit', 'run', 'fetch', 'web', 'delegate'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** Claude Code's names, in which `.claude/agents` is written. */
const TOOLS: Readonly<Record<Capability, readonly string[]>> = {
  read: ['Read', 'NotebookRead'],
  search: ['Glob', 'Grep', 'LS'],
  edit: ['Edit', 'MultiEdit', 'Write', 'NotebookEdit'],
  run: ['Bash'],
  fetch: ['WebFetch'],
  web: ['WebSearch'],
  delegate: ['Task', 'Agent'],
};

/** In lower case. */
const BY_NAME = new Map(
  CAPABILITIES.flatMap((capability) =>
    TOOLS[capability].map((name) => [name.toLowerCase(), { name, capability }] as const),
  ),
);

/** Of `Bash(git *)` the name counts. */
function nameOf(tool: string): string {
  return tool.replace(/\(.*$/s, '').trim();
}

/** As warnings name them. */
export const CAPABILITY_WORDS: Readonly<Record<Capability, string>> = {
  read: 'reading files',
  search: 'searching files',
  edit: 'changing files',
  run: 'running commands',
  fetch: 'fetching pages',
  web: 'searching the web',
  delegate: 'agents of its own',
};

/** What it is not to do; nothing where nobody says which tools it has. */
export function withheld(tools: readonly string[] | undefined): readonly Capability[] {
  if (tools === undefined || tools.includes('*')) return [];
  const given = new Set(tools.map(purposeOf));
  return CAPABILITIES.filter((each) => !given.has(each));
}

/** What one of Claude Code's tools is for; undefined for a name that it does not have. */
export function purposeOf(tool: string): Capability | undefined {
  return BY_NAME.get(nameOf(tool).toLowerCase())?.capability;
}

/** As Claude Code takes a list of its tools, for which nothing but a name in its own letters is one. */
export function claudeTools(tools: readonly string[] | undefined): readonly string[] | undefined {
  if (tools === undefined || tools.includes('*')) return undefined;
  return [...new Set(tools.map(nameOf).map((name) => BY_NAME.get(name.toLowerCase())?.name ?? name))];
}

/** By an option of the driver's, else by the agent that the plan names. */
export function withheldOf(
  options: { readonly tools?: readonly string[] | undefined },
  { profile }: Pick<AttemptSpec, 'profile'>,
): readonly Capability[] {
  return withheld(options.tools ?? profile?.tools);
}

/** An agent's own names of the tools for these. */
export function toolsFor(
  capabilities: readonly Capability[],
  names: Readonly<Record<Capability, readonly string[]>>,
): readonly string[] {
  return capabilities.flatMap((each) => names[each]);
}

/** How far a kind of agent can be what a profile says. */
export interface Holds {
  /** It takes the model's name. */
  readonly model: boolean;
  /** What it can be kept from. */
  readonly capabilities: readonly Capability[];
  /** Only what it asks leave for is held. */
  readonly asAsked?: true;
}

export const HOLDS_TOOLS: Holds = { model: false, capabilities: CAPABILITIES };

/** What of a profile an agent cannot hold, in words; options that say otherwise count before the profile. */
export function gapsOf(
  driver: string,
  holds: Holds,
  {
    profile,
    options,
  }: { readonly profile: AgentProfile; readonly options: Readonly<Record<string, unknown>> },
): readonly string[] {
  const { name, model, tools } = profile;
  const isModelLost =
    model !== undefined && model !== 'inherit' && !holds.model && options['model'] === undefined;
  const kept = options['tools'] === undefined ? withheld(tools) : [];
  const lost = kept.filter((each) => !holds.capabilities.includes(each));
  const words = lost.map((each) => CAPABILITY_WORDS[each]).join(', ');
  return [
    ...(isModelLost ? [`the model ${model} of ${name} means nothing to ${driver}`] : []),
    ...(lost.length === 0
      ? []
      : [`${name} has no tool for ${words}, and ${driver} cannot be kept from that`]),
    ...(holds.asAsked === true && kept.length > lost.length
      ? [`the tools of ${name} are held by ${driver} only as far as its agent asks for leave`]
      : []),
  ];
}
