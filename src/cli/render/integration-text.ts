/** The summary of an integration: a table on a terminal, plain lines elsewhere. */

import stringWidth from 'string-width';
import type { CheckStatus } from '../../core/proof.ts';
import { intoWords } from '../../views/integration-report.ts';
import type { IntegrationView } from '../../views/integration-view.ts';
import { clean, fill } from './clean.ts';
import type { Style } from './style.ts';

export interface IntegrationTextOptions {
  readonly view: IntegrationView;
  /** Absolute path of the report; null when there is none. */
  readonly report: string | null;
  readonly width: number;
  readonly style: Style;
  /** Columns under one another, instead of one line with colons for each check. */
  readonly isTable: boolean;
}

const MOST_LISTED = 20;

export function integrationText(options: IntegrationTextOptions): readonly string[] {
  const { view, report, width, style } = options;
  return [
    headline(view, width, style),
    ...(options.isTable ? table(options) : plain(options)),
    ...intoLines(view, width, style),
    ...listed('Must fix', view.must_fix, width).map((line) => style.bad(line)),
    ...listed('Should fix', view.should_fix, width).map((line) => style.warn(line)),
    ...(report === null ? [] : [clean(`Report: ${report}`)]),
    ...view.next_steps.map(({ what, code }) => clean(`${what}: ${code}`)),
  ];
}

function headline(view: IntegrationView, width: number, style: Style): string {
  const counts = `${view.tasks_integrated} of ${view.tasks} tasks`;
  const text = clean(`Integration of ${view.run_id}: ${view.status} (${counts})`, width);
  if (view.status === 'passed') return style.good(text);
  return view.status === 'failed' ? style.bad(text) : style.warn(text);
}

function table({ view, width, style }: IntegrationTextOptions): string[] {
  const first = Math.max(...view.summary.map(({ check }) => stringWidth(check)));
  const second = 'not run'.length;
  const rest = Math.max(10, width - first - second - 6);
  const row = (check: string, status: string, details: string, paint: (text: string) => string): string =>
    `${fill(check, first)}   ${paint(fill(status, second))}   ${clean(details, rest)}`;
  return [
    style.strong(row('Check', 'Status', 'Details', (text) => text)),
    ...view.summary.map(({ check, status, details }) => row(check, status, details, paintOf(status, style))),
  ];
}

function plain({ view, width }: IntegrationTextOptions): string[] {
  return view.summary.map(({ check, status, details }) => clean(`${check}: ${status}: ${details}`, width));
}

function paintOf(status: CheckStatus, style: Style): (text: string) => string {
  switch (status) {
    case 'passed':
      return (text) => style.good(text);
    case 'failed':
      return (text) => style.bad(text);
    case 'warning':
    case 'not run':
      return (text) => style.warn(text);
  }
}

function intoLines({ into }: IntegrationView, width: number, style: Style): string[] {
  if (into === null) return [];
  const at = into.commit === null ? '' : ` (${into.commit.slice(0, 12)})`;
  const text = clean(`${into.branch}: ${intoWords(into)}${at}`, width);
  return [into.status === 'merged' || into.status === 'held' ? style.good(text) : style.bad(text)];
}

function listed(title: string, items: readonly string[], width: number): string[] {
  const more = items.length > MOST_LISTED ? [`… and ${items.length - MOST_LISTED} more`] : [];
  return [...items.slice(0, MOST_LISTED), ...more].map((item) => clean(`${title}: ${item}`, width));
}
