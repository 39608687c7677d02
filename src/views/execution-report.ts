/** `execution-report.md`: what came of a run, for people. Checks that did not run are shown as such. */

import { usedByRun, usedByTask } from '../core/budget.ts';
import type { Plan } from '../core/plan.ts';
import { planTitle } from '../core/plan-title.ts';
import { printableLine } from '../core/printable.ts';
import { verdictOf } from '../core/proof.ts';
import type { RunState } from '../core/run-state.ts';
import { lastWorker, type TaskRecord } from '../core/task-state.ts';
import { attemptLines, modelLine, questionLines } from './attempt-lines.ts';
import { resolutionWords } from './conflict-facts.ts';
import { dependencyWords } from './dependency-facts.ts';
import { longDuration, shortDuration, utcTime } from './duration.ts';
import { e2eLines, e2eMissingLines } from './e2e-lines.ts';
import { measureEfficiency } from './efficiency.ts';
import { heldWords } from './held-words.ts';
import { integrationLines } from './integration-lines.ts';
import { issuesOf } from './issues.ts';
import { asLeft, wordsAsLeft } from './left-run.ts';
import { mdCode, mdText } from './markdown.ts';
import { costWords, usedByTasks, usedWords } from './money.ts';
import { nextSteps } from './next-steps.ts';
import { proofLines } from './proof-lines.ts';
import { confinementWords, limitWords } from './protection.ts';
import { mergedWork } from './report.ts';
import { countStates, tasksToDo } from './status.ts';
import { agentOf, errorOf, tokensOf, triesOf, workedMs, workOf } from './task-facts.ts';
import { testsAdded } from './whole-work.ts';

/** File names shown of one task; the rest is counted. */
const MOST_FILES = 10;

export interface ReportOptions {
  /** A living process drives the run; absent means that it does. */
  readonly alive?: boolean;
  /** When whoever drove it last gave a sign; null when that is not known. */
  readonly seenAt?: number | null;
  /** Lines that go behind the metrics. */
  readonly more?: readonly string[];
  /** By the habit of the plan's family; absent for the plan's title, the run's id and the tasks. */
  readonly heads?: ReportHeads;
}

export interface ReportHeads {
  readonly title: string;
  /** An id of our making: it starts no construct of Markdown. */
  readonly execution: string;
  /** Those of which is told. */
  readonly tasks: readonly TaskRecord[];
  /** Of what is said of a task, and the line that says who did it. */
  readonly task: (record: TaskRecord) => { readonly heading: string; readonly line: string };
}

export function executionReport(
  seen: RunState,
  { alive = true, seenAt = null, more = [], heads = headsOf(seen) }: ReportOptions = {},
): string {
  const state = alive ? seen : asLeft(seen, seenAt);
  const lines = [
    `# Parallel Execution Report: ${mdText(heads.title)}`,
    '',
    ...summary(state, statusLine(seen, alive), heads),
    '',
    '## Agent Performance',
    '',
    ...heads.tasks.flatMap((record) => [...performance(state, record, heads), '']),
    ...integrationLines(state),
    '',
    ...metrics(state),
    ...more,
    '',
    ...issues(state),
    '',
    ...todo(state, alive),
  ];
  return `${lines.join('\n')}\n`;
}

function headsOf(state: RunState): ReportHeads {
  return {
    title: titleOf(state.plan),
    execution: state.run,
    tasks: [...state.tasks.values()],
    task: (record) => {
      const title = state.index.task.get(record.id)?.title ?? '';
      const heading = title === '' ? record.id : `${record.id}: ${title}`;
      return { heading, line: `- **Agent**: ${mdText(agentOf(state, record))}` };
    },
  };
}

function titleOf(plan: Plan): string {
  return planTitle({ id: plan.id, name: plan.title ?? plan.name });
}

function summary(state: RunState, status: string, { execution }: ReportHeads): string[] {
  const { phase } = state;
  const counts = countStates(state);
  const held = heldWords(state.plan);
  return [
    '## Execution Summary',
    `- **Execution ID**: ${printableLine(execution)}`,
    ...(execution === state.run ? [] : [`- **Run**: ${mdText(state.run)}`]),
    `- **Started**: ${utcTime(state.createdAt)}`,
    ...(phase.is === 'finished' ? [`- **Completed**: ${utcTime(phase.at)}`] : []),
    ...(phase.is === 'suspended' ? [`- **Left**: ${utcTime(phase.at)}`] : []),
    ...(phase.is === 'running' ? [] : [`- **Duration**: ${longDuration(phase.at - state.createdAt)}`]),
    `- **Status**: ${status}`,
    `- **Tasks**: ${counts.merged} of ${tasksToDo(counts)} merged`,
    ...(held === null ? [] : [`- **Not Run**: ${mdText(held)}`]),
    ...preflightLines(state),
    ...dependencyLines(state),
    ...e2eMissingLines(state),
    ...(state.protection === null
      ? []
      : [
          `- **Sandbox**: agents ${mdText(confinementWords(state.protection))}`,
          `- **Limits**: ${mdText(limitWords(state.protection))}`,
        ]),
  ];
}

function preflightLines({ settings: { preflight } }: RunState): string[] {
  if (preflight === undefined) return [];
  const { answer, agents, wanted, checks } = preflight;
  if (answer === 'go') return [`- **Pre-flight**: go, ${wanted} agents at most`];
  const short = checks
    .filter(({ state: is }) => is === 'short')
    .map((each) => `${each.check}: ${each.detail}`);
  return [`- **Pre-flight**: ${answer}, ${agents} of ${wanted} agents (${mdText(short.join('; '))})`];
}

function dependencyLines(state: RunState): string[] {
  const words = dependencyWords(state);
  return words === null ? [] : [`- **Dependencies**: ${mdText(words)}`];
}

function statusLine({ phase }: RunState, alive: boolean): string {
  switch (phase.is) {
    case 'running':
      return alive ? 'IN PROGRESS' : 'INTERRUPTED (no process drives it any more)';
    case 'suspended':
      return `INTERRUPTED (${phase.reason})`;
    case 'finished':
      return phase.status === 'succeeded' ? 'SUCCESS' : phase.status.toUpperCase();
  }
}

function performance(state: RunState, record: TaskRecord, heads: ReportHeads): string[] {
  const { heading, line } = heads.task(record);
  const work = workOf(record);
  const ms = workedMs(record);
  const error = errorOf(record.state);
  const resolved = resolutionWords(state, record.id);
  return [
    `### ${mdText(heading)}`,
    `- **Status**: ${statusOf(state, record)}`,
    line,
    ...modelLine(state, record),
    `- **Attempts**: ${triesOf(record).length}`,
    ...(ms === null ? [] : [`- **Duration**: ${shortDuration(ms)}`]),
    ...(work === null
      ? []
      : [
          `- **Files Modified**: ${filesLine(work.files)}`,
          `- **Lines Added/Removed**: +${work.linesAdded} / -${work.linesRemoved}`,
        ]),
    ...proofLines(state, record),
    ...e2eLines(state, record.id),
    ...(resolved === null ? [] : [`- **Merge**: ${mdText(resolved)}`]),
    ...usageLines(usedByTask(record)),
    ...attemptLines(record),
    ...questionLines(record),
    ...branchLine(record),
    ...(error === null ? [] : [`- **Error**: ${mdText(error)}`]),
    ...summaryLine(record),
  ];
}

function statusOf(state: RunState, record: TaskRecord): string {
  const { icon, word } = wordsAsLeft(state, record);
  if (record.state.is !== 'merged') return `${icon} ${word.toUpperCase()}`;
  const isClean = record.proof === null || verdictOf(record.proof) !== 'complete-with-warnings';
  return isClean ? '✅ COMPLETE' : '⚠️ COMPLETE WITH WARNINGS';
}

function filesLine(files: readonly string[]): string {
  if (files.length === 0) return '0';
  const shown = files.slice(0, MOST_FILES).map(mdCode).join(', ');
  const more = files.length > MOST_FILES ? `, and ${files.length - MOST_FILES} more` : '';
  return `${files.length} (${shown}${more})`;
}

function usageLines(usage: TaskRecord['usage']): string[] {
  const tokens = tokensOf(usage);
  const cost = costWords(usage);
  const counts = [
    tokens?.input == null ? '' : `${tokens.input} in`,
    tokens?.output == null ? '' : `${tokens.output} out`,
    tokens?.cached == null ? '' : `${tokens.cached} cached`,
  ].filter((part) => part !== '');
  return [
    ...(counts.length === 0 ? [] : [`- **Tokens**: ${counts.join(', ')}`]),
    ...(cost === null ? [] : [`- **Cost**: ${cost}`]),
  ];
}

/** Of each group that has used anything. */
function groupLines(state: RunState): string[] {
  if (state.plan.groups.length < 2) return [];
  return state.plan.groups.flatMap(({ number, tasks }) => {
    const words = usedWords(usedByTasks(state, tasks));
    return words === null ? [] : [`  - Group ${number}: ${words}`];
  });
}

function branchLine(record: TaskRecord): string[] {
  const last = lastWorker(record);
  return last === undefined ? [] : [`- **Branch**: ${mdCode(last.branch)}`];
}

function summaryLine(record: TaskRecord): string[] {
  const said = lastWorker(record)?.outcome?.summary;
  return said === undefined || said.trim() === ''
    ? []
    : [`- **The agent's own words**: ${mdText(said.slice(0, 2000))}`];
}

function metrics(state: RunState): string[] {
  const work = mergedWork(state);
  return [
    '## Metrics',
    `- **Total Lines Changed**: +${work.linesAdded} / -${work.linesRemoved}`,
    `- **Total Files Modified**: ${work.files}`,
    `- **Total Tests Added**: ${testsAdded(state) ?? 'not measured'}`,
    ...usageLines(usedByRun(state)),
    ...groupLines(state),
    ...efficiencyLines(state),
  ];
}

function efficiencyLines(state: RunState): string[] {
  const measured = measureEfficiency(state);
  if (!measured.ok) return [`- **Parallel Efficiency**: not known (${measured.error})`];
  const { from, sequentialMs, actualMs, ratio } = measured.value;
  const source = from === 'estimates' ? 'sequential estimate' : 'sum of attempts';
  const saved = sequentialMs - actualMs;
  return [
    `- **Parallel Efficiency**: ${Math.round(ratio * 100)}% (vs ${source})`,
    `  - ${from === 'estimates' ? 'Sequential estimate' : 'Sum of attempts'}: ${shortDuration(sequentialMs)}`,
    `  - Parallel actual: ${shortDuration(actualMs)}`,
    saved >= 0 ? `  - Time saved: ${shortDuration(saved)}` : `  - Time lost: ${shortDuration(-saved)}`,
  ];
}

function issues(state: RunState): string[] {
  const found = issuesOf(state);
  const lines = found.flatMap(({ severity, about, what, came }, index) => [
    `${index + 1}. **${severity}**: ${mdText(`${about}: ${what}`)}`,
    ...(came === null ? [] : [`   - Resolved: ${came}`]),
  ]);
  return ['## Issues Encountered', ...(lines.length === 0 ? ['None.'] : lines)];
}

function todo(state: RunState, alive: boolean): string[] {
  const lines = nextSteps(state, alive).map(({ what, code }) => `- [ ] ${mdText(what)}: ${mdCode(code)}`);
  return ['## Next Steps', ...(lines.length === 0 ? ['Nothing is left to do.'] : lines)];
}
