/**
 * The execution report as one page that needs nothing else: no script, nothing that is loaded. The policy in its head
 * has the browser keep to that, whatever a plan or an agent has written.
 */

import { usedByRun, usedByTask } from '../core/budget.ts';
import { coverageWords } from '../core/coverage-words.ts';
import { planTitle } from '../core/plan-title.ts';
import type { RunState } from '../core/run-state.ts';
import { taskRecord } from '../core/run-state.ts';
import { lastWorker, type TaskRecord } from '../core/task-state.ts';
import { dependencyWords } from './dependency-facts.ts';
import { longDuration, shortDuration, utcTime } from './duration.ts';
import { e2eMissing } from './e2e-facts.ts';
import { e2eRows } from './e2e-rows.ts';
import { foreseenSummary } from './foreseen.ts';
import { groupBranchWords } from './group-branch.ts';
import { type Html, html } from './html.ts';
import { REPORT_STYLE } from './html-style.ts';
import { timeline } from './html-timeline.ts';
import { issuesOf } from './issues.ts';
import { asLeft, wordsAsLeft } from './left-run.ts';
import { costWords } from './money.ts';
import { nextSteps } from './next-steps.ts';
import { type CheckReport, findingWords } from './proof-facts.ts';
import { CHECK_ICONS, CRITERION_ICONS, criterionWord } from './proof-lines.ts';
import { type ReportView, reportView, type TaskReport, type WaveReport } from './report.ts';
import type { RunStatusWord } from './status.ts';
import { combinedCoverage, testsAdded } from './whole-work.ts';

interface HtmlOptions {
  /** A living process drives the run; absent means that it does. */
  readonly alive?: boolean;
  /** When whoever drove it last gave a sign; null when that is not known. */
  readonly seenAt?: number | null;
}

export function htmlReport(seen: RunState, { alive = true, seenAt = null }: HtmlOptions = {}): string {
  const report = reportView(seen, alive);
  const state = alive ? seen : asLeft(seen, seenAt);
  const { plan } = state;
  const title = planTitle({ id: plan.id, name: plan.title ?? plan.name });
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}: ${report.status}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<p class="kind">Parallel execution report</p>
<h1>${title} ${chip(report.status)}</h1>
<p class="quiet">Run <code>${state.run}</code>, started ${utcTime(state.createdAt)}${ended(seen, alive)}</p>
</header>
<main>
${facts(state, report)}
${report.waves.map((wave) => waveSection(state, wave, report.status))}
${listSection('Issues encountered', issues(state), 'None.')}
${listSection('Next steps', steps(state, alive), 'Nothing is left to do.')}
</main>
<footer><p class="quiet">${footer(state)}</p></footer>
</body>
</html>
`;
  return page.toString();
}

/** Nothing that is missing above is to be taken for nothing that was found. */
function footer(state: RunState): string {
  const { settings } = state;
  const notMeasured = [
    ...(testsAdded(state) === null ? ['tests added'] : []),
    ...(combinedCoverage(state) === null ? ['coverage of the whole'] : []),
  ];
  const notRun = [
    ...(settings.checks.enabled ? [] : ['the checks of each task']),
    ...(settings.qa === null ? ['QA'] : []),
  ];
  return [
    ...(notMeasured.length === 0 ? [] : [`Not measured: ${notMeasured.join(', ')}.`]),
    ...(notRun.length === 0 ? [] : [`Not run: ${notRun.join(', ')}.`]),
  ].join(' ');
}

function ended({ phase, createdAt }: RunState, alive: boolean): Html {
  if (phase.is === 'running') return alive ? html`; it goes on` : html`; no process drives it any more`;
  const word = phase.is === 'finished' ? 'ended' : `left (${phase.reason})`;
  return html`, ${word} ${utcTime(phase.at)}, after ${longDuration(phase.at - createdAt)}`;
}

/** Its class is one of our own words, never text of a plan. */
function chip(word: string): Html {
  return html`<span class="chip ${word}">${word.replaceAll('-', ' ')}</span>`;
}

function facts(state: RunState, report: ReportView): Html {
  const { totals } = report;
  const efficiency = report.parallel_efficiency;
  const cost = costWords(usedByRun(state));
  const cards = [
    card('tasks merged', `${totals.merged} of ${totals.tasks - totals.skipped - totals.done_before}`),
    card('attempts', String(totals.attempts)),
    card('files changed', String(totals.files_changed)),
    card('lines', `+${totals.lines_added} −${totals.lines_removed}`),
    card('merge conflicts', String(totals.conflicts)),
    card('conflicts foreseen', foreseenSummary(state)),
    ...(totals.tests_added === null ? [] : [card('tests added', String(totals.tests_added))]),
    ...(totals.coverage_percent === null
      ? []
      : [card('coverage of the whole', coverageWords(totals.coverage_percent))]),
    ...(totals.tokens === null ? [] : [card('tokens', tokensLine(totals.tokens))]),
    ...(cost === null ? [] : [card('cost', cost)]),
    ...(efficiency === null
      ? []
      : [card(`saved against ${sourceOf(report)}`, `${Math.round(efficiency * 100)}%`)]),
  ];
  return html`<section aria-label="In numbers"><dl class="cards">${cards}</dl>
<p>Integration branch: <code>${state.integration.branch}</code></p>${said('Dependencies', dependencyWords(state))}${said('E2E', e2eMissing(state))}</section>`;
}

function said(of: string, words: string | null): Html {
  return words === null ? html`` : html`<p>${of}: ${words}</p>`;
}

function sourceOf({ totals }: ReportView): string {
  return totals.sequential_from === 'estimates' ? 'the sequential estimate' : 'the sum of attempts';
}

function card(name: string, value: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function tokensLine({ input, output }: NonNullable<TaskReport['tokens']>): string {
  const parts = [
    ...(input === null ? [] : [`${input.toLocaleString('en')} in`]),
    ...(output === null ? [] : [`${output.toLocaleString('en')} out`]),
  ];
  return parts.length === 0 ? 'not known' : parts.join(', ');
}

function waveSection(state: RunState, wave: WaveReport, run: RunStatusWord): Html {
  const name = state.plan.groups.find(({ number }) => number === wave.number)?.name ?? `Group ${wave.number}`;
  const passed = wave.validation?.exit_code === 0;
  const words = groupBranchWords(state, wave.number);
  const branch = words === null ? html`` : html`<p class="quiet">Branch: ${words}</p>`;
  const validation =
    wave.validation === null
      ? html``
      : html`<p class="quiet">Validation ${passed ? 'passed' : 'failed'}: <code>${wave.validation.command}</code></p>`;
  return html`<section>
<h2>${name} ${chip(wave.status === 'running' ? run : wave.status)}</h2>
${validation}${branch}
<div class="wide"><table>
<thead><tr><th scope="col">Task</th><th scope="col">Status</th><th scope="col">When its agents ran</th><th scope="col" class="number">Attempts</th><th scope="col" class="number">Time</th><th scope="col" class="number">Files</th><th scope="col" class="number">Lines</th></tr></thead>
<tbody>${wave.tasks.map((task) => taskRow(state, task))}</tbody>
</table></div>
</section>`;
}

function taskRow(state: RunState, task: TaskReport): Html {
  const record = taskRecord(state, task.id);
  const { icon, word } = wordsAsLeft(state, record);
  const time = task.duration_seconds === null ? '' : shortDuration(task.duration_seconds * 1000);
  const lines = task.lines_added === null ? '' : `+${task.lines_added} −${task.lines_removed ?? 0}`;
  return html`<tr>
<th scope="row"><code>${task.id}</code> ${state.index.task.get(task.id)?.title ?? ''}${more(state, task, record)}</th>
<td><span class="state ${task.status}">${icon} ${word}</span></td>
<td class="time">${timeline(state, record)}</td>
<td class="number">${task.attempts}</td>
<td class="number">${time}</td>
<td class="number">${task.files_changed ?? ''}</td>
<td class="number">${lines}</td>
</tr>`;
}

function more(state: RunState, task: TaskReport, record: TaskRecord): Html {
  const outcome = lastWorker(record)?.outcome;
  const said = outcome?.summary?.trim() ?? '';
  const files = outcome?.work?.files ?? [];
  const cost = costWords(usedByTask(record));
  const rows = [
    row('Agent', task.agent),
    ...(task.branch === null ? [] : [row('Branch', task.branch)]),
    ...(task.commit === null ? [] : [row('Commit', task.commit)]),
    ...(files.length === 0 ? [] : [row('Files', someOf(files))]),
    ...(task.verdict === null ? [] : [row('Verdict of the checks', task.verdict)]),
    ...task.checks.map((check) => row(check.name, checkWords(check))),
    row('QA', qaWords(task.qa)),
    ...e2eRows(state, task.id),
    ...task.criteria.map(({ text, status, reason }) =>
      row(text, `${CRITERION_ICONS[status]} ${criterionWord(status)}${reason === '' ? '' : ` (${reason})`}`),
    ),
    ...(task.tokens === null ? [] : [row('Tokens', tokensLine(task.tokens))]),
    ...(cost === null ? [] : [row('Cost', cost)]),
    ...(said === '' ? [] : [row("The agent's own words", said.slice(0, LONGEST_WORDS))]),
  ];
  const error = task.error === null ? html`` : html`<p class="error">${task.error}</p>`;
  return html`${error}<details><summary>More</summary><dl>${rows}</dl></details>`;
}

function checkWords({ status, command, detail, findings }: CheckReport): string {
  const found = status === 'passed' ? [] : findings.slice(0, MOST_FINDINGS).map(findingWords);
  return [`${CHECK_ICONS[status]} ${status}`, command, detail, ...found]
    .filter((part) => part !== null)
    .join('; ');
}

function qaWords({ status, rejections, feedback }: TaskReport['qa']): string {
  const rejected = rejections === 0 ? '' : `, ${rejections} ${rejections === 1 ? 'rejection' : 'rejections'}`;
  return `${status}${rejected}${feedback === null ? '' : `: ${feedback.slice(0, LONGEST_WORDS)}`}`;
}

const LONGEST_WORDS = 2000;
const MOST_FINDINGS = 10;
const MOST_FILES = 100;

function someOf(files: readonly string[]): string {
  const rest = files.length - MOST_FILES;
  return `${files.slice(0, MOST_FILES).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}

function row(name: string, value: string): Html {
  return html`<dt>${name}</dt><dd>${value}</dd>`;
}

function issues(state: RunState): readonly Html[] {
  return issuesOf(state).map(
    ({ severity, about, what, came }) =>
      html`<li><span class="chip ${severity}">${severity}</span> <strong>${about}</strong>: ${what}${
        came === null ? html`` : html` <span class="quiet">Resolved: ${came}.</span>`
      }</li>`,
  );
}

function steps(state: RunState, alive: boolean): readonly Html[] {
  return nextSteps(state, alive).map(({ what, code }) => html`<li>${what}: <code>${code}</code></li>`);
}

function listSection(title: string, items: readonly Html[], none: string): Html {
  const list = items.length === 0 ? html`<p class="quiet">${none}</p>` : html`<ol>${items}</ol>`;
  return html`<section><h2>${title}</h2>${list}</section>`;
}
