/** What `cox status` prints of a plan of parallel groups: agent by agent. Its last line counts. */

import { groupTitle, planTitle } from '../../core/plan-title.ts';
import type { TaskRecord } from '../../core/task-state.ts';
import { agentTasks } from '../../views/agent-names.ts';
import { utcTime } from '../../views/duration.ts';
import { asLeft } from '../../views/left-run.ts';
import { agentStatus, groupsNow, presentTask } from '../../views/parallel-status.ts';
import { type ReviewingAgent, reviewingAgents } from '../../views/reviewing-agents.ts';
import { runStatusWord } from '../../views/status.ts';
import { agentOf } from '../../views/task-facts.ts';
import { cells } from './bar.ts';
import { clean } from './clean.ts';
import {
  conflictHelp,
  conflictLines,
  countsLine,
  dependencyLines,
  heldLines,
  nextStep,
  row,
  ruleOf,
  runLine,
  type StatusTextOptions,
  throttleLines,
  widthOfIds,
} from './status-text.ts';

export interface Dashboard {
  readonly head: readonly string[];
  /** Of each agent, and of what was skipped. */
  readonly agents: readonly (readonly string[])[];
  /** Commands are not cut: a shortened one is of no use. */
  readonly help: readonly string[];
  readonly foot: readonly string[];
}

export function agentDashboard(options: StatusTextOptions): readonly string[] {
  const { head, agents, help, foot } = dashboardParts(options);
  return [...head, '', ...agents.flatMap((lines) => [...lines, '']), ...help, ...foot];
}

export function dashboardParts(given: StatusTextOptions): Dashboard {
  const options = given.alive ? given : { ...given, state: asLeft(given.state, given.seenAt) };
  const { state, alive, width, style } = options;
  const rule = ruleOf(width, style);
  const steps = [
    ...conflictHelp(state),
    ...nextStep(state, runStatusWord(state, alive)).map((line) => clean(line)),
  ];
  return {
    head: [
      style.strong(clean(titleOf(options), width)),
      runLine(options),
      ...dependencyLines(state, width),
      rule,
    ],
    agents: [
      ...agentTasks(state).map(({ tasks }) => agentLines(options, tasks)),
      ...reviewingAgents(state).map((agent) => reviewerLines(options, agent)),
      ...skippedLines(options),
    ],
    help: [
      ...conflictLines(options),
      ...throttleLines(options),
      ...heldLines(options),
      ...steps,
      ...(steps.length > 0 ? [''] : []),
    ],
    foot: [rule, clean(countsLine(options), width)],
  };
}

/** Nobody does them any more; none where there are none. */
function skippedLines(options: StatusTextOptions): readonly (readonly string[])[] {
  const skipped = [...options.state.tasks.values()].filter((record) => record.state.is === 'skipped');
  if (skipped.length === 0) return [];
  return [skipped.map((record) => row(options, record, widthOfIds(skipped)))];
}

function titleOf({ state }: StatusTextOptions): string {
  const groups = groupsNow(state).map((group) => groupTitle(group));
  const what = groups.length === 0 ? planTitle(state.plan) : groups.join(', ');
  return `Parallel Execution: ${what} (Started: ${utcTime(state.createdAt)})`;
}

function reviewerLines(
  { state, width, style }: StatusTextOptions,
  { agent, record, status, step, hasError }: ReviewingAgent,
): string[] {
  const title = state.index.task.get(record.id)?.title ?? '';
  const line = clean(`Current: ${step}`, width);
  return [
    style.strong(clean(`Agent: ${agent} (reviews ${record.id}: ${title})`, width)),
    clean(`Status: ${status.toUpperCase()}`, width),
    hasError ? style.bad(line) : line,
  ];
}

/** Its present task in three lines, each of its others in one. */
function agentLines(options: StatusTextOptions, tasks: readonly TaskRecord[]): string[] {
  const { state, width, style } = options;
  const record = presentTask(tasks);
  const others = tasks.filter(({ id }) => id !== record.id);
  const {
    status,
    progress_percent: percent,
    current_step: step,
    has_error: isBad,
  } = agentStatus(state, record);
  const title = state.index.task.get(record.id)?.title ?? '';
  const parts = [
    `Status: ${status.toUpperCase()}`,
    ...(percent === undefined ? [] : [`Progress: ${cells(percent / 100)} ${Math.round(percent)}%`]),
  ];
  const line = clean(`Current: ${step}`, width);
  return [
    style.strong(clean(`Agent: ${agentOf(state, record)} (${record.id}: ${title})`, width)),
    clean(parts.join(' | '), width),
    isBad ? style.bad(line) : line,
    ...others.map((other) => row(options, other, widthOfIds(others))),
  ];
}
