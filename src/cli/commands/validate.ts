import { Command, Option } from 'commander';
import { chosenSchedule, type Resolved, resolveSettings } from '../../config/resolve.ts';
import type { Finding } from '../../core/finding.ts';
import type { PlanFormat, Schedule } from '../../core/plan.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { jsonText } from '../../views/json.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type Stop, stopOfConfig } from '../exit.ts';
import { FamilySettings } from '../family-settings.ts';
import { type ReadPlan, readPlan } from '../plan-argument.ts';
import { profileGaps } from '../profile-gaps.ts';
import { readConfigs } from '../read-config.ts';
import { findingsText } from '../render/findings-text.ts';
import { addSettings, flagsOf, formatOption, jsonOption, unpinnedOption } from './shared.ts';

interface ValidateOptions {
  readonly strict?: true;
  readonly json?: true;
  readonly format?: PlanFormat;
  readonly allowUnpinned?: true;
  readonly [setting: string]: unknown;
}

export function validateCommand(cli: Cli): Command {
  const command = new Command('validate')
    .summary('check a plan; all findings at once')
    .description(
      'Checks a plan and lists everything that is wrong with it, each finding with its place and remedy.',
    )
    .argument('<plan>', "a plan's folder or file, or the id of a run")
    .addOption(new Option('--strict', 'warnings count as errors'))
    .addOption(formatOption())
    .addOption(unpinnedOption())
    .addOption(jsonOption());
  return addSettings(command, ['schedule', 'maxParallel']).action(
    async (plan: string, options: ValidateOptions) => {
      cli.exitCode = await validate(cli, plan, options);
    },
  );
}

async function validate(cli: Cli, what: string, options: ValidateOptions): Promise<number> {
  const said = await settingsSaid(cli, options);
  if (!said.ok) return cli.stop(said.error);
  const { schedule, family } = said.value;
  const { format, allowUnpinned } = options;
  const loaded = await readPlan(cli, what, {
    ...(format === undefined ? {} : { format }),
    ...(allowUnpinned === undefined ? {} : { allowUnpinned }),
    ...(schedule === undefined ? {} : { schedule }),
    // How large its groups may be is said beside the plan.
    ofFamily: async (found) => (found === 'auto' ? await family.read(found) : {}),
  });
  if (family.problems.length > 0) return cli.stop(stopOfConfig(family.problems));
  if (!loaded.ok) return cli.stop(loaded.error);
  const findings = [...loaded.value.findings, ...gapsIn(cli, loaded.value, said.value.resolved)];
  const valid = !findings.some(({ severity }) => severity === 'error' || options.strict === true);
  if (options.json) cli.print([jsonText(validationJson({ ...loaded.value, findings }, valid))]);
  else cli.print(findingsText(findings, cli.style(cli.host.stdout)));
  if (!options.json && !valid && findings.every(({ severity }) => severity === 'warning')) {
    cli.print(['With --strict, warnings count as errors.']);
  }
  return valid ? EXIT.ok : EXIT.failed;
}

function gapsIn(cli: Cli, { plan }: ReadPlan, resolved: Resolved | null): readonly Finding[] {
  return plan === null || resolved === null ? [] : profileGaps(cli.parts, plan, resolved);
}

interface Said {
  /** Null where something is wrong with settings of files and variables that are not asked for here. */
  readonly resolved: Resolved | null;
  readonly schedule: Schedule | undefined;
  readonly family: FamilySettings;
}

async function settingsSaid(cli: Cli, options: ValidateOptions): Promise<Result<Said, Stop>> {
  const found = await cli.parts.findRepository(cli.folder);
  const root = found.ok ? found.value : null;
  const configs = await readConfigs(root, cli.host.env);
  if (!configs.ok) return err(stopOfConfig(configs.error));
  const said = { flags: flagsOf(options), env: cli.host.env, ...configs.value };
  const schedule = chosenSchedule(said);
  if (!schedule.ok) return err(stopOfConfig(schedule.error));
  const resolved = resolveSettings({ ...said, planWishes: {} });
  const inFlags = resolved.ok ? [] : resolved.error.filter(({ origin }) => origin === 'flag');
  if (inFlags.length > 0) return err(stopOfConfig(inFlags));
  return ok({
    resolved: resolved.ok ? resolved.value : null,
    schedule: schedule.value,
    family: new FamilySettings(said, root),
  });
}

function validationJson({ format, plan, findings }: ReadPlan, valid: boolean) {
  return {
    valid,
    format,
    plan:
      plan === null
        ? null
        : {
            id: plan.id,
            name: plan.name,
            groups: plan.groups.map(({ number, name, tasks }) => ({ number, name, tasks })),
            tasks: plan.tasks.length,
          },
    findings: findings.map(findingJson),
  };
}

function findingJson({ severity, rule, message, remedy, file, line, column, tasks }: Finding): Finding {
  return { severity, rule, message, remedy, file, line, column, tasks };
}
