import { basename, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { printableLine } from '../../core/printable.ts';
import type { Result } from '../../core/result.ts';
import type { SpecProblem } from '../../project/spec-files.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { clean } from '../render/clean.ts';
import { rootOrFolder } from '../repository.ts';

export function specCommand(cli: Cli): Command {
  return new Command('spec')
    .summary('make and approve tech specs')
    .description('Makes and approves tech specs: tech-specs/draft/ and tech-specs/approved/.')
    .addCommand(newCommand(cli))
    .addCommand(approveCommand(cli));
}

function newCommand(cli: Cli): Command {
  return new Command('new')
    .description('Makes a draft with the next number, TS-NNNN.')
    .argument('<title>', 'what it is about')
    .addOption(new Option('--author <name>', 'who writes it').default(''))
    .action(async (title: string, { author }: { readonly author: string }) => {
      cli.exitCode = await make(cli, printableLine(title), printableLine(author));
    });
}

function approveCommand(cli: Cli): Command {
  return new Command('approve')
    .description('Moves a draft to tech-specs/approved/ and sets its status to APPROVED.')
    .argument('<spec>', 'its id, e.g. TS-0042, or its path')
    .action(async (given: string) => {
      cli.exitCode = await approve(cli, given);
    });
}

async function approve(cli: Cli, given: string): Promise<number> {
  const [{ approveSpec }, { plansNaming, SPECS }] = await Promise.all([
    import('../../project/tech-specs.ts'),
    import('../../project/spec-files.ts'),
  ]);
  const root = await rootOrFolder(cli);
  const wanted = { called: given, path: resolve(cli.folder, given) };
  const approved = await approveSpec({ root, date: today(cli) }, wanted);
  if (approved.ok) {
    const draft = `${SPECS}/draft/${basename(approved.value)}`;
    for (const file of await plansNaming(root, draft)) cli.say(`warning: ${file} still names ${draft}`);
  }
  return tell(cli, approved);
}

async function make(cli: Cli, title: string, author: string): Promise<number> {
  if (title === '') {
    const remedy = 'Say what it is about: cox spec new "Inventory"';
    return cli.stop({ code: EXIT.usage, message: 'the title of a tech spec is empty', remedy });
  }
  const { newSpec } = await import('../../project/tech-specs.ts');
  return tell(cli, await newSpec({ root: await rootOrFolder(cli), title, author, date: today(cli) }));
}

/** The path alone: scripts go on with it. */
function tell(cli: Cli, done: Result<string, SpecProblem>): number {
  if (done.ok) {
    cli.print([clean(relative(cli.folder, done.value))]);
    return EXIT.ok;
  }
  const { reason, message, remedy } = done.error;
  return cli.stop({ code: reason === 'no-such-spec' ? EXIT.usage : EXIT.refused, message, remedy });
}

function today(cli: Cli): string {
  return new Date(cli.host.now()).toISOString().slice(0, 10);
}
