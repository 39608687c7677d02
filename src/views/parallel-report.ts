/** `reports/exec_….md` of a plan of parallel groups: the execution report, with estimates and what was asked of the run. */

import type { RunState } from '../core/run-state.ts';
import { shortDuration } from './duration.ts';
import { efficiencyOf } from './efficiency.ts';
import { executionReport } from './execution-report.ts';
import { mdText } from './markdown.ts';
import { executionId } from './parallel-status.ts';
import { triesOf, workedMs } from './task-facts.ts';

/** Milliseconds from asking for an agent to its start. */
const LONGEST_LAUNCH = 120_000;
const LEAST_SAVED = 0.5;

export function parallelReport(state: RunState): string {
  return executionReport(state, {
    more: [
      '',
      ...times(state),
      '',
      '## Resource Usage',
      '- **Peak CPU**: not measured',
      '- **Peak Memory**: not measured',
      '- **Disk I/O**: not measured',
      '',
      '## Performance Requirements',
      ...requirements(state),
      '',
      '## Files',
      `- **Execution**: ${executionId(state)}; what each agent has brought is in \`outputs/\``,
    ],
  });
}

/** Of the tasks that were begun. */
function times(state: RunState): string[] {
  const rows = [...state.tasks.values()].flatMap((record) => {
    const ms = workedMs(record);
    const estimate = state.index.task.get(record.id)?.estimateSeconds;
    if (record.attempts.length === 0) return [];
    const estimated = estimate === undefined ? 'not estimated' : shortDuration(estimate * 1000);
    return [`| ${mdText(record.id)} | ${estimated} | ${ms === null ? 'not known' : shortDuration(ms)} |`];
  });
  const head = ['| Task | Estimated | Actual |', '|---|---|---|'];
  return [
    '## Estimated and Actual Time',
    '',
    ...(rows.length === 0 ? ['No task was begun.'] : [...head, ...rows]),
  ];
}

type Kept = boolean | null;

/** Null: not known, which is not kept. */
function requirements(state: RunState): string[] {
  const launch = longestLaunch(state);
  const efficiency = efficiencyOf(state);
  const source = efficiency?.from === 'attempts' ? 'the sum of attempts' : 'the sequential estimate';
  const took =
    efficiency === null ? 'not known' : `${Math.round(100 * (1 - efficiency.ratio))}% of ${source}`;
  return [
    line(`At most half of ${source}`, efficiency === null ? null : efficiency.ratio >= LEAST_SAVED, took),
    line('Status refreshed every 10 seconds or sooner', null, 'not measured; its files follow each event'),
    line(
      'Each agent launched within 2 minutes of being asked for',
      launch === null ? null : launch <= LONGEST_LAUNCH,
      launch === null ? 'no agent was launched' : `the longest took ${shortDuration(launch)}`,
    ),
    line('Monitoring takes at most 5% of the time', null, 'not measured'),
  ];
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
