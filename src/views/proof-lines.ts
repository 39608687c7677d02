/** How a task's work was proven, as lines of the execution report. */

import { wasTried } from '../core/proof.ts';
import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { mdBlock, mdCode, mdText } from './markdown.ts';
import {
  type CheckReport,
  type CriterionReport,
  checkReports,
  criterionReports,
  findingWords,
  qaReport,
  verdictWord,
} from './proof-facts.ts';

const NOT_RUN = 'not run';
const MOST_FINDINGS = 10;
const LONGEST_FEEDBACK = 2000;

export const CHECK_ICONS: Readonly<Record<CheckReport['status'], string>> = {
  passed: '✅',
  failed: '❌',
  warning: '⚠️',
  'not run': '➖',
};

export const CRITERION_ICONS: Readonly<Record<CriterionReport['status'], string>> = {
  proven: '✅',
  met: '☑️',
  'not met': '❌',
  unproven: '❔',
};

export function proofLines(state: RunState, record: TaskRecord): string[] {
  const checks = checkReports(state, record);
  return [
    `- **Test Coverage**: ${wordsOn(checks, 'coverage') ?? 'not measured'}`,
    `- **Tests Passing**: ${wordsOn(checks, 'tests') ?? NOT_RUN}${countWords(record)}`,
    `- **Validation**: ${validation(record, checks)}`,
    ...checks.flatMap(checkLines),
    ...qaLines(state, record),
    ...criteriaLines(criterionReports(state, record)),
  ];
}

function wordsOn(checks: readonly CheckReport[], name: string): string | null {
  const check = checks.find((each) => each.name === name);
  if (check === undefined) return null;
  return mdText([check.status, ...saidBesides(check)].join(', '));
}

function countWords({ proof }: TaskRecord): string {
  const count = proof?.checks.find(({ name }) => name === 'tests')?.tests;
  return count === undefined ? '' : ` (${count} tests)`;
}

/** A command that passed may have nothing more to say. */
function saidBesides({ status, detail }: CheckReport): readonly string[] {
  return detail === null || detail === status ? [] : [detail];
}

function validation(record: TaskRecord, checks: readonly CheckReport[]): string {
  const passed = checks.filter((check) => check.passed).length;
  const untried =
    record.proof !== null && !wasTried(record.proof) ? '; no command of the project has tried the work' : '';
  const counted = `${passed} of ${checks.length} checks passed${untried}`;
  const verdict = verdictWord(record);
  if (verdict !== null) return `${verdict} (${counted})`;
  return checks.length === 0 ? NOT_RUN : counted;
}

function checkLines(check: CheckReport): string[] {
  const { name, status, command, on_base: onBase, findings, critical, output } = check;
  const words = [
    status,
    ...(status === 'failed' && onBase === 'failed' ? ['it failed before the work too'] : []),
    ...(status === 'failed' && !critical ? ['it only warns'] : []),
    ...saidBesides(check),
  ];
  const run = command === null ? '' : ` (${mdCode(command)})`;
  const shown = status === 'passed' ? [] : findings.slice(0, MOST_FINDINGS);
  const rest = status === 'passed' ? 0 : findings.length - shown.length;
  return [
    `  - ${CHECK_ICONS[status]} ${mdText(name)}${run}: ${mdText(words.join(', '))}`,
    ...shown.map((finding) => `    - ${mdText(findingWords(finding))}`),
    ...(rest > 0 ? [`    - and ${rest} more`] : []),
    ...(status === 'failed' && output !== null ? ['', ...mdBlock(output, 4), ''] : []),
  ];
}

function qaLines(state: RunState, record: TaskRecord): string[] {
  const { status, attempts, rejections, reviewers, feedback } = qaReport(state, record);
  const facts = [
    ...(attempts === 0 ? [] : [`${attempts} ${attempts === 1 ? 'look' : 'looks'}`]),
    ...(rejections === 0 ? [] : [`${rejections} ${rejections === 1 ? 'rejection' : 'rejections'}`]),
    ...(reviewers.length === 0 ? [] : [`by ${mdText(reviewers.join(', '))}`]),
  ];
  return [
    `- **QA**: ${status}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`,
    ...(feedback === null ? [] : [`  - In its own words: ${mdText(feedback.slice(0, LONGEST_FEEDBACK))}`]),
  ];
}

function criteriaLines(criteria: readonly CriterionReport[]): string[] {
  if (criteria.length === 0) return [];
  return [
    '- **Criteria**:',
    ...criteria.map(
      ({ text, status, reason }) =>
        `  - ${CRITERION_ICONS[status]} ${mdText(text)}: ${criterionWord(status)}${reason === '' ? '' : ` (${mdText(reason)})`}`,
    ),
  ];
}

export function criterionWord(status: CriterionReport['status']): string {
  switch (status) {
    case 'met':
      return 'met, as QA says';
    case 'not met':
      return 'not met, as QA says';
    default:
      return status;
  }
}
