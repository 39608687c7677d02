import { Command } from 'commander';
import type { Technology } from '../../core/technology.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { rootOrFolder } from '../repository.ts';
import { techOption } from './shared.ts';

interface SetupOptions {
  readonly tech?: Technology;
}

export function setupCommand(cli: Cli): Command {
  return new Command('setup')
    .summary('make the folder of plans and a config file, once')
    .description(
      'Makes parallel/ with a README and a .gitignore, and coxswain.config.yaml with every setting as a comment. What is there stays as it is.',
    )
    .addOption(techOption())
    .action(async (options: SetupOptions) => {
      cli.exitCode = await setup(cli, options);
    });
}

async function setup(cli: Cli, { tech }: SetupOptions): Promise<number> {
  const root = await rootOrFolder(cli);
  const [{ setupProject, CONFIG }, { technologyOf }] = await Promise.all([
    import('../../project/setup-project.ts'),
    import('../../project/technology.ts'),
  ]);
  const technology = tech ?? (await technologyOf(root));
  const done = await setupProject(root, { technology, isSaid: tech !== undefined });
  if (!done.ok) return cli.stop({ code: EXIT.refused, ...done.error });
  const { made, kept } = done.value;
  cli.print([...made.map((path) => `made ${path}`), ...kept.map((path) => `kept ${path}: it was there`)]);
  if (tech !== undefined && kept.includes(CONFIG))
    cli.say(`To have ${tech} in new plans, write \`technology: ${tech}\` into ${CONFIG}.`);
  return EXIT.ok;
}
