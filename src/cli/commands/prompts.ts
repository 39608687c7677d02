import { relative } from 'node:path';
import { Command, Option } from 'commander';
import type { Finding } from '../../core/finding.ts';
import type { TaskId } from '../../core/plan.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { LoadedPlan } from '../../project/load-plan.ts';
import { jsonText } from '../../views/json.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { readPlan, type ValidPlan } from '../plan-argument.ts';
import { clean } from '../render/clean.ts';
import { findingsText } from '../render/findings-text.ts';
import { jsonOption } from './shared.ts';

type PromptPlace = NonNullable<Extract<LoadedPlan, { is: 'read' }>['prompts']>[number];

interface PromptsOptions {
  readonly check?: true;
  readonly fix?: true;
  readonly json?: true;
}

export function promptsCommand(cli: Cli): Command {
  return new Command('prompts')
    .summary("write or check a manifest folder's prompts")
    .description(
      'Writes prompts/ of a manifest folder from its task files: one prompt a task, and a list of them. What was there before is moved to prompts.backup-<time>.',
    )
    .argument('<plan>', 'a manifest folder')
    .addOption(
      new Option('--check', 'write nothing; find prompts that are missing, empty or stale').conflicts('fix'),
    )
    .addOption(
      new Option('--fix', 'write those anew that are missing, empty or stale; all else in prompts/ stays'),
    )
    .addOption(jsonOption())
    .addHelpText('after', '\nExit: 0 valid or written, 1 invalid, 2 no such folder.')
    .action(async (plan: string, options: PromptsOptions) => {
      cli.exitCode = await prompts(cli, plan, options);
    });
}

async function prompts(cli: Cli, what: string, options: PromptsOptions): Promise<number> {
  const read = await readPlan(cli, what, { format: 'manifest', promptsMade: true, allowUnpinned: true });
  if (!read.ok) return cli.stop(read.error);
  const { plan, prompts: places, findings } = read.value;
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || plan === null || places === undefined) {
    if (options.json) cli.print([jsonText({ valid: false, findings: errors })]);
    cli.say(findingsText(errors, cli.style(cli.host.stderr)).join('\n'));
    const remedy = 'Mend the plan first; see `cox validate`.';
    return cli.stop({
      code: EXIT.failed,
      message: 'the plan has errors, so no prompts are made of it',
      remedy,
    });
  }
  const all = places.map(({ task }) => task);
  const bad = places.flatMap(({ task, isGood }) => (isGood ? [] : [task]));
  const found = { bad, findings: findings.filter(({ rule }) => rule.startsWith('prompt-')) };
  if (options.fix ? bad.length === 0 : options.check) return tell(cli, found, { ...options, what });
  const anew = options.fix ? bad : all;
  // Those of no task are left by --fix alone.
  const left = options.fix ? found.findings.filter(({ tasks }) => tasks.length === 0) : [];
  return await write(cli, { ...read.value, plan, places }, { anew, left, options });
}

interface Found {
  /** Whose prompts are missing, empty or stale. */
  readonly bad: readonly TaskId[];
  /** The first of each rule, where there are very many; and prompts that belong to no task. */
  readonly findings: readonly Finding[];
}

interface Telling extends PromptsOptions {
  /** The plan as it was named. */
  readonly what: string;
}

function tell(cli: Cli, { bad, findings }: Found, { json, what }: Telling): number {
  const valid = bad.length === 0 && findings.length === 0;
  if (json) cli.print([jsonText({ valid, anew: bad, findings })]);
  else if (valid) cli.print(['All prompts are there, and up to date.']);
  else {
    cli.print(findingLines(cli, findings));
    if (bad.length > 0)
      cli.print([
        `To be written anew: ${bad.length}. Do it with: cox prompts ${clean(shellWord(what))} --fix`,
      ]);
  }
  return valid ? EXIT.ok : EXIT.failed;
}

/** Without the summary, which speaks of the plan: it is valid all the same. */
function findingLines(cli: Cli, findings: readonly Finding[]): readonly string[] {
  return findingsText(findings, cli.style(cli.host.stdout)).slice(0, -1);
}

interface Writing {
  readonly anew: readonly TaskId[];
  /** About what stays as it is. */
  readonly left: readonly Finding[];
  readonly options: PromptsOptions;
}

async function write(
  cli: Cli,
  { plan: made, places, source }: ValidPlan & { readonly places: readonly PromptPlace[] },
  { anew, left, options }: Writing,
): Promise<number> {
  const { writePrompts } = await import('../../project/prompt-folder.ts');
  const written = await writePrompts({
    folder: source,
    shown: relative(cli.folder, source) || '.',
    made,
    places,
    anew: new Set(anew),
    keepsOthers: options.fix === true,
    stamp: stamp(cli.host.now()),
  });
  if (!written.ok) return cli.stop({ code: EXIT.refused, ...written.error });
  const backup = written.value;
  if (options.json)
    cli.print([jsonText({ valid: left.length === 0, written: anew, backup, findings: left })]);
  else {
    cli.print([`Prompts written: ${anew.length} of ${made.tasks.length}`]);
    if (backup !== null) cli.print([`Those of before: ${clean(relative(cli.folder, backup))}`]);
    if (left.length > 0) cli.print(['Left as they are:', ...findingLines(cli, left)]);
  }
  return EXIT.ok;
}

/** `YYYYMMDD-HHMMSS` in UTC. */
function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
