import { Command, Option } from 'commander';
import type { TaskId } from '../../core/plan.ts';
import type { RunState } from '../../core/run-state.ts';
import { isSettled, type TaskState } from '../../core/task-state.ts';
import { jsonText } from '../../views/json.ts';
import { resumeCommand } from '../../views/next-steps.ts';
import { statusView } from '../../views/status.ts';
import type { Cli } from '../cli.ts';
import { EXIT, endCode, endOf } from '../exit.ts';
import { findTask, withRun } from '../repository.ts';
import { type Watched, watchRun } from '../watch-run.ts';

interface WaitOptions {
  readonly task?: string;
  readonly json?: true;
}

export function waitCommand(cli: Cli): Command {
  return new Command('wait')
    .summary('wait for a run, or one of its tasks, to end')
    .description(
      'Waits until a run has ended or is left, and exits as it has. With --task, until that task is settled: 0 when it is merged, or was done before, else 1.',
    )
    .argument('[run]', "the run's id or the start of it, or its plan; the newest run without it")
    .addOption(new Option('--task <task>', 'wait for this task only'))
    .addOption(new Option('--json', 'at the end, print the same JSON as `cox status --json`'))
    .action(async (what: string | undefined, { task, json }: WaitOptions) => {
      cli.exitCode = await withRun(cli, what, async ({ api, state }) => {
        const found = task === undefined ? null : findTask(state, task);
        if (found !== null && !found.ok) return cli.stop(found.error);
        const ended = await watchRun(api, state.run, (watched) => {
          const code = codeOf(cli, watched, found?.value);
          if (json && code !== null) cli.print([jsonText(statusView(watched.state, watched.owner !== null))]);
          return code;
        });
        return ended.ok ? ended.value : cli.stop(ended.error);
      });
    });
}

function codeOf(cli: Cli, { state, owner, abandoned }: Watched, task: TaskId | undefined): number | null {
  const record = task === undefined ? undefined : state.tasks.get(task);
  if (record !== undefined && isSettled(record.state)) {
    cli.say(`${record.id} ${record.state.is}`);
    return isDone(record.state) ? EXIT.ok : EXIT.failed;
  }
  const end = endOf(state);
  // Somebody has taken up a run that was left, and is about to go on with it.
  if (end?.is === 'suspended' && owner !== null) return null;
  if (end !== null) {
    cli.say(end.is === 'finished' ? `Run ${state.run} ${end.status}.` : leftWords(state, end.reason));
    if (record === undefined || end.is === 'suspended') return endCode(end);
    return EXIT.failed;
  }
  if (!abandoned) return null;
  return cli.stop({
    code: EXIT.unfinished,
    message: `nobody drives run ${state.run} now`,
    remedy: `Go on with: cox resume ${state.run}`,
  });
}

/** Its work is there, whoever has done it. */
function isDone({ is }: TaskState): boolean {
  return is === 'merged' || is === 'done-before';
}

function leftWords(state: RunState, reason: string): string {
  return `Run ${state.run} was left (${reason}). Go on with: ${resumeCommand(state)}`;
}
