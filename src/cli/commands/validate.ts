import { Command, Option } from 'commander';
import type { Finding } from '../../core/finding.ts';
import type { PlanFormat } from '../../core/plan.ts';
import { jsonText } from '../../views/json.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { type ReadPlan, readPlan } from '../plan-argument.ts';
import { findingsText } from '../render/findings-text.ts';
import { formatOption, jsonOption, unpinnedOption } from './shared.ts';

interface ValidateOptions {
  readonly strict?: true;
  readonly json?: true;
  readonly format?: PlanFormat;
  readonly allowUnpinned?: true;
}

export function validateCommand(cli: Cli): Command {
  return new Command('validate')
    .summary('check a plan; all findings at once')
    .description(
      'Checks a plan and lists everything that is wrong with it, each finding with its place and remedy.',
    )
    .argument('<plan>', "a plan's folder or file, or the id of a run")
    .addOption(new Option('--strict', 'warnings count as errors'))
    .addOption(formatOption())
    .addOption(unpinnedOption())
    .addOption(jsonOption())
    .action(async (plan: string, options: ValidateOptions) => {
      cli.exitCode = await validate(cli, plan, options);
    });
}

async function validate(cli: Cli, what: string, options: ValidateOptions): Promise<number> {
  const loaded = await readPlan(cli, what, options);
  if (!loaded.ok) return cli.stop(loaded.error);
  const { findings } = loaded.value;
  const valid = !findings.some(({ severity }) => severity === 'error' || options.strict === true);
  if (options.json) cli.print([jsonText(validationJson(loaded.value, valid))]);
  else cli.print(findingsText(findings, cli.style(cli.host.stdout)));
  if (!options.json && !valid && findings.every(({ severity }) => severity === 'warning')) {
    cli.print(['With --strict, warnings count as errors.']);
  }
  return valid ? EXIT.ok : EXIT.failed;
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
