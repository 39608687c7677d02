/** The settings of a run with the agents that do it, each of which is there. */

import type { LocalSettings } from '../config/local-settings.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunSettings } from '../core/settings.ts';
import { agentSettings, qaSettings, questionSettings, resolverSettings } from './agent-settings.ts';
import { agentNotThere, confinedIn } from './agents-there.ts';
import type { Cli } from './cli.ts';
import { EXIT, type Stop } from './exit.ts';
import { userConfigFolder } from './read-config.ts';
import type { SettledPlan } from './settled-plan.ts';

export interface PreparedRun {
  readonly settings: RunSettings;
  readonly local: LocalSettings;
}

/** Makes nothing. */
export async function prepareRun(
  cli: Cli,
  { resolved, only, repository, mergeTestWanted }: SettledPlan,
): Promise<Result<PreparedRun, Stop>> {
  const { settings, agent: choice, completion, local } = resolved;
  if (mergeTestWanted !== null && settings.mergeTest === undefined)
    return err({
      code: EXIT.refused,
      message: `${mergeTestWanted} require_integration_validation asks for a test of what is merged, and none is set`,
      remedy: 'Set mergeTest in coxswain.config.yaml, give --merge-test, or take the field out.',
    });
  const root = repository.ok ? repository.value : null;
  const folders = { current: cli.folder, root, userConfig: userConfigFolder(cli.host.env) };
  const chosen = await agentSettings(choice, folders);
  if (!chosen.ok) return chosen;
  const agent = { ...chosen.value, ...(completion === undefined ? {} : { completion }) };
  const qa = qaSettings(resolved.qa, agent);
  if (!qa.ok) return qa;
  const resolver = resolverSettings(resolved.resolver, agent);
  const questions = questionSettings(resolved.questions, agent);
  if (!questions.ok) return questions;
  const agents = { ...settings, agent, qa: qa.value, resolver, ...questions.value };
  const notThere = await agentNotThere(cli, {
    settings: agents,
    places: resolved.places,
    inside: confinedIn(root, resolved),
  });
  if (notThere !== null) return err(notThere);
  return ok({
    settings: { ...agents, ...(only === null ? {} : { onlyGroups: only }) },
    local,
  });
}
