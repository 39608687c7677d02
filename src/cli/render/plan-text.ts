/** What `cox plan` prints: what a run would do. */

import type { HelperChoice } from '../../config/helper-choice.ts';
import { type AgentChoices, agentOfRole, usualAgent } from '../../core/agent-choice.ts';
import { asksForE2e, NOT_CONFIGURED } from '../../core/e2e.ts';
import type { ExecutionMode } from '../../core/execution-mode.ts';
import type { Forecast } from '../../core/history.ts';
import { criticalTasks, leastSeconds, secondsOf } from '../../core/pace.ts';
import type { Group, PackageChange, Plan, Task } from '../../core/plan.ts';
import { indexPlan, type PlanIndex } from '../../core/plan-index.ts';
import { planTitle } from '../../core/plan-title.ts';
import { type Result, unreachable } from '../../core/result.ts';
import type { AgentPart, AgentSettings, CheckSettings, RunSettings } from '../../core/settings.ts';
import { agentWords } from '../../views/agent-words.ts';
import { shortDuration } from '../../views/duration.ts';
import { usedWords } from '../../views/money.ts';
import { withForecast } from '../../views/plan-forecast.ts';
import { clean } from './clean.ts';
import { modeBox, modeText } from './mode-box.ts';
import { preflightText } from './preflight-text.ts';
import type { Style } from './style.ts';

export interface PlanTextOptions {
  /** Valid: every dependency exists and there is no cycle. */
  readonly plan: Plan;
  readonly settings: Pick<
    RunSettings,
    'maxParallel' | 'preflight' | 'schedule' | 'checks' | 'resources' | 'e2e'
  >;
  /** Who does what; the error says why one of them cannot be started. */
  readonly agents: Result<AgentChoices, string>;
  readonly qa: HelperChoice;
  readonly mode: ExecutionMode;
  /** Of earlier runs of the repository; null where there is none. */
  readonly forecast: Forecast | null;
  /** Columns. */
  readonly width: number;
  readonly style: Style;
  /** Draw the mode as a box, for a terminal; otherwise as plain lines. */
  readonly boxed: boolean;
}

const MOST_PAIRS = 20;

export function planText(options: PlanTextOptions): readonly string[] {
  const { plan, settings, style, width } = options;
  const index = indexPlan(plan);
  const path = criticalTasks(plan, settings);
  const barrier =
    settings.schedule === 'waves'
      ? 'a group waits for those that it comes after'
      : 'a task starts as soon as what it depends on is merged';
  const lines = [
    `Plan: ${planTitle(plan)} (${plan.format}, ${count(plan.tasks.length, 'task')}, ${count(plan.groups.length, 'group')})`,
    `Schedule: ${settings.schedule} (${barrier})`,
    `Slots: ${options.mode.is === 'parallel' ? options.mode.agents : 1}`,
    `Checks: ${checksLine(settings.checks)}`,
    ...agentLines(options.agents),
    `QA: ${qaLine(options.qa)}`,
    ...(settings.preflight === undefined ? [] : preflightText(settings.preflight)),
    ...(plan.dependencies ?? []).map(dependencyLine),
    ...e2eLine(plan, settings),
    '',
    ...plan.groups.flatMap((group) => groupLines(options, index, group)),
    `Critical path: ${path.join(' → ')}`,
    ...conflictLines(plan, index),
    estimateLine(plan, settings),
    historyLine(options),
  ];
  return [...modeLines(options), '', ...lines.map((line) => indented(line, width))].map((line, at) =>
    at > 0 && line.startsWith('Critical path') ? style.strong(line) : line,
  );
}

function dependencyLine({ ecosystem, action, packages }: PackageChange): string {
  return `Installed before the first task (${ecosystem}, ${action}): ${packages.join(', ')}`;
}

function checksLine({ enabled, commands }: CheckSettings): string {
  if (!enabled) return 'not run (checks.enabled is false)';
  const own = Object.entries(commands).filter(([, { run }]) => run !== '');
  const off = Object.entries(commands).filter(([, { run }]) => run === '');
  return [
    "what the project has for each task's work, and its scope",
    ...(own.length === 0 ? [] : [`yours: ${own.map(([name]) => name).join(', ')}`]),
    ...(off.length === 0 ? [] : [`switched off: ${off.map(([name]) => name).join(', ')}`]),
  ].join('; ');
}

function agentLines(agents: Result<AgentChoices, string>): string[] {
  if (!agents.ok) return [`Agent: none can be started (${agents.error})`];
  const { agent, lastTry, fallback } = agents.value;
  const parts = (fallback?.agents ?? []).map((part) => partWords(agent, part));
  const wait = shortDuration(fallback?.afterMs ?? 0);
  return [
    `Agent: ${agentWords(agent)}`,
    ...(lastTry === undefined ? [] : [`On the last try: ${partWords(agent, lastTry)}`]),
    ...(parts.length === 0 ? [] : [`In its stead, for a wait of more than ${wait}: ${parts.join('; ')}`]),
  ];
}

/** Without a driver it is the same one with other options. */
function partWords({ driver }: AgentSettings, part: AgentPart): string {
  return agentWords({ driver: part.driver ?? driver, options: part.options });
}

function qaLine(qa: HelperChoice): string {
  switch (qa.is) {
    case 'off':
      return 'not run (switched off)';
    case 'nobody':
      return 'not run (nobody is there for it; see --qa-command)';
    case 'same-agent':
      return "the tasks' own agent, in a fresh checkout of each task's work";
    case 'driver':
      return `${qa.driver}, in a fresh checkout of each task's work`;
    default:
      return unreachable(qa);
  }
}

/** Which other merges change what is seen is known only when they are made. */
function e2eLine(plan: Plan, { e2e }: PlanTextOptions['settings']): string[] {
  const asking = plan.tasks.filter((task) => asksForE2e(task, [])).length;
  if (e2e !== undefined)
    return [`E2E: a browser looks at ${e2e.paths.join(', ')} of each merge that changes what is seen`];
  return asking === 0 ? [] : [`E2E: not run (${NOT_CONFIGURED}; ${count(asking, 'task')} on the front end)`];
}

/** `clean` takes the margin away with all other white space at the ends. */
function indented(line: string, width: number): string {
  const margin = /^ */.exec(line)?.[0] ?? '';
  return margin + clean(line, width - margin.length);
}

function modeLines({ plan, settings, mode, width, style, boxed }: PlanTextOptions): readonly string[] {
  const box = { plan, mode, schedule: settings.schedule, width, style };
  return boxed ? modeBox(box) : modeText(box).map((line) => indented(line, width));
}

function groupLines({ agents, settings }: PlanTextOptions, index: PlanIndex, group: Group): string[] {
  const isBarrier = settings.schedule === 'waves' && group.after.length > 0;
  const after = isBarrier ? ` after ${group.after.join(', ')}` : '';
  const validation = group.validation === undefined ? [] : [`  validation: ${commandOf(group.validation)}`];
  return [
    `Group ${group.number}${after}: ${group.name}${group.duration === undefined ? '' : ` (${group.duration})`}`,
    ...group.tasks.map(
      (id) => `  ${taskLine(index.task.get(id), id)}${ruledWords(agents, index.task.get(id))}`,
    ),
    ...validation,
    '',
  ];
}

function commandOf(validation: NonNullable<Group['validation']>): string {
  return validation.kind === 'shell' ? validation.command : `python: ${validation.code}`;
}

function taskLine(task: Task | undefined, id: string): string {
  const agent = task?.agent === undefined ? '' : ` [${task.agent}]`;
  const after =
    task === undefined || task.dependsOn.length === 0 ? '' : ` (after ${task.dependsOn.join(', ')})`;
  const reviewers = task?.reviewers ?? [];
  const review = reviewers.length === 0 ? '' : ` (reviewed by ${reviewers.join(', ')})`;
  const branch = task?.branch === undefined ? '' : ` (on ${task.branch})`;
  const only =
    task?.verifyOnly === true
      ? ' (only verifies)'
      : task?.mayChangeNothing === true
        ? ' (may change nothing)'
        : '';
  const done = task?.done === true ? ' (done before)' : '';
  return `${id}: ${task?.title ?? ''}${agent}${after}${review}${branch}${only}${done}`;
}

/** What rules make of it. */
function ruledWords(agents: Result<AgentChoices, string>, task: Task | undefined): string {
  if (!agents.ok || task?.done === true) return '';
  const { qa, resolver, questions } = agents.value;
  const isThere = {
    executor: true,
    qa: qa !== null,
    resolver: resolver?.agent != null,
    adviser: questions?.adviser !== undefined,
  };
  return ROLES.map(([role, word]) => {
    const agent = usualAgent(agents.value, task, role);
    const isUsual = !isThere[role] || agent === agentOfRole(agents.value, role);
    return isUsual ? '' : ` (${word}: ${agentWords(agent)})`;
  }).join('');
}

const ROLES = [
  ['executor', 'by'],
  ['qa', 'QA'],
  ['resolver', 'conflicts'],
  ['adviser', 'questions'],
] as const;

/** Pairs of one group whose scopes do not allow them to run at once. */
function conflictLines(plan: Plan, index: PlanIndex): string[] {
  const pairs: string[] = [];
  for (const task of plan.tasks) {
    for (const other of index.conflicts.get(task.id) ?? []) {
      const later = (index.place.get(other) ?? 0) > (index.place.get(task.id) ?? 0);
      if (later && index.task.get(other)?.group === task.group) pairs.push(`  ${task.id} and ${other}`);
    }
  }
  if (pairs.length === 0) return ['Conflicts foreseen: none'];
  const more = pairs.length > MOST_PAIRS ? [`  … and ${pairs.length - MOST_PAIRS} more pairs`] : [];
  return ['Conflicts foreseen, these never run at once:', ...pairs.slice(0, MOST_PAIRS), ...more];
}

function estimated(tasks: readonly Task[]): boolean {
  return tasks.length > 0 && tasks.every((task) => task.estimateSeconds !== undefined);
}

function estimateLine(plan: Plan, settings: PlanTextOptions['settings']): string {
  const left = plan.tasks.filter((task) => task.done !== true);
  if (left.length === 0) return 'Estimate: nothing is left to do';
  if (!estimated(left)) return 'Estimate: no estimate (the plan does not say how long each task takes)';
  const fastest = leastSeconds(plan, left, settings);
  return `Estimate: at least ${shortDuration(fastest * 1000)}, ${shortDuration(secondsOf(left) * 1000)} one after the other`;
}

function historyLine({ plan, settings, forecast }: PlanTextOptions): string {
  if (forecast === null) return 'History: no history (no run of this repository has merged a task)';
  const { runs, samples, tasks } = forecast;
  const { tasks: timed, used } = withForecast(plan, forecast);
  const rests = `${count(samples, 'task')} of ${count(runs, 'run')}`;
  if (tasks.size === 0) return `History: ${rests}`;
  const least = leastSeconds({ ...plan, tasks: timed }, timed, settings);
  const cost = usedWords(used);
  return `History: ${rests}; by their median at least ${shortDuration(least * 1000)}, ${shortDuration(secondsOf(timed) * 1000)} one after the other${cost === null ? '' : `, ${cost}`}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
