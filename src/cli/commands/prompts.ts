import { relative } from 'node:path';
import { Command, Option } from 'commander';
import type { Finding } from '../../core/finding.ts';
import { shellWord } from '../../core/shell-word.ts';
import { jsonText } from '../../views/json.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { type ReadPlan, readPlan } from '../plan-argument.ts';
import { clean } from '../render/clean.ts';
import { findingsText } from '../render/findings-text.ts';
import { jsonOption } from './shared.ts';

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
    .addOption(new Option('--check', 'write nothing; find prompts that are missing, empty or stale'))
    .addOption(new Option('--fix', 'write those anew that are missing, empty or stale, and keep the others'))
    .addOption(jsonOption())
    .addHelpText('after', '\nExit: 0 valid or written, 1 invalid, 2 no such folder.')
    .action(async (plan: string, options: PromptsOptions) => {
      cli.exitCode = await prompts(cli, plan, options);
    });
}

async function prompts(cli: Cli, what: string, options: PromptsOptions): Promise<number> {
  const read = await readPlan(cli, what, { format: 'manifest', promptsMade: true, allowUnpinned: true });
  if (!read.ok) return cli.stop(read.error);
  const wrong = read.value.findings.filter(({ rule }) => rule.startsWith('prompt-'));
  const errors = read.value.findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    cli.say(findingsText(errors, cli.style(cli.host.stderr)).join('\n'));
    const remedy = 'Mend the plan first; see `cox validate`.';
    return cli.stop({
      code: EXIT.failed,
      message: 'the plan has errors, so no prompts are made of it',
      remedy,
    });
  }
  if (options.check && !options.fix) return tell(cli, wrong, { ...options, what });
  if (options.fix && wrong.length === 0) return tell(cli, wrong, { ...options, what });
  return await write(cli, read.value, { wrong, options });
}

interface Telling extends PromptsOptions {
  /** The plan as it was named. */
  readonly what: string;
}

function tell(cli: Cli, wrong: readonly Finding[], { json, what }: Telling): number {
  const valid = wrong.length === 0;
  // The summary speaks of the plan, which is valid all the same.
  const lines = findingsText(wrong, cli.style(cli.host.stdout)).slice(0, -1);
  if (json) cli.print([jsonText({ valid, findings: wrong })]);
  else if (valid) cli.print(['All prompts are there, and up to date.']);
  else
    cli.print([
      ...lines,
      `To be written anew: ${wrong.length}. Do it with: cox prompts ${clean(shellWord(what))} --fix`,
    ]);
  return valid ? EXIT.ok : EXIT.failed;
}

async function write(
  cli: Cli,
  { plan: made, source }: ReadPlan,
  { wrong, options }: { readonly wrong: readonly Finding[]; readonly options: PromptsOptions },
): Promise<number> {
  const present = await readPlan(cli, source, { format: 'manifest', allowUnpinned: true });
  if (!present.ok) return cli.stop(present.error);
  if (made === null || present.value.plan === null) return EXIT.failed;
  const anew = options.fix ? wrong.flatMap(({ tasks }) => tasks) : made.tasks.map(({ id }) => id);
  const { writePrompts } = await import('../../project/prompt-folder.ts');
  const written = await writePrompts({
    folder: source,
    shown: relative(cli.folder, source) || '.',
    made,
    present: present.value.plan,
    anew: new Set(anew),
    stamp: stamp(cli.host.now()),
  });
  if (!written.ok) return cli.stop({ code: EXIT.refused, ...written.error });
  const backup = written.value;
  if (options.json) cli.print([jsonText({ valid: true, written: anew, backup })]);
  else {
    cli.print([`Prompts written: ${new Set(anew).size} of ${made.tasks.length}`]);
    if (backup !== null) cli.print([`Those of before: ${clean(relative(cli.folder, backup))}`]);
  }
  return EXIT.ok;
}

/** `YYYYMMDD-HHMMSS` in UTC. */
function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
