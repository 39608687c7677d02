/** Findings about a plan, as text. */

import type { Finding } from '../../core/finding.ts';
import { clean, cleanLines } from './clean.ts';
import type { Style } from './style.ts';

/**
 * For each one `file:line:column severity rule: message` and its remedy below; the last line counts them. Further
 * lines of a message are indented, so that none passes for a finding.
 */
export function findingsText(findings: readonly Finding[], style: Style): readonly string[] {
  return [...findings.flatMap((finding) => findingLines(finding, style)), summaryLine(findings, style)];
}

function findingLines(finding: Finding, style: Style): string[] {
  // What is wrong with a folder as a whole has no place in it.
  const place = finding.file === '' ? '' : `${clean(finding.file)}:${finding.line}:${finding.column}`;
  const severity = finding.severity === 'error' ? style.bad('error') : style.warn('warning');
  const remedy = clean(finding.remedy);
  const [message = '', ...more] = cleanLines(finding.message);
  return [
    `${place === '' ? '' : `${style.strong(place)} `}${severity} ${clean(finding.rule)}: ${message}`,
    ...more.map((line) => `    ${line}`),
    ...(remedy === '' ? [] : [`    ${remedy}`]),
  ];
}

function summaryLine(findings: readonly Finding[], style: Style): string {
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.length - errors;
  if (findings.length === 0) return style.good('The plan is valid.');
  const counts = [count(errors, 'error'), count(warnings, 'warning')]
    .filter((part) => part !== '')
    .join(', ');
  return errors > 0
    ? style.bad(`The plan is not valid: ${counts}.`)
    : style.warn(`The plan is valid: ${counts}.`);
}

function count(number: number, word: string): string {
  return number === 0 ? '' : `${number} ${word}${number === 1 ? '' : 's'}`;
}
