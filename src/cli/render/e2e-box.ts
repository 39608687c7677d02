/** What a browser saw of a merge, as a box for a terminal. */

import type { E2eResult } from '../../core/e2e.ts';
import type { LoggedEvent } from '../../core/event.ts';
import type { TaskId } from '../../core/plan.ts';
import {
  E2E_ICONS,
  E2E_WORDS,
  interactiveWords,
  regressionWords,
  screenshotPlace,
} from '../../views/e2e-facts.ts';
import { type BoxLine, box } from './box.ts';
import { clean } from './clean.ts';
import type { Style } from './style.ts';

const MOST_FINDINGS = 5;

export interface E2eSaid {
  readonly task: TaskId;
  readonly seen: E2eResult;
}

/** What the event says of a look; null for one that says nothing of any. */
export function e2eSaid(event: LoggedEvent): E2eSaid | null {
  if (event.type !== 'test.ended' || event.result.e2e === undefined) return null;
  return { task: event.task, seen: event.result.e2e };
}

export interface E2eBoxOptions {
  readonly workType: string;
  readonly seen: E2eResult;
  /** Tests are configured. */
  readonly hasTests: boolean;
  readonly width: number;
  readonly style: Style;
}

export function e2eBox({ workType, seen, hasTests, width, style }: E2eBoxOptions): readonly string[] {
  const { status, detail, viewports, findings } = seen;
  const place = screenshotPlace(seen);
  const shown = findings.slice(0, MOST_FINDINGS);
  const rest = findings.length - shown.length;
  const why = detail === '' ? '' : ` (${clean(detail)})`;
  const lines: BoxLine[] = [
    { text: `E2E Validation: ${workType}`, paint: 'strong' },
    { text: '' },
    { text: `  Viewports tested: ${viewports.length === 0 ? 'none' : viewports.join(', ')}` },
    { text: `  Screenshots: ${place === null ? 'none' : clean(place)}` },
    { text: '' },
    { text: `  Visual regressions: ${regressionWords(seen)}` },
    { text: `  Interactive tests: ${hasTests ? interactiveWords(seen) : 'none configured'}` },
    { text: '' },
    { text: `  Status: ${E2E_ICONS[status]} ${E2E_WORDS[status]}${why}`, paint: PAINTS[status] },
    ...shown.map((line) => ({ text: `    ${clean(line)}` })),
    ...(rest > 0 ? [{ text: `    and ${rest} more` }] : []),
  ];
  return box(lines, width, style);
}

const PAINTS = { passed: 'good', failed: 'bad', 'not run': 'warn' } as const;
