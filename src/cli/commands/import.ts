import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import type { Plan, PlanFormat } from '../../core/plan.ts';
import { shellWord } from '../../core/shell-word.ts';
import { jsonText } from '../../views/json.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { readPlan, validPlan } from '../plan-argument.ts';
import { clean } from '../render/clean.ts';
import { findingsText } from '../render/findings-text.ts';
import { rootOrFolder } from '../repository.ts';
import { formatOption, jsonOption, unpinnedOption } from './shared.ts';

interface ImportOptions {
  readonly json?: true;
  readonly format?: PlanFormat;
  readonly allowUnpinned?: true;
}

export function importCommand(cli: Cli): Command {
  return new Command('import')
    .summary('write any plan as a manifest folder')
    .description(
      'Writes a plan of any format as a manifest folder that is valid, and says what of the plan is not in it. A manifest folder is copied, byte for byte; made anew is what it lacks, and the manifest.json of the older form. With --allow-unpinned the folder needs that flag, too.',
    )
    .argument('<plan>', "a plan's folder or file")
    .argument('<folder>', 'a folder that does not exist, or is empty')
    .addOption(formatOption())
    .addOption(unpinnedOption())
    .addOption(jsonOption())
    .action(async (plan: string, folder: string, options: ImportOptions) => {
      cli.exitCode = await importPlan(cli, { plan, folder }, options);
    });
}

/** Without what is not given. */
function known({ format, allowUnpinned }: ImportOptions): Omit<ImportOptions, 'json'> {
  return {
    ...(format === undefined ? {} : { format }),
    ...(allowUnpinned === undefined ? {} : { allowUnpinned }),
  };
}

const ALL_DONE = {
  code: EXIT.failed,
  message: 'every task of this plan is done, and done tasks are not taken along: the folder would have none',
  remedy: 'Mark as not done what is to be done again, or write a new plan.',
} as const;

/** A manifest folder is copied as it is. */
function isAllDone({ format, plan }: { readonly format: PlanFormat; readonly plan: Plan }): boolean {
  return format !== 'manifest' && plan.tasks.every(({ done }) => done === true);
}

async function importPlan(
  cli: Cli,
  { plan: what, folder: given }: { readonly plan: string; readonly folder: string },
  options: ImportOptions,
): Promise<number> {
  const { json, allowUnpinned } = options;
  const loaded = await readPlan(cli, what, known(options));
  if (!loaded.ok) return cli.stop(loaded.error);
  const valid = validPlan(cli, loaded.value);
  if (valid === null) {
    if (json) cli.print([jsonText({ valid: false, findings: loaded.value.findings })]);
    return EXIT.failed;
  }
  if (isAllDone(valid)) {
    if (json) cli.print([jsonText({ valid: true, findings: loaded.value.findings })]);
    return cli.stop(ALL_DONE);
  }
  const { importFolder } = await import('../../project/import-folder.ts');
  const folder = resolve(cli.folder, given);
  const shown = relative(cli.folder, folder) || '.';
  const facts = { generatedAt: new Date(cli.host.now()).toISOString() };
  const { format: family, source, words } = valid;
  const from = { path: source, isManifest: family === 'manifest' };
  const toImport = { plan: valid.plan, ...(words === undefined ? {} : { words }) };
  const imported = await importFolder({
    ...toImport,
    from,
    folder,
    root: await rootOrFolder(cli),
    shown,
    facts,
  });
  if (!imported.ok) {
    const problem = imported.error;
    if (problem.reason !== 'unfit') return cli.stop({ code: EXIT.refused, ...problem });
    if (json) cli.print([jsonText({ valid: false, findings: problem.findings })]);
    cli.say(findingsText(problem.findings, cli.style(cli.host.stderr)).join('\n'));
    const remedy = 'Change the plan so that these do not arise.';
    return cli.stop({ code: EXIT.failed, message: 'no manifest can hold this plan', remedy });
  }
  const { files, changes } = imported.value;
  if (json) cli.print([jsonText({ folder, files, changes })]);
  else
    cli.print([
      `${clean(shown)}: ${files.length} files`,
      `Look at it with: cox validate ${clean(shellWord(shown))}${allowUnpinned ? ' --allow-unpinned' : ''}`,
    ]);
  for (const change of changes) cli.say(`warning: ${change}`);
  return EXIT.ok;
}
