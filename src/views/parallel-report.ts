/**
 * `reports/exec_….md` of a plan of parallel groups: the execution report, agent by agent, with estimates, messages, and what was
 * asked of the run.
 */

import type { Peaks } from '../core/isolation.ts';
import { groupTitle, planTitle } from '../core/plan-title.ts';
import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { shortDuration } from './duration.ts';
import { measureEfficiency } from './efficiency.ts';
import { executionReport, type ReportHeads, type ReportOptions } from './execution-report.ts';
import { mdText } from './markdown.ts';
import { messageFacts } from './messages.ts';
import { executionId } from './parallel-status.ts';
import { peakFacts, peakWords } from './peaks.ts';
import { agentOf, triesOf, workedMs } from './task-facts.ts';

/** Milliseconds from asking for an agent to its start. */
const LONGEST_LAUNCH = 120_000;
const LONGEST_REFRESH = 10_000;
const MOST_OVERHEAD = 0.05;
const LEAST_SAVED = 0.5;

const REFRESHED = 'Status refreshed every 10 seconds or sooner';
const OVERHEAD = 'Monitoring takes at most 5% of the time';

/** What the process that drove the run last has found out about itself. */
export interface Observed {
  /** The longest time between two looks at the files that show how the run stands; null when there were no two. */
  readonly refreshMs: number | null;
  /** Share of the time that the process itself took of one core, without agents, git and checks. */
  readonly cpuShare: number;
}

export function parallelReport(
  state: RunState,
  observed?: Observed,
  seen: Pick<ReportOptions, 'alive' | 'seenAt'> = {},
): string {
  const archived = state.phase.is === 'finished' ? ', and of this run alone in `archives/`' : '';
  const more = [
    '',
    ...times(state),
    '',
    ...messages(state),
    '',
    ...resources(state),
    '',
    '## Performance Requirements',
    ...requirements(state, observed),
    '',
    '## Files',
    `- **Agents**: what each has brought is in \`outputs/\`${archived}`,
  ];
  return executionReport(state, { ...seen, more, heads: headsOf(state) });
}

/** Whatever it says of the process that drove the run: nobody else can find that out again. */
export function isParallelReport(text: string, state: RunState): boolean {
  return withoutObserved(text) === withoutObserved(parallelReport(state));
}

function withoutObserved(report: string): string {
  const isObserved = (each: string): boolean =>
    [REFRESHED, OVERHEAD].some((what) => each.startsWith(`- **${what}**: `));
  return report
    .split('\n')
    .filter((each) => !isObserved(each))
    .join('\n');
}

function headsOf(state: RunState): ReportHeads {
  return {
    title: titleOf(state),
    execution: executionId(state),
    // What was skipped is told: it was to be done.
    tasks: [...state.tasks.values()].filter((record) => record.state.is !== 'done-before'),
    task: (record) => ({
      heading: `${agentOf(state, record)}: ${state.index.task.get(record.id)?.title ?? record.id}`,
      line: `- **Task**: ${mdText(record.id)}`,
    }),
  };
}

/** The group that the run was about, if it was one. */
function titleOf({ plan, tasks }: RunState): string {
  const isBegun = (id: string): boolean => (tasks.get(id)?.attempts.length ?? 0) > 0;
  const [group, ...others] = plan.groups.filter((each) => each.tasks.some(isBegun));
  if (group === undefined || others.length > 0) return planTitle(plan);
  return groupTitle(group);
}

/** Of the tasks that were begun. */
function times(state: RunState): string[] {
  const begun = [...state.tasks.values()].filter(({ attempts }) => attempts.length > 0);
  const head = ['| Task | Estimated | Actual |', '|---|---|---|'];
  const rows = begun.map((record) => timeRow(state, record));
  return [
    '## Estimated and Actual Time',
    '',
    ...(rows.length === 0 ? ['No task was begun.'] : [...head, ...rows]),
  ];
}

function timeRow(state: RunState, record: TaskRecord): string {
  const ms = workedMs(record);
  const estimate = state.index.task.get(record.id)?.estimateSeconds;
  const estimated = estimate === undefined ? 'not estimated' : shortDuration(estimate * 1000);
  return `| ${mdText(record.id)} | ${estimated} | ${ms === null ? 'not known' : shortDuration(ms)} |`;
}

function messages(state: RunState): string[] {
  const { sent, acknowledged, escalated, refused, meanResponseMs } = messageFacts(state);
  const contracts = [...state.mail.records.values()].filter(
    ({ message }) => message.message_type === 'interface_contract',
  ).length;
  const mean = meanResponseMs === null ? 'not known (nothing was answered)' : shortDuration(meanResponseMs);
  return [
    '## Inter-Agent Messages',
    `- **Messages Exchanged**: ${sent}`,
    `- **Average Response Time**: ${mean}`,
    `- **Interface Contracts**: ${contracts}`,
    `- **Acknowledged by Everybody**: ${acknowledged}`,
    `- **Escalated**: ${escalated}`,
    ...(refused === 0 ? [] : [`- **Not Delivered**: ${refused}`]),
  ];
}

/** As agents were seen each second; what runs beside them, checks among it, is not counted. */
function resources(state: RunState): string[] {
  const line = (name: string, of: keyof Peaks): string =>
    `- **${name}**: ${mdText(peakWords(peakFacts(state, of), of))}`;
  return [
    '## Resource Usage',
    line('Peak CPU', 'cpus'),
    line('Peak Memory', 'memoryBytes'),
    line('Peak Disk', 'diskBytes'),
  ];
}

type Kept = boolean | null;

/** Null: not known, which is not kept. */
function requirements(state: RunState, observed: Observed | undefined): string[] {
  const launch = longestLaunch(state);
  const measured = measureEfficiency(state);
  const efficiency = measured.ok ? measured.value : null;
  const source = efficiency?.from === 'attempts' ? 'the sum of attempts' : 'the sequential estimate';
  const took = measured.ok ? `${percent(1 - measured.value.ratio)} of ${source}` : measured.error;
  const { refreshMs = null, cpuShare = null } = observed ?? {};
  return [
    line(`At most half of ${source}`, efficiency === null ? null : efficiency.ratio >= LEAST_SAVED, took),
    line(
      REFRESHED,
      refreshMs === null ? null : refreshMs <= LONGEST_REFRESH,
      refreshMs === null ? 'not measured' : `the longest pause was ${(refreshMs / 1000).toFixed(1)}s`,
    ),
    line(
      'Each agent launched within 2 minutes of being asked for',
      launch === null ? null : launch <= LONGEST_LAUNCH,
      launch === null ? 'no agent was launched' : `the longest took ${shortDuration(launch)}`,
    ),
    line(
      OVERHEAD,
      cpuShare === null ? null : cpuShare <= MOST_OVERHEAD,
      cpuShare === null
        ? 'not measured'
        : `the process that drove the run took ${percent(cpuShare)} of one core`,
    ),
  ];
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value >= 10 ? Math.round(value) : Math.round(value * 10) / 10}%`;
}

function line(what: string, kept: Kept, how: string): string {
  const word = kept === null ? '➖ not known' : kept ? '✅ kept' : '❌ missed';
  return `- **${what}**: ${word} (${how})`;
}

function longestLaunch(state: RunState): number | null {
  const all = [...state.tasks.values()].flatMap(triesOf).flatMap(({ requestedAt, startedAt }) => {
    return startedAt === undefined ? [] : [startedAt - requestedAt];
  });
  return all.reduce<number | null>((longest, ms) => Math.max(longest ?? 0, ms), null);
}
