/**
 * What an agent has brought, as files: `outputs/<agent>/`, over all its tasks. A file about something that was not run
 * says so, with the reason.
 */

import type { Commit, Work } from '../core/attempt.ts';
import { printable, printableLine } from '../core/printable.ts';
import type { RunState } from '../core/run-state.ts';
import { lastWorker, type TaskRecord } from '../core/task-state.ts';
import type { AgentTasks } from './agent-names.ts';
import { type BundledKind, resultsOf } from './check-kinds.ts';
import { shortDuration } from './duration.ts';
import { jsonText } from './json.ts';
import { mdCode, mdText } from './markdown.ts';
import { executionId } from './parallel-status.ts';
import { type CheckReport, checkReports, criterionReports } from './proof-facts.ts';
import { criterionWord } from './proof-lines.ts';
import { agentOf, errorOf, workedMs, workOf } from './task-facts.ts';
import { taskWords } from './task-words.ts';
import { coverageOf, validationReport, vulnerabilitiesOf } from './validation-report.ts';

export interface BundleFile {
  readonly name: string;
  /** A patch holds files of any encoding. */
  readonly content: string | Uint8Array;
}

export interface WorkPlace {
  readonly base: Commit;
  readonly tip: Commit;
}

/** The diff of a task's work, or why there is none. */
export type BundledDiff =
  | { readonly patch: Uint8Array; readonly isWhole: boolean }
  | { readonly missing: string };

/** What the newest attempt that left any work has left; null when none has. */
export function workPlace(record: TaskRecord): WorkPlace | null {
  const attempt = record.attempts.findLast(({ outcome }) => outcome?.work !== undefined);
  const tip = attempt?.outcome?.work?.tip;
  return attempt === undefined || tip === undefined ? null : { base: attempt.base, tip };
}

export const BUNDLE_NAMES = [
  'changes.diff',
  'files_changed.txt',
  'metrics.json',
  'test-results.json',
  'TASK_SUMMARY.md',
  'lint_results.txt',
  'test_output.txt',
  'security_audit.json',
  'build_output.txt',
  'validation_report.json',
] as const;

type BundleName = (typeof BUNDLE_NAMES)[number];

/** Tasks that no agent has begun are in none but the report of the whole. */
export function outputBundle(
  state: RunState,
  agent: AgentTasks,
  diffs: ReadonlyMap<string, BundledDiff>,
): readonly BundleFile[] {
  const begun = agent.tasks.filter((record) => record.attempts.length > 0);
  const text = (kind: BundledKind): string =>
    begun.map((record) => checkText(state, record, kind)).join('\n');
  const json = (value: unknown): string => `${jsonText(value)}\n`;
  const head = { agent: agent.name, execution_id: executionId(state) };
  const results = (kind: BundledKind, sums: object): string =>
    json({ ...head, ...sums, tasks: begun.map((record) => resultJson(state, record, kind)) });
  const contents: Readonly<Record<BundleName, string | Uint8Array>> = {
    'changes.diff': Buffer.concat(begun.map((record) => diffOf(state, record, diffs))),
    'files_changed.txt': filesText(begun),
    'metrics.json': json({ ...head, ...metrics(state, begun) }),
    'test-results.json': results('tests', { coverage_percent: coverageOf(state, begun) }),
    'TASK_SUMMARY.md': summaryText(state, agent),
    'lint_results.txt': text('lint'),
    'test_output.txt': text('tests'),
    'security_audit.json': results('security', {
      metadata: { vulnerabilities: vulnerabilitiesOf(state, begun) },
    }),
    'build_output.txt': text('build'),
    'validation_report.json': json(validationReport(state, agent)),
  };
  return BUNDLE_NAMES.map((name) => ({ name, content: contents[name] }));
}

function titleOf(state: RunState, { id }: TaskRecord): string {
  return printableLine(`${id}: ${state.index.task.get(id)?.title ?? ''}`);
}

/** Above what is about one task, in a file about several. */
export function taskHeading(state: RunState, record: TaskRecord): string {
  return `=== ${titleOf(state, record)} ===`;
}

/** What stands before the first file of a patch is nothing to those who apply it. The patch is as git made it. */
function diffOf(state: RunState, record: TaskRecord, diffs: ReadonlyMap<string, BundledDiff>): Uint8Array {
  const place = workPlace(record);
  const command = place === null ? '' : `git diff ${place.base} ${place.tip}`;
  const diff: BundledDiff =
    place === null
      ? { missing: 'no attempt has left any work' }
      : (diffs.get(record.id) ?? { missing: 'it was not asked for' });
  const notes: string[] = [titleOf(state, record)];
  if ('missing' in diff) {
    const see = place === null ? '' : `; see it with: ${command}`;
    notes.push(`not there: ${printableLine(diff.missing)}${see}`);
  } else if (diff.patch.length === 0 && diff.isWhole) notes.push('Nothing was changed.');
  else notes.push(diff.isWhole ? command : `The rest is left out here; all of it is shown by: ${command}`);
  const head = Buffer.from(notes.map((note) => `# ${note}\n`).join(''));
  return 'missing' in diff ? head : Buffer.concat([head, diff.patch]);
}

/** Names alone, for programs: none for nothing. */
function filesText(begun: readonly TaskRecord[]): string {
  const files = new Set(worksOf(begun).flatMap(({ files: each }) => each));
  return [...files]
    .sort()
    .map((file) => `${printableLine(file)}\n`)
    .join('');
}

function worksOf(begun: readonly TaskRecord[]): readonly Work[] {
  return begun.map(workOf).filter((work) => work !== null);
}

/** Null for what is not known. */
function metrics(state: RunState, begun: readonly TaskRecord[]): object {
  const works = worksOf(begun);
  const sum = (of: (work: Work) => number): number | null =>
    works.length === 0 ? null : works.reduce((all, work) => all + of(work), 0);
  const times = begun.map(workedMs).filter((ms) => ms !== null);
  const seconds = times.length === 0 ? null : Math.round(times.reduce((all, ms) => all + ms, 0) / 1000);
  return {
    lines_added: sum((work) => work.linesAdded),
    lines_removed: sum((work) => work.linesRemoved),
    files_modified: works.length === 0 ? null : new Set(works.flatMap(({ files }) => files)).size,
    test_coverage: coverageOf(state, begun),
    execution_time: seconds === null ? null : `${seconds} seconds`,
  };
}

function resultJson(state: RunState, record: TaskRecord, kind: BundledKind): object {
  const { checks, notRun } = resultsOf(state, record, kind);
  const coverage = kind === 'tests' ? { coverage_percent: coverageOf(state, [record]) } : {};
  const merge = checkReports(state, record).find(({ name }) => name === 'merge-test') ?? null;
  return {
    task_id: record.id,
    status: notRun === null ? worstOf(checks) : 'not run',
    reason: notRun,
    ...coverage,
    checks,
    ...(kind === 'tests' ? { merge_test: merge } : {}),
  };
}

function worstOf(checks: readonly CheckReport[]): CheckReport['status'] {
  const words = checks.map(({ status }) => status);
  return (['failed', 'warning', 'not run'] as const).find((word) => words.includes(word)) ?? 'passed';
}

function checkText(state: RunState, record: TaskRecord, kind: BundledKind): string {
  const { checks, notRun } = resultsOf(state, record, kind);
  const heading = taskHeading(state, record);
  if (notRun !== null) return `${heading}\nnot run: ${printableLine(notRun)}\n`;
  const printedBy = new Map(record.proof?.checks.map(({ name, output }) => [name, output.trim()]));
  const parts = checks.map(({ name, status, command, exit_code: exit, detail, duration_seconds: s }) => {
    const facts = [
      `${name}: ${status}`,
      ...(command === null ? [] : [`command: ${command}`]),
      ...(exit === null ? [] : [`exit: ${exit}`]),
      ...(status === 'not run' ? [] : [`time: ${shortDuration(s * 1000)}`]),
      ...(detail === null ? [] : [`what was found: ${detail}`]),
    ];
    const printed = printable(printedBy.get(name) ?? '');
    return `${facts.map(printableLine).join('\n')}\n\n${printed === '' ? '(no output is kept)' : printed}\n`;
  });
  return `${heading}\n${parts.join('\n')}`;
}

function summaryText(state: RunState, { name, tasks }: AgentTasks): string {
  const lines = tasks.flatMap((record) => {
    const { id } = record;
    const { icon, word } = taskWords(state, record);
    const last = lastWorker(record);
    const error = errorOf(record.state);
    const said = last?.outcome?.summary?.trim() ?? '';
    const criteria = criterionReports(state, record);
    return [
      `## ${mdText(`${id}: ${state.index.task.get(id)?.title ?? ''}`)}`,
      '',
      `- **Status**: ${icon} ${word}`,
      `- **Agent**: ${mdText(agentOf(state, record))}`,
      ...(last === undefined ? [] : [`- **Branch**: ${mdCode(last.branch)}`]),
      ...(record.state.is === 'merged' ? [`- **Merged as**: ${mdCode(record.state.commit)}`] : []),
      ...(error === null ? [] : [`- **Error**: ${mdText(error)}`]),
      ...criteria.map(({ text, status }) => `- **Criterion**: ${mdText(text)}: ${criterionWord(status)}`),
      `- **The agent's own words**: ${said === '' ? 'it has left none' : mdText(said)}`,
      '',
    ];
  });
  return `${[`# Task Summary: ${mdText(name)}`, '', ...lines].join('\n')}`;
}
