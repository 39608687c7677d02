/** The look of a browser, as rows of the HTML report. */

import { e2eOf } from '../core/e2e-of-task.ts';
import type { RunState } from '../core/run-state.ts';
import { E2E_ICONS, E2E_WORDS, e2eReport, fileUrl, interactiveWords, regressionWords } from './e2e-facts.ts';
import { type Html, html } from './html.ts';

const MOST_PICTURES = 40;

export function e2eRows(state: RunState, task: string): readonly Html[] {
  if (state.settings.e2e === undefined) return [];
  const seen = e2eOf(state, task);
  const report = e2eReport(state, task);
  if (seen === null || report === null) return [];
  const { status, detail, findings, notes } = seen;
  const words = [
    `${E2E_ICONS[status]} ${E2E_WORDS[status]}`,
    ...(detail === '' ? [] : [detail]),
    ...(status === 'not run' ? [] : [`visual regressions: ${regressionWords(seen)}`]),
    ...(seen.tests === null ? [] : [`interactive tests: ${interactiveWords(seen)}`]),
    ...findings,
    ...notes,
  ];
  const pictures = report.pictures
    .slice(0, MOST_PICTURES)
    .map(({ page, viewport, status: is, current, diff }) => {
      const difference = diff === null ? html`` : html` <a href="${fileUrl(diff)}">difference</a>`;
      return html`<li><a href="${fileUrl(current)}">${page} at ${viewport}</a>: ${is}${difference}</li>`;
    });
  return [
    html`<dt>E2E</dt><dd>${words.join('; ')}</dd>`,
    ...(pictures.length === 0 ? [] : [html`<dt>Screenshots</dt><dd><ul>${pictures}</ul></dd>`]),
  ];
}
