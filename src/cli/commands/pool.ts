import { Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import {
  acquire,
  cleanup,
  health,
  init,
  merge,
  type OpenedCommand,
  release,
  reset,
  setUpWorktree,
  status,
  sync,
  withPool,
} from '../pool-verbs.ts';
import { addDefaultVerb, jsonOption } from './shared.ts';

interface Json {
  readonly json?: true;
}

interface Force {
  readonly force?: true;
}

type Run = (verb: (opened: OpenedCommand) => Promise<number>) => Promise<void>;

export function poolCommand(cli: Cli): Command {
  const run: Run = async (verb) => {
    cli.exitCode = await withPool(cli, verb);
  };

  const others = [...slotVerbs(run), ...mergeVerbs(run), ...upkeepVerbs(run)];
  const command = new Command('pool')
    .summary('a pool of worktrees that your own scripts hand out')
    .description(
      'Worktrees that scripts hand out to tasks, with the verbs, the output and the state file of pool-manager.sh. ' +
        'POOL_SIZE, POOL_DIR and POOL_STATE_FILE say how many, and where.',
    );
  addDefaultVerb(command, statusVerb(run));
  for (const each of others) command.addCommand(each);
  return command;
}

function verb(name: string, description: string): Command {
  return new Command(name).description(description);
}

function forceOption(): Option {
  return new Option('--force', 'go on all the same: what is merged nowhere is kept as commits');
}

function statusVerb(run: Run): Command {
  return verb('status', 'show which slot is whose; also without a verb')
    .addOption(jsonOption())
    .action((_, { json }: Json) => run((opened) => status(opened, json === true)));
}

function slotVerbs(run: Run): readonly Command[] {
  return [
    verb('init', 'make the pool, or change its size; busy slots stay')
      .argument('[size]', 'how many slots')
      .action((size?: string) => run((opened) => init(opened, size))),
    verb('acquire', 'get a slot for a task: prints its name, path and branch')
      .argument('<task>', 'its branch becomes auto/<task>')
      .argument('[base]', 'branch or commit to begin from; what is checked out without it')
      .action((task: string, base?: string) => run((opened) => acquire(opened, task, base))),
    verb('release', 'give a slot back; refused while its work is merged nowhere')
      .argument('<slot>', 'e.g. wt-1')
      .addOption(forceOption())
      .action((slot: string, { force }: Force) => run((opened) => release(opened, slot, force === true))),
    verb('setup-worktree', 'make one worktree outside of the pool: prints its path and branch')
      .argument('[task]', 'its branch becomes auto/<task>')
      .argument('[base]', 'branch or commit to begin from; what is checked out without it')
      .action((task?: string, base?: string) => run((opened) => setUpWorktree(opened, task, base))),
  ];
}

function mergeVerbs(run: Run): readonly Command[] {
  return [
    verb('merge', "merge every busy slot's branch, what others depend on first")
      .argument('[branch]', 'the branch to merge into; the one checked out without it')
      .action((into?: string) => run((opened) => merge(opened, into, null))),
    verb('merge-branches', 'merge these branches, or all below auto/')
      .argument('[into]', 'the branch to merge into; the one checked out without it')
      .argument('[branches...]', 'what to merge')
      .action((into: string | undefined, branches: readonly string[]) =>
        run((opened) => merge(opened, into, branches)),
      ),
  ];
}

function upkeepVerbs(run: Run): readonly Command[] {
  return [
    verb('cleanup', "remove the pool's worktrees, and those of its branches that are merged")
      .addOption(forceOption())
      .action(({ force }: Force) => run((opened) => cleanup(opened, force === true))),
    verb('reset', 'clean up, and begin anew')
      .argument('[size]', 'how many slots')
      .addOption(forceOption())
      .action((size: string | undefined, { force }: Force) =>
        run((opened) => reset(opened, size, force === true)),
      ),
    verb('health', 'list broken slots, and copied files that have drifted')
      .addOption(jsonOption())
      .action(({ json }: Json) => run((opened) => health(opened, json === true))),
    verb('sync', 'copy environment files into busy slots again').action(() => run(sync)),
  ];
}
