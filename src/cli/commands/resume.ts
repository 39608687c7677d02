import { Command, Option } from 'commander';
import type { LocalSettings } from '../../config/local-settings.ts';
import { agentsOf } from '../../core/agent-choice.ts';
import type { Request } from '../../core/request.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { RunState } from '../../core/run-state.ts';
import type { RunSettings } from '../../core/settings.ts';
import { shellWord } from '../../core/shell-word.ts';
import { isLostToDependents } from '../../core/task-state.ts';
import type { CoxApi } from '../../engine/api.ts';
import { groupsLeftOut } from '../../views/auto-checkpoint.ts';
import { confinedIn } from '../agents-there.ts';
import type { Cli } from '../cli.ts';
import { ALONE } from '../detach-run.ts';
import { displayKind } from '../display.ts';
import { driveRun } from '../drive-run.ts';
import { EXIT, type Stop, stopOf, stopOfOwner } from '../exit.ts';
import { LIMITS, limitRequest } from '../limit-request.ts';
import { beginAlone, hasNewer, planInUse } from '../plan-in-use.ts';
import { findRun, findTask, settle } from '../repository.ts';
import { unheldBudgets } from '../unheld-budgets.ts';
import { addSettings, flagsOf } from './shared.ts';

interface ResumeOptions {
  readonly json?: true;
  readonly ci?: true;
  readonly retryFailed?: true;
  readonly skip?: readonly string[];
  readonly alone?: true;
  readonly [setting: string]: unknown;
}

export function resumeCommand(cli: Cli): Command {
  const command = new Command('resume')
    .summary('go on with a run')
    .description(
      'Goes on with a run after a crash, an interrupt, a checkpoint, an answer, or a failure you have mended. ' +
        'Ends the pause of a run that somebody else drives.',
    )
    .argument('[run]', "the run's id or the start of it, or its plan; the newest run without it")
    .addOption(new Option('--retry-failed', 'give failed, blocked and cancelled tasks their tries again'))
    .addOption(
      new Option('--skip <task>', 'go on without this task; may be given several times').argParser(
        (task: string, before: readonly string[] | undefined) => [...(before ?? []), task],
      ),
    )
    .addOption(
      new Option(ALONE, 'whoever calls it keeps others from the plan until the run is driven').hideHelp(),
    )
    .addOption(new Option('--ci', 'plain lines without colour, and never a question'))
    .addOption(new Option('--json', 'print each event as a line of JSON, as it happens'));
  return addSettings(command, LIMITS).action(async (what: string | undefined, options: ResumeOptions) => {
    cli.exitCode = await resume(cli, what, options);
  });
}

/** The value is the exit code. */
export async function resume(cli: Cli, what: string | undefined, options: ResumeOptions): Promise<number> {
  if (options.ci) cli.withoutColour();
  const found = await cli.parts.findRepository(cli.folder);
  if (!found.ok) return cli.stop(stopOf(found.error));
  const settled = await settle(cli, found.value, {
    flags: flagsOf(options),
    planWishes: {},
    agentsKnown: true,
  });
  if (!settled.ok) return cli.stop(settled.error);
  const opened = await cli.parts.openRepository({ root: found.value, local: settled.value.local });
  if (!opened.ok) return cli.stop(stopOf(opened.error));
  const { api, stateFolder } = opened.value;
  try {
    const state = await findRun(cli, api, what);
    if (!state.ok) return cli.stop(state.error);
    const { settings: limits, local } = settled.value;
    const { plan, source } = state.value;
    const begin = (begun: () => void): Promise<number> =>
      goOn(cli, { api, state: state.value, options, limits, root: found.value, local, begun });
    if (options.alone) return await begin(() => undefined);
    return await beginAlone(cli, { format: plan.format, source, stateFolder }, begin);
  } finally {
    await api.close();
  }
}

interface GoOn {
  readonly api: CoxApi;
  readonly state: RunState;
  readonly options: ResumeOptions;
  /** As the flags say; only what a flag was given for counts. */
  readonly limits: Pick<RunSettings, 'maxParallel' | 'budget'>;
  /** The repository's. */
  readonly root: string;
  readonly local: LocalSettings;
  readonly begun: () => void;
}

async function goOn(cli: Cli, { api, state, options, limits, root, local, begun }: GoOn): Promise<number> {
  const owner = await api.owner(state.run);
  const asked = requestsOf(state, options);
  if (!asked.ok) return cli.stop(asked.error);
  if (owner !== null && !state.control.paused) {
    return cli.stop(stopOfOwner(state.run, owner));
  }
  const isOver = state.phase.is === 'finished' && asked.value.length === 0;
  const { run, plan, source } = state;
  const isEnding = isOnlyEnding(state, asked.value);
  const busy = isOver || isEnding ? null : await planInUse(api, { format: plan.format, source, run });
  if (busy !== null) return cli.stop(busy);
  // Whoever asks to go on does not mean to find the run paused.
  const unpause: readonly Request[] = state.control.paused ? [{ type: 'requested.unpause' }] : [];
  for (const request of [...asked.value, ...limitRequest(options, limits), ...unpause]) {
    const done = await api.request(state.run, request);
    if (!done.ok) return cli.stop(stopOf(done.error));
  }
  if (owner !== null) {
    cli.say(`The pause of run ${state.run} is over; process ${owner.pid} on ${owner.host} goes on with it.`);
    return EXIT.ok;
  }
  if (isOver) cli.say(nothingLeft(state));
  const now = await api.read(state.run);
  if (!now.ok) return cli.stop(stopOf(now.error));
  const { settings, control } = now.value;
  // What is cancelled starts none.
  const needed = isOver || control.cancelled ? [] : agentsOf(settings);
  const refusal = await missingAgent(cli, needed, confinedIn(root, { settings, local }));
  if (refusal !== null) return cli.stop(refusal);
  for (const line of unheldBudgets({ ...settings, budget: control.budget }, cli.parts.agents)) cli.say(line);
  const kind = displayKind(cli, { json: options.json === true, plain: options.ci === true });
  return await driveRun(cli, {
    api,
    state: now.value,
    kind,
    fromStart: false,
    asks: options.json !== true && options.ci !== true,
    leavesFiles: isEnding && (await hasNewer(api, { source, run })),
    begun,
  });
}

/** It does nothing of the plan any more, and its agents are to be ended whoever goes on with that. */
function isOnlyEnding({ control }: RunState, asked: readonly Request[]): boolean {
  return control.cancelled && asked.length === 0;
}

async function missingAgent(
  cli: Cli,
  needed: ReturnType<typeof agentsOf>,
  inside: ReturnType<typeof confinedIn>,
): Promise<Stop | null> {
  for (const each of needed) {
    const refusal = await cli.parts.agentProblem(each, inside);
    if (refusal !== null) return { ...stopOf(refusal), code: EXIT.refused };
  }
  return null;
}

/** What a run that has ended is asked to go on with, it has to be told. */
function nothingLeft(state: RunState): string {
  const { run, phase, tasks } = state;
  if (phase.is === 'finished' && phase.status === 'succeeded')
    return `cox: run ${run} has ended, ${mergedWords(state)}, and nothing is left to go on with`;
  const word = phase.is === 'finished' ? phase.status : phase.is;
  const lost = [...tasks.values()].find((record) => record.state.is === 'failed');
  const skip = lost === undefined ? '' : `, or without a task, as in --skip ${shellWord(lost.id)}`;
  return `cox: run ${run} has ended (${word}); it goes on with --retry-failed${skip}`;
}

function mergedWords(state: RunState): string {
  const left = groupsLeftOut(state);
  if (left.length > 0)
    return `all that --only named is merged (not group${left.length === 1 ? '' : 's'} ${left.join(', ')})`;
  const isSkipped = [...state.tasks.values()].some((record) => record.state.is === 'skipped');
  return isSkipped ? 'all but what was skipped is merged' : 'all of it is merged';
}

function requestsOf(state: RunState, options: ResumeOptions): Result<readonly Request[], Stop> {
  const requests: Request[] = [];
  for (const name of options.skip ?? []) {
    const task = findTask(state, name);
    if (!task.ok) return err(task.error);
    requests.push({ type: 'requested.skip', task: task.value });
  }
  if (options.retryFailed) {
    const skipped = new Set(requests.map((request) => ('task' in request ? request.task : undefined)));
    for (const { id, state: task } of state.tasks.values()) {
      // What is blocked is opened again with the failure it waits for.
      if (isLostToDependents(task) && task.is !== 'blocked' && !skipped.has(id))
        requests.push({ type: 'requested.retry', task: id });
    }
  }
  return ok(requests);
}
