import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { isBounded } from '../../core/budget.ts';
import { executionMode } from '../../core/execution-mode.ts';
import { fewOf } from '../../core/few-of.ts';
import { expectedOfHistory } from '../../core/history.ts';
import type { Plan, PlanFormat } from '../../core/plan.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { RunState } from '../../core/run-state.ts';
import type { RunSettings } from '../../core/settings.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { CoxApi } from '../../engine/api.ts';
import { jsonLine } from '../../views/json.ts';
import { checkpointedRun } from '../checkpointed-run.ts';
import type { Cli } from '../cli.ts';
import { confirmStart } from '../confirm-start.ts';
import { detachRun } from '../detach-run.ts';
import { type DisplayKind, displayKind } from '../display.ts';
import { driveRun } from '../drive-run.ts';
import { EXIT, stopOf } from '../exit.ts';
import { MOST_RUNS } from '../history.ts';
import { managersNotThere } from '../managers-there.ts';
import { onlyGroups } from '../only-groups.ts';
import { ownPathsInside, type ValidPlan } from '../plan-argument.ts';
import { beginAlone, leftRun, planInUse } from '../plan-in-use.ts';
import { preflight, stopOfPreflight, withPreflight } from '../preflight.ts';
import { type PreparedRun, prepareRun } from '../prepare-run.ts';
import { modeBox, modeText } from '../render/mode-box.ts';
import { preflightText } from '../render/preflight-text.ts';
import { type SettledPlan, settlePlan } from '../settled-plan.ts';
import { unheldBudgets } from '../unheld-budgets.ts';
import { showPlan } from './plan.ts';
import { addSettings, formatOption, onlyOption, unpinnedOption } from './shared.ts';

interface RunOptions {
  readonly json?: true;
  readonly format?: PlanFormat;
  readonly allowUnpinned?: true;
  readonly only?: readonly string[];
  readonly dryRun?: true;
  readonly detach?: true;
  readonly ci?: true;
  readonly allowDirty?: true;
  readonly yes?: true;
  readonly [setting: string]: unknown;
}

const EXAMPLES = `
Examples:
  cox run parallel/TS-0042-inventory --agent-command 'claude -p "$(cat)" --dangerously-skip-permissions'
  cox run parallel/TS-0042-inventory --max-parallel 8 --schedule dag --merge-test 'npm test'
  cox run parallel/TS-0042-inventory --detach && cox wait

Times are written 90s, 30m or 2h; a plain number is seconds. Each setting can also be set in the environment
(--max-parallel as COX_MAX_PARALLEL) and in coxswain.config.yaml; a flag wins.

Exit: 0 all merged, 1 something failed, 2 asked wrongly, 3 refused before anything was made, 4 stopped as asked and
unfinished, 130 and 143 interrupted.`;

export function runCommand(cli: Cli): Command {
  const command = new Command('run')
    .summary('run a plan')
    .description(
      'Runs a plan: each task by an agent in a worktree of its own, merged and tested on one branch.',
    )
    .argument('<plan>', "a plan's folder or file, or the id of a run")
    .addOption(formatOption())
    .addOption(unpinnedOption())
    .addOption(new Option('--dry-run', 'the same as `cox plan`: show what would be done, make nothing'))
    .addOption(onlyOption())
    .addOption(
      new Option(
        '--allow-dirty',
        'run although the checkout has uncommitted changes; they are not part of the run',
      ),
    )
    .addOption(new Option('--yes', 'begin without a question, whatever the settings say'))
    .addOption(new Option('--detach', "drive the run in a process of its own, and print the run's id"))
    .addOption(new Option('--ci', 'plain lines without colour, and never a question'))
    .addOption(new Option('--json', 'print each event as a line of JSON, as it happens'));
  return addSettings(command)
    .addHelpText('after', EXAMPLES)
    .action(async (plan: string, options: RunOptions) => {
      cli.exitCode = await run(cli, plan, options);
    });
}

async function run(cli: Cli, what: string, options: RunOptions): Promise<number> {
  if (options.ci) cli.withoutColour();
  if (options.dryRun) return await showPlan(cli, what, options);
  const settled = await settlePlan(cli, what, { ...options, notOwned: true });
  if (!settled.ok) return settled.error;
  const { valid, repository } = settled.value;
  if (!repository.ok) return cli.stop(stopOf(repository.error));
  const root = repository.value;
  const looked = await lookAhead(cli, settled.value, options);
  if (!looked.ok) return looked.error;
  const { local } = looked.value;
  const plan = onlyGroups(valid.plan, settled.value.only);
  const isAsked = settled.value.resolved.confirm === 'every' && options.yes !== true;
  const settings = { ...looked.value.settings, ...(isAsked ? { confirmStarts: true as const } : {}) };
  const refused = await confirmStart(cli, {
    confirm: settled.value.resolved.confirm,
    yes: options.yes === true,
    silent: options.json === true || options.ci === true || options.detach === true,
    plan,
    agents: settings.maxParallel,
  });
  if (refused !== null) return cli.stop(refused);
  sayMode(cli, plan, settings, options);
  for (const line of unheldBudgets(settings, cli.parts.agents)) cli.say(line);
  const opened = await cli.parts.openRepository({ root, local });
  if (!opened.ok) return cli.stop(stopOf(opened.error));
  const { api, stateFolder } = opened.value;
  const source = resolve(valid.source);
  try {
    return await beginAlone(cli, { format: valid.plan.format, source, stateFolder }, (begun) =>
      begin(cli, { api, stateFolder, root, valid, source, settings, options, begun }),
    );
  } finally {
    await api.close();
  }
}

interface Begin {
  readonly api: CoxApi;
  readonly stateFolder: string;
  readonly root: string;
  readonly valid: ValidPlan;
  /** Absolute path of the plan. */
  readonly source: string;
  readonly settings: RunSettings;
  readonly options: RunOptions;
  readonly begun: () => void;
}

async function begin(cli: Cli, request: Begin): Promise<number> {
  const { api, stateFolder, root, valid, source, settings, options, begun } = request;
  // Another may have begun while the user was asked.
  const busy = await planInUse(api, { format: valid.plan.format, source });
  if (busy !== null) return cli.stop(busy);
  const waiting = await checkpointedRun(api, valid, settings);
  if (!waiting.ok) return cli.stop(waiting.error);
  if (waiting.value !== null) return await goOn(cli, { api, state: waiting.value, options, begun });
  const left = await leftRun(api, source);
  const created = await api.create({
    plan: valid.plan,
    settings: await withExpected(api, settings),
    source,
    allowDirty: options.allowDirty === true,
    ignoreDirty: ownPathsInside(root, valid),
  });
  if (!created.ok) return cli.stop(stopOf(created.error));
  const run = created.value;
  if (left !== null)
    cli.say(
      `cox: run ${left} of this plan was left unfinished, and this one begins anew. To go on with that one instead: cox resume ${left}`,
    );
  if (valid.plan.tasks.some(({ done }) => done === true)) await sayMissing(cli, api, run);
  if (options.detach)
    return await detachRun(cli, { api, run, root, stateFolder, json: options.json === true });
  return await start(cli, { api, run, options, begun });
}

/** With a budget, what an attempt will take is reserved before it starts: as much as earlier ones took. */
async function withExpected(api: CoxApi, settings: RunSettings): Promise<RunSettings> {
  if (!isBounded(settings.budget)) return settings;
  return { ...settings, expected: expectedOfHistory(await api.history(MOST_RUNS)) };
}

/** Tasks that the plan has as done may be on the branch of a run that nobody has merged. */
async function sayMissing(cli: Cli, api: CoxApi, run: string): Promise<void> {
  const [read, missing] = [await api.read(run), await api.missingWork(run)];
  if (!read.ok || !missing.ok) return;
  const { baseBranch } = read.value;
  for (const { run: other, tasks } of missing.value) {
    const merge =
      baseBranch === null ? '' : `: cox integrate ${shellWord(other)} --into ${shellWord(baseBranch)}`;
    const whose = `${fewOf(tasks)} ${tasks.length === 1 ? 'is' : 'are'} done by run ${other}`;
    cli.say(
      `cox: ${whose}, and this run begins without that work. To have it, merge it before a run${merge}`,
    );
  }
}

interface Start {
  readonly api: CoxApi;
  readonly run: string;
  readonly options: RunOptions;
  readonly begun: () => void;
}

async function start(cli: Cli, { api, run: id, options, begun }: Start): Promise<number> {
  const read = await api.read(id);
  if (!read.ok) return cli.stop(stopOf(read.error));
  const state = read.value;
  const kind = kindOf(cli, options);
  if (kind === 'live') cli.print([`Run ${id}`]);
  return await driveRun(cli, {
    api,
    state,
    kind,
    fromStart: true,
    asks: options.json !== true && options.ci !== true,
    begun,
  });
}

/** The settings are those that it began with. */
async function goOn(
  cli: Cli,
  { api, state, options, begun }: Omit<Start, 'run'> & { readonly state: RunState },
): Promise<number> {
  const { run } = state;
  if (options.detach)
    return cli.stop({
      code: EXIT.refused,
      message: `run ${run} of this plan waits at its checkpoint`,
      remedy: `Go on with it: cox resume ${run}. Or end it first: cox cancel ${run}`,
    });
  cli.say(
    `cox: run ${run} of this plan waits at its checkpoint, and goes on as it began. For another run, end it first: cox cancel ${run}`,
  );
  const asks = options.json !== true && options.ci !== true;
  return await driveRun(cli, { api, state, kind: kindOf(cli, options), fromStart: false, asks, begun });
}

function kindOf(cli: Cli, { json, ci }: RunOptions): DisplayKind {
  return displayKind(cli, { json: json === true, plain: ci === true });
}

/** Before anything is made. What is read by a program stays as it is: there only a decomposer's plan says it, aside. */
function sayMode(cli: Cli, plan: Plan, settings: RunSettings, options: RunOptions): void {
  const { stdout } = cli.host;
  const mode = executionMode(plan, settings);
  const { schedule } = settings;
  const box = { plan, mode, schedule, width: cli.width(stdout), style: cli.style(stdout) };
  const isDrawn = kindOf(cli, options) === 'live' && options.detach !== true;
  if (isDrawn) cli.print(modeBox(box));
  else if (plan.format === 'auto') cli.say(modeText(box).join('\n'));
}

/** Everything that can be refused before the run's log is opened. The error is the exit code; why has been said by then. */
async function lookAhead(
  cli: Cli,
  settled: SettledPlan,
  { allowDirty, json }: RunOptions,
): Promise<Result<PreparedRun, number>> {
  const prepared = await prepareRun(cli, settled);
  // What was asked wrongly is no matter of what is there.
  if (!prepared.ok && prepared.error.code !== EXIT.refused) return err(cli.stop(prepared.error));
  const found = await preflight(cli, { settled, prepared, allowDirty: allowDirty === true });
  if (found?.answer === 'no-go') {
    if (json) cli.print([jsonLine({ preflight: found })]);
    return err(cli.stop(stopOfPreflight(found)));
  }
  if (!prepared.ok) return err(cli.stop(prepared.error));
  const unmanaged = await managersNotThere(cli, settled);
  if (unmanaged !== null) return err(cli.stop(unmanaged));
  // In JSON it is part of the settings that the first event holds.
  if (found !== null && !json) cli.say(preflightText(found).join('\n'));
  return ok({ ...prepared.value, settings: withPreflight(prepared.value.settings, found) });
}
