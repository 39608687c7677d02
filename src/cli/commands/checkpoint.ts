import { Argument, Command } from 'commander';
import {
  type CheckpointParts,
  MOMENTS,
  type Moment,
  writeCheckpoint,
  writeContext,
  writeGroup,
  writeHandoff,
  writeLearning,
} from '../../project/session/checkpoints.ts';
import { archiveMemory, newestCheckpoint } from '../../project/session/memory.ts';
import { jsonText } from '../../views/json.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { clean } from '../render/clean.ts';
import { sessionParts, stopOfSession, type Told } from '../session-parts.ts';
import { jsonOption } from './shared.ts';

type Run = (verb: (parts: CheckpointParts) => Promise<Told>) => Promise<void>;

export function checkpointCommand(cli: Cli): Command {
  const run: Run = async (verb) => {
    const tell = (note: string): void => cli.say(`cox: ${clean(note)}`);
    const done = await verb({ ...(await sessionParts(cli)), tell });
    if (done.ok) cli.print(done.value.trimEnd() === '' ? [] : done.value.trimEnd().split('\n'));
    else cli.exitCode = stopOfSession(cli, done.error);
  };
  const command = new Command('checkpoint')
    .summary('what one session of your own scripts leaves for the next')
    .description(
      'Checkpoints in .claude/auto-memory/, as checkpoint-manager.sh writes them. Runs of decomposer plans write those of their groups by themselves.',
    );
  for (const each of [...writers(run), ...readers(cli, run)]) command.addCommand(each);
  return command;
}

function writers(run: Run): readonly Command[] {
  return [
    new Command('write')
      .description("write one under a name: prints the file's path")
      .argument('<name>', 'e.g. PRE_GROUP_2')
      .argument('<summary>')
      .action((name: string, summary: string) => run((parts) => writeCheckpoint(parts, name, summary))),
    new Command('group')
      .description("write one of a parallel group: prints the file's path")
      .argument('<number>')
      .addArgument(new Argument('<moment>', 'before it, after it, or when it failed').choices(MOMENTS))
      .argument('[summary]')
      .action((number: string, moment: Moment, summary?: string) =>
        run(async (parts) => {
          const group = /^[1-9]\d{0,5}$/.test(number) ? Number(number) : null;
          if (group !== null) return await writeGroup(parts, { group, moment, summary: summary ?? '' });
          const message = `${number} is no number of a group`;
          return { ok: false, error: { reason: 'invalid', message, remedy: 'Give e.g. 2.' } };
        }),
      ),
    new Command('task')
      .description("keep what was learned from a task: prints the file's path")
      .argument('<task>')
      .argument('<learning>')
      .action((task: string, learning: string) => run((parts) => writeLearning(parts, task, learning))),
  ];
}

function readers(cli: Cli, run: Run): readonly Command[] {
  return [
    new Command('read')
      .description('show the newest one')
      .addOption(jsonOption())
      .action(async ({ json }: { readonly json?: true }) => {
        const newest = await newestCheckpoint((await sessionParts(cli)).root);
        if (newest === null) cli.exitCode = EXIT.failed;
        if (json) cli.print([jsonText(newest)]);
        else if (newest === null) cli.print(['NO_CHECKPOINTS']);
        else {
          cli.say(`cox: ${newest.path}`);
          cli.print([newest.text.trimEnd()]);
        }
      }),
    new Command('context')
      .description('show what the next session has to know, and keep it as context-summary.md')
      .action(() => run(writeContext)),
    new Command('handoff')
      .description('show what is to be done next, and keep it as next-actions.md')
      .action(() => run(writeHandoff)),
    new Command('cleanup').description('move all of them into an archive: prints its path').action(() =>
      run(async (parts) => {
        const archived = await archiveMemory(parts);
        if (archived.ok && archived.value === null) parts.tell('there is nothing to archive');
        return archived.ok ? { ok: true, value: archived.value ?? '' } : archived;
      }),
    ),
  ];
}
