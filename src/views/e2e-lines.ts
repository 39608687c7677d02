/** The look of a browser, as lines of the execution report. */

import { e2eOf } from '../core/e2e-of-task.ts';
import type { TaskId } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import {
  E2E_ICONS,
  E2E_WORDS,
  e2eMissing,
  e2eReport,
  fileUrl,
  interactiveWords,
  regressionWords,
} from './e2e-facts.ts';
import { mdBlock, mdCode, mdText } from './markdown.ts';

const MOST_PICTURES = 40;

/** Once for the run, where it has no application to look at. */
export function e2eMissingLines(state: RunState): string[] {
  const words = e2eMissing(state);
  return words === null ? [] : [`- **E2E**: ${mdText(words)}`];
}

export function e2eLines(state: RunState, task: TaskId): string[] {
  if (state.settings.e2e === undefined) return [];
  const seen = e2eOf(state, task);
  const report = e2eReport(state, task);
  if (seen === null || report === null) return [];
  const { status, detail, viewports, findings, notes, output } = seen;
  const shown = report.pictures.slice(0, MOST_PICTURES);
  const rest = report.pictures.length - shown.length;
  return [
    `- **E2E**: ${E2E_ICONS[status]} ${E2E_WORDS[status]}${detail === '' ? '' : `, ${mdText(detail)}`}`,
    ...(viewports.length === 0 ? [] : [`  - Viewports tested: ${viewports.join(', ')}`]),
    ...(report.folder === null ? [] : [`  - Screenshots: ${mdCode(`${report.folder}/current/`)}`]),
    ...(status === 'not run' ? [] : [`  - Visual regressions: ${regressionWords(seen)}`]),
    ...(seen.tests === null ? [] : [`  - Interactive tests: ${interactiveWords(seen)}`]),
    ...findings.map((line) => `  - ❌ ${mdText(line)}`),
    ...notes.map((line) => `  - ⚠️ ${mdText(line)}`),
    ...shown.map(({ page, viewport, status: is, current, diff }) => {
      const difference = diff === null ? '' : `, [difference](${fileUrl(diff)})`;
      return `  - [${mdText(`${page} at ${viewport}`)}](${fileUrl(current)}): ${is}${difference}`;
    }),
    ...(rest > 0 ? [`  - and ${rest} more pictures`] : []),
    ...(output.trim() === '' ? [] : ['', ...mdBlock(output, 4), '']),
  ];
}
