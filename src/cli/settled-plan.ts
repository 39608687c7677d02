/** A plan together with how it is to be run. What was asked wrongly is said before anything is said of the plan. */

import type { OptionName } from '../config/options.ts';
import { chosenSchedule, type Resolved, resolveSettings, type SettingsSources } from '../config/resolve.ts';
import type { Plan, PlanFormat } from '../core/plan.ts';
import { printableLine } from '../core/printable.ts';
import { err, ok, type Result } from '../core/result.ts';
import { sequentialReason } from '../core/sequential-reason.ts';
import type { Refusal } from '../engine/api.ts';
import { wrongOptions } from './agent-options.ts';
import { unknownAgent } from './agent-settings.ts';
import type { Cli } from './cli.ts';
import { flagsOf } from './commands/shared.ts';
import { EXIT, type Stop, stopOfConfig } from './exit.ts';
import { FamilySettings } from './family-settings.ts';
import { leftOutWords } from './left-out.ts';
import { onlyGroups } from './only-groups.ts';
import { plainAgents } from './plain-agents.ts';
import { readPlan, type ValidPlan, validPlan } from './plan-argument.ts';
import { profileGaps } from './profile-gaps.ts';
import { readConfigs } from './read-config.ts';
import { shortOfDisk } from './short-of-disk.ts';

export interface PlanToSettle {
  readonly format?: PlanFormat;
  readonly allowUnpinned?: true;
  readonly only?: readonly string[];
  /** A run that a living process drives is refused: one that is named, and one that writes to the plan. */
  readonly notOwned?: true;
  /** The flags of settings. */
  readonly [setting: string]: unknown;
}

export interface SettledPlan {
  readonly valid: ValidPlan;
  readonly resolved: Resolved;
  /** Numbers of the groups that `--only` names; null without it. */
  readonly only: readonly number[] | null;
  /** Where the family's own file asks for a test of what is merged; null where it does not. */
  readonly mergeTestWanted: string | null;
  /** The repository's top level, or why there is none. */
  readonly repository: Result<string, Refusal>;
}

/** The error is the exit code; why has been said by then. */
export async function settlePlan(
  cli: Cli,
  what: string,
  options: PlanToSettle,
): Promise<Result<SettledPlan, number>> {
  const { env } = cli.host;
  const repository = await cli.parts.findRepository(cli.folder);
  const configs = await readConfigs(repository.ok ? repository.value : null, env);
  if (!configs.ok) return err(cli.stop(stopOfConfig(configs.error)));
  const said = { flags: flagsOf(options), env, ...configs.value };
  const wrong = askedWrongly(cli, said);
  if (wrong !== null) return err(cli.stop(wrong));
  const schedule = chosenSchedule(said);
  if (!schedule.ok) return err(cli.stop(stopOfConfig(schedule.error)));
  const { format, allowUnpinned, notOwned } = options;
  const family = new FamilySettings(said, repository.ok ? repository.value : null);
  const loaded = await readPlan(cli, what, {
    ...(format === undefined ? {} : { format }),
    ...(allowUnpinned === undefined ? {} : { allowUnpinned }),
    ...(notOwned === undefined ? {} : { notOwned }),
    ...(schedule.value === undefined ? {} : { schedule: schedule.value }),
    ofFamily: (found) => family.read(found),
  });
  if (family.problems.length > 0) return err(cli.stop(stopOfConfig(family.problems)));
  if (!loaded.ok) return err(cli.stop(loaded.error));
  const valid = validPlan(cli, loaded.value);
  if (valid === null) return err(EXIT.failed);
  const only = groupNumbers(valid.plan, options.only);
  if (!only.ok) return err(cli.stop(only.error));
  const leftOut = only.value === null ? null : leftOutWords(valid.plan, only.value);
  if (leftOut !== null) cli.say(`cox: ${printableLine(leftOut)}.`);
  for (const { where, message, remedy } of family.notes) cli.say(`cox: ${where} ${message}. ${remedy}`);
  const resolved = resolveSettings({ ...said, ...family.layers, planWishes: valid.plan.wishes });
  if (!resolved.ok) return err(cli.stop(stopOfConfig(resolved.error)));
  for (const { message, remedy } of profileGaps(cli.parts, valid.plan, resolved.value))
    cli.say(`cox: ${printableLine(message)}. ${remedy}`);
  const plain = plainAgents(valid, resolved.value);
  if (plain !== null) cli.say(`warning: ${printableLine(plain)}`);
  const part = onlyGroups(valid.plan, only.value);
  const settled = await modeSettled(cli, part, resolved.value, repository.ok ? repository.value : null);
  const { mergeTestWanted } = family;
  return ok({ valid, resolved: settled, only: only.value, repository, mergeTestWanted });
}

/** A plan that is better done one task by one is done so. */
async function modeSettled(cli: Cli, plan: Plan, resolved: Resolved, root: string | null): Promise<Resolved> {
  const { settings, local } = resolved;
  if (settings.parallelization === undefined) return resolved;
  const { stateHome } = cli.parts;
  const shortOf = root === null ? null : await shortOfDisk(local, { root, stateHome });
  const parallelization = { ...settings.parallelization, ...(shortOf === null ? {} : { shortOf }) };
  const isParallel = sequentialReason(plan, parallelization) === null;
  const maxParallel = isParallel ? settings.maxParallel : 1;
  const limit = saidBy(resolved, 'maxParallel', 'maxParallel');
  const decided =
    parallelization.override === 'none'
      ? saidBy(resolved, 'parallelEnabled', 'parallel.enabled')
      : saidBy(resolved, 'parallelOverride', 'parallel.override');
  return {
    ...resolved,
    settings: {
      ...settings,
      parallelization: {
        ...parallelization,
        ...(limit === null ? {} : { limit }),
        ...(decided === null ? {} : { saidBy: decided }),
      },
      maxParallel,
    },
  };
}

/** What a setting comes from, where that is not the family's own field. */
function saidBy({ origins, places }: Resolved, option: OptionName, key: string): string | null {
  const origin = origins[option];
  if (origin === undefined || origin === 'built in') return null;
  const place = places[option] ?? '';
  if (origin === 'flag' || origin === 'environment') return place;
  return place.includes('auto-context.yaml') ? null : `${key} of the ${origin}`;
}

/** Null when flags, environment and config files can be followed, whatever the plan says. */
function askedWrongly(cli: Cli, said: Omit<SettingsSources, 'planWishes'>): Stop | null {
  const resolved = resolveSettings({ ...said, planWishes: {} });
  if (!resolved.ok) return stopOfConfig(resolved.error);
  const { agent, qa, resolver, questions } = resolved.value;
  const chosen = [agent, qa.choice, resolver.choice, questions.choice];
  const { agents } = cli.parts;
  const unknown = chosen.map((each) => unknownAgent(each, agents)).find((each) => each !== null);
  return unknown ?? wrongOptions(resolved.value, agents);
}

/** By number or by name; null for all. */
function groupNumbers(
  plan: Plan,
  only: readonly string[] | undefined,
): Result<readonly number[] | null, Stop> {
  if (only === undefined) return ok(null);
  const numbers: number[] = [];
  for (const text of only) {
    const wanted = text.trim();
    const group = plan.groups.find(({ number, name }) => String(number) === wanted || name === wanted);
    if (group === undefined) {
      const known = plan.groups.map(({ number, name }) => `${number} (${name})`).join(', ');
      return err({
        code: EXIT.usage,
        message: `the plan has no group ${wanted}`,
        remedy: `Its groups are ${known}.`,
      });
    }
    numbers.push(group.number);
  }
  return ok([...new Set(numbers)].sort((a, b) => a - b));
}
