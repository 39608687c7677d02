import { basename, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { slugOf } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { Technology } from '../../core/technology.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type Stop } from '../exit.ts';
import { clean } from '../render/clean.ts';
import { rootOrFolder, settle } from '../repository.ts';
import { techOption } from './shared.ts';

interface InitOptions {
  readonly techSpec: string;
  readonly name?: string;
  readonly tech?: Technology;
}

interface Spec {
  readonly id: string;
  readonly title?: string;
  readonly status?: string;
  /** Relative to the repository, with forward slashes. */
  readonly path?: string;
}

export function initCommand(cli: Cli): Command {
  return new Command('init')
    .summary('make the folder of a plan, to be filled in')
    .description(
      'Makes the folder of the plan for one tech spec: manifest, context, diagrams, contracts, a first task and its prompt. It is valid at once; `cox validate` then says what is still to be filled in.',
    )
    .argument('<folder>', 'a folder that does not exist, or is empty, e.g. parallel/TS-0042-inventory')
    .addOption(
      new Option(
        '-t, --tech-spec <spec>',
        'a tech spec: its path, or its id, e.g. TS-0042',
      ).makeOptionMandatory(),
    )
    .addOption(new Option('-n, --name <name>', "the plan's name; without it, the tech spec's title"))
    .addOption(techOption())
    .action(async (folder: string, options: InitOptions) => {
      cli.exitCode = await init(cli, folder, options);
    });
}

async function init(cli: Cli, given: string, options: InitOptions): Promise<number> {
  const name = options.name === undefined ? undefined : printableLine(options.name).trim();
  if (name === '') {
    const remedy = "Give one, or leave `--name` out for the tech spec's title.";
    return cli.stop({ code: EXIT.usage, message: 'the name of the plan is empty', remedy });
  }
  const root = await rootOrFolder(cli);
  const found = await specOf(cli, root, options.techSpec);
  if (!found.ok) return cli.stop(found.error);
  const spec = found.value;
  const [{ initFolder }, { technologyOf }] = await Promise.all([
    import('../../project/init-folder.ts'),
    import('../../project/technology.ts'),
  ]);
  const folder = resolve(cli.folder, given);
  const shown = relative(cli.folder, folder) || '.';
  const settled = await settle(cli, root, { flags: {}, planWishes: {}, agentsKnown: true });
  if (!settled.ok) return cli.stop(settled.error);
  const technology = options.tech ?? settled.value.technology ?? (await technologyOf(root));
  const made = await initFolder({
    folder,
    root,
    shown,
    generatedAt: new Date(cli.host.now()).toISOString(),
    starter: {
      id: spec.id,
      name: name ?? (slugOf(spec.title ?? '') || slugOf(spec.id) || 'plan'),
      ...(spec.title === undefined ? {} : { title: spec.title }),
      ...(technology === null ? {} : { technology }),
      ...(spec.path === undefined ? {} : { techSpec: spec.path }),
    },
  });
  if (!made.ok) {
    const problem = made.error;
    if (problem.reason !== 'unfit') return cli.stop({ code: EXIT.refused, ...problem });
    const message = problem.findings.map((finding) => finding.message).join('\n');
    return cli.stop({ code: EXIT.usage, message, remedy: 'Give another name, or another tech spec.' });
  }
  for (const change of made.value.changes) cli.say(`warning: ${change}`);
  if (spec.status === 'DRAFT')
    cli.say(`warning: ${spec.id} is a DRAFT; approve it with cox spec approve ${spec.id}`);
  cli.print([
    ...made.value.files.map((path) => `made ${clean(shown)}/${clean(path)}`),
    `See what is to be filled in: cox validate ${clean(shellWord(shown))}`,
  ]);
  return EXIT.ok;
}

/** An id stands for itself where no file has it. */
async function specOf(cli: Cli, root: string, given: string): Promise<Result<Spec, Stop>> {
  const { findSpec } = await import('../../project/spec-files.ts');
  const found = await findSpec(root, { called: given, path: resolve(cli.folder, given) });
  if (found.ok) {
    const { title, status } = found.value;
    const fromName = /TS-\d+/i.exec(basename(found.value.path))?.[0];
    const id = found.value.id ?? fromName?.toUpperCase();
    if (id === undefined)
      cli.say(
        `warning: ${given} has no tech_spec_id in its front matter; the manifest gets one to be changed`,
      );
    return ok({
      id: id ?? (slugOf(title ?? '') || 'plan'),
      path: relative(root, found.value.path).split('\\').join('/'),
      ...(title === undefined ? {} : { title }),
      ...(status === undefined ? {} : { status }),
    });
  }
  if (found.error.reason === 'no-such-spec' && /^TS-\d+$/i.test(given)) {
    cli.say(`warning: there is no file of ${given} in tech-specs/`);
    return ok({ id: given.toUpperCase() });
  }
  return err({ code: EXIT.usage, message: found.error.message, remedy: found.error.remedy });
}
