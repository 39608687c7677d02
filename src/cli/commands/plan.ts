import { Command } from 'commander';
import type { Resolved } from '../../config/resolve.ts';
import { executionMode } from '../../core/execution-mode.ts';
import { type Forecast, forecast, samplesOf } from '../../core/history.ts';
import { criticalTasks } from '../../core/pace.ts';
import type { Plan, PlanFormat } from '../../core/plan.ts';
import { indexPlan } from '../../core/plan-index.ts';
import { printableLine } from '../../core/printable.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { agentsByTask } from '../../views/agents-by-task.ts';
import { jsonText } from '../../views/json.ts';
import { forecastJson } from '../../views/plan-forecast.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type Stop } from '../exit.ts';
import { historyOf } from '../history.ts';
import { managersNotThere } from '../managers-there.ts';
import { onlyGroups } from '../only-groups.ts';
import { preflight, withPreflight } from '../preflight.ts';
import { type PreparedRun, prepareRun } from '../prepare-run.ts';
import { planText } from '../render/plan-text.ts';
import { settlePlan } from '../settled-plan.ts';
import { unheldBudgets } from '../unheld-budgets.ts';
import { addSettings, formatOption, jsonOption, onlyOption, unpinnedOption } from './shared.ts';

interface PlanOptions {
  readonly json?: true;
  readonly format?: PlanFormat;
  readonly allowUnpinned?: true;
  readonly only?: readonly string[];
  /** Of `run --dry-run` alone. */
  readonly allowDirty?: true;
  readonly [setting: string]: unknown;
}

export function planCommand(cli: Cli): Command {
  const command = new Command('plan')
    .summary('what a run would do; makes nothing')
    .description(
      'Shows what a run would do: mode and reason, groups, critical path, conflicts foreseen. Makes nothing.',
    )
    .argument('<plan>', "a plan's folder or file, or the id of a run")
    .addOption(formatOption())
    .addOption(unpinnedOption())
    .addOption(onlyOption())
    .addOption(jsonOption());
  return addSettings(command).action(async (plan: string, options: PlanOptions) => {
    cli.exitCode = await showPlan(cli, plan, options);
  });
}

/** The same for `run --dry-run`. The value is the exit code. */
export async function showPlan(cli: Cli, what: string, options: PlanOptions): Promise<number> {
  const settled = await settlePlan(cli, what, options);
  if (!settled.ok) return settled.error;
  const { valid, resolved, only } = settled.value;
  const plan = onlyGroups(valid.plan, only);
  const prepared = await prepareRun(cli, settled.value);
  const found = await preflight(cli, {
    settled: settled.value,
    prepared,
    allowDirty: options.allowDirty === true,
  });
  const shown = { ...resolved, settings: withPreflight(resolved.settings, found) };
  const { repository } = settled.value;
  const before = repository.ok ? await historyOf(cli, repository.value, resolved.local) : [];
  const foreseen = forecast(plan, samplesOf(before), prepared.ok ? prepared.value.settings : null);
  const all = { resolved: shown, prepared, foreseen };
  if (prepared.ok) for (const line of unheldBudgets(prepared.value.settings, cli.parts.agents)) cli.say(line);
  const unmanaged = await managersNotThere(cli, settled.value);
  if (unmanaged !== null) cli.say(`cox: ${printableLine(unmanaged.message)}.`);
  if (options.json) cli.print([jsonText(planJson(plan, all))]);
  else printPlan(cli, plan, all);
  return EXIT.ok;
}

interface Shown {
  readonly resolved: Resolved;
  readonly prepared: Result<PreparedRun, Stop>;
  /** By the history of the repository. */
  readonly foreseen: Forecast | null;
}

function printPlan(cli: Cli, plan: Plan, { resolved, prepared, foreseen }: Shown): void {
  const { stdout } = cli.host;
  const { settings, qa } = resolved;
  const mode = executionMode(plan, settings);
  const [width, style] = [cli.width(stdout), cli.style(stdout)];
  const agents = prepared.ok ? ok(prepared.value.settings) : err(prepared.error.message);
  const shown = { plan, settings, agents, qa: qa.choice, mode, forecast: foreseen, width, style };
  cli.print(planText({ ...shown, boxed: stdout.isTTY }));
}

function planJson(plan: Plan, { resolved: { settings, qa, origins }, prepared, foreseen }: Shown) {
  const index = indexPlan(plan);
  const place = (id: string): number => index.place.get(id) ?? 0;
  return {
    plan: { id: plan.id, name: plan.name, format: plan.format, tasks: plan.tasks.length },
    mode: executionMode(plan, settings),
    settings,
    preflight: settings.preflight ?? null,
    qa,
    /** Null when one of them cannot be started. */
    agents: prepared.ok ? agentsByTask(plan, prepared.value.settings) : null,
    origins,
    groups: plan.groups.map(({ number, name, tasks, after, validation = null }) => ({
      number,
      name,
      tasks,
      after,
      validation,
    })),
    history: forecastJson(plan, foreseen, settings),
    criticalPath: criticalTasks(plan, settings),
    conflicts: plan.tasks.flatMap(({ id }) =>
      [...(index.conflicts.get(id) ?? [])]
        .filter((other) => place(other) > place(id))
        .map((other) => [id, other]),
    ),
  };
}
