/** The box that says, before anything is made, whether a plan will run in parallel, and how. */

import { countedAs } from '../../core/counted-as.ts';
import { type ExecutionMode, isToDo } from '../../core/execution-mode.ts';
import { fewOf } from '../../core/few-of.ts';
import { topologicalOrder } from '../../core/graph.ts';
import type { Group, Plan, Schedule, Task } from '../../core/plan.ts';
import { bar } from './bar.ts';
import { type BoxLine, box } from './box.ts';
import { clean } from './clean.ts';
import type { Style } from './style.ts';
import { taskLabel } from './task-label.ts';

export interface ModeBoxOptions {
  readonly plan: Plan;
  readonly mode: ExecutionMode;
  readonly schedule: Schedule;
  readonly width: number;
  readonly style: Style;
  /** Name of the worktree of the nth agent, counted from 1. */
  readonly worktree?: (agent: number, task: Task) => string;
}

const MOST_AGENTS_OF_GROUP = 12;
const MOST_GROUPS = 20;

export function modeBox(options: ModeBoxOptions): readonly string[] {
  return box(contentOf(options), options.width, options.style);
}

/** The same for output that is no terminal, without what is drawn anew later. */
export function modeText(options: ModeBoxOptions): readonly string[] {
  const told = contentOf(options)
    .filter(({ text }) => !text.startsWith('   Progress: '))
    .map(({ text }) => text);
  return told.at(-1) === '' ? told.slice(0, -1) : told;
}

function contentOf(options: ModeBoxOptions): BoxLine[] {
  const { mode, plan } = options;
  return mode.is === 'parallel' ? parallelLines(options, mode) : sequentialLines(plan, mode);
}

type Mode<Is extends ExecutionMode['is']> = Extract<ExecutionMode, { is: Is }>;

function parallelLines(options: ModeBoxOptions, mode: Mode<'parallel'>): BoxLine[] {
  const { plan } = options;
  const agents = new Map(plan.groups.flatMap((group) => group.tasks).map((id, index) => [id, index + 1]));
  const shown = plan.groups.slice(0, MOST_GROUPS);
  const more = plan.groups.length - shown.length;
  const left = plan.tasks.filter(isToDo);
  const toDo = left.length;
  return [
    { text: '⚡ Execution Mode: PARALLEL', paint: 'strong' },
    { text: `   Tasks: ${toDo} independent ${countedAs(left)}s detected` },
    { text: `   Agents: ${mode.agents} (${clean(mode.because)})` },
    { text: '' },
    ...shown.flatMap((group) => groupLines(options, group, agents)),
    ...(more > 0 ? [{ text: `   … and ${more} more groups` }, { text: '' }] : []),
    { text: `   Progress: ${bar(0, toDo)} 0/${toDo} agents complete` },
  ];
}

function groupLines(options: ModeBoxOptions, group: Group, agents: ReadonlyMap<string, number>): BoxLine[] {
  const { plan, schedule } = options;
  const own = new Set(group.tasks);
  const tasks = plan.tasks.filter((task) => own.has(task.id));
  const shown = tasks.slice(
    0,
    tasks.length > MOST_AGENTS_OF_GROUP ? MOST_AGENTS_OF_GROUP - 1 : MOST_AGENTS_OF_GROUP,
  );
  const left = tasks.length - shown.length;
  const rows = shown.map((task) => agentRow(options, task, agents.get(task.id) ?? 0));
  if (left > 0) rows.push(`… and ${left} more`);
  return [
    { text: `   Parallel Group ${group.number}${schedule === 'waves' ? afterText(plan, group) : ''}:` },
    ...rows.map((row, index) => ({ text: `     ${index === rows.length - 1 ? '└──' : '├──'} ${row}` })),
    { text: '' },
  ];
}

function agentRow({ plan, schedule, worktree }: ModeBoxOptions, task: Task, agent: number): string {
  const place = worktree === undefined ? `worktree-${agent}` : clean(worktree(agent, task), 40);
  const after =
    schedule === 'waves' || task.dependsOn.length === 0 ? '' : ` (after ${fewOf(task.dependsOn)})`;
  return `Agent ${agent}: [${place}] ${taskLabel(task, plan.format)}${isToDo(task) ? after : ' (done before)'}`;
}

/** Only the nearest groups: what those come after goes without saying. */
function afterText(plan: Plan, group: Group): string {
  const after = new Map(plan.groups.map((each) => [each.number, each.after]));
  const implied = new Set(group.after.flatMap((number) => after.get(number) ?? []));
  const direct = group.after.filter((number) => !implied.has(number));
  if (direct.length === 0) return '';
  return ` (after Group${direct.length === 1 ? '' : 's'} ${direct.join(', ')})`;
}

function sequentialLines(plan: Plan, mode: Mode<'sequential'>): BoxLine[] {
  const order = inOrder(plan)
    .filter(isToDo)
    .map((task) => taskLabel(task, plan.format));
  const shown = order.slice(0, MOST_AGENTS_OF_GROUP);
  const left = order.length - shown.length;
  return [
    { text: '⏸️ Execution Mode: SEQUENTIAL', paint: 'strong' },
    { text: `   Reason: ${clean(mode.reason)}` },
    { text: `   Order: ${shown.join(' → ')}${left > 0 ? ` → … and ${left} more` : ''}` },
    { text: '' },
    { text: `   Skipping parallel orchestration (${clean(mode.short)})` },
  ];
}

/** One after the other: by group, and within a group after what a task depends on. */
function inOrder(plan: Plan): readonly Task[] {
  const order = topologicalOrder(plan.tasks);
  if (!order.ok) return plan.tasks;
  const place = new Map(order.value.map((id, index) => [id, index]));
  const groups = new Map(plan.groups.map((group, index) => [group.number, index]));
  const key = (task: Task): number =>
    (groups.get(task.group) ?? 0) * (plan.tasks.length + 1) + (place.get(task.id) ?? 0);
  return [...plan.tasks].sort((a, b) => key(a) - key(b));
}
