/** The settings of a run with the agents that do it, each of which is there. */

import type { LocalSettings } from '../config/local-settings.ts';
import { agentsOf } from '../core/agent-choice.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunSettings } from '../core/settings.ts';
import { agentSettings, qaSettings, resolverSettings } from './agent-settings.ts';
import type { Cli } from './cli.ts';
import { EXIT, type Stop, stopOf } from './exit.ts';
import { userConfigFolder } from './read-config.ts';
import type { SettledPlan } from './settled-plan.ts';

export interface PreparedRun {
  readonly settings: RunSettings;
  readonly local: LocalSettings;
}

/** Makes nothing. */
export async function prepareRun(
  cli: Cli,
  { resolved, only, repository }: SettledPlan,
): Promise<Result<PreparedRun, Stop>> {
  const { settings, agent: choice, completion, local } = resolved;
  const root = repository.ok ? repository.value : null;
  const folders = { current: cli.folder, root, userConfig: userConfigFolder(cli.host.env) };
  const chosen = await agentSettings(choice, folders);
  if (!chosen.ok) return chosen;
  const agent = { ...chosen.value, ...(completion === undefined ? {} : { completion }) };
  const qa = qaSettings(resolved.qa, agent);
  if (!qa.ok) return qa;
  const resolver = resolverSettings(resolved.resolver, agent);
  for (const each of agentsOf({ ...settings, agent, qa: qa.value, resolver })) {
    const refusal = await cli.parts.agentProblem(each);
    if (refusal !== null) return err({ ...stopOf(refusal), code: EXIT.refused });
  }
  return ok({
    settings: { ...settings, ...(only === null ? {} : { onlyGroups: only }), agent, qa: qa.value, resolver },
    local,
  });
}
