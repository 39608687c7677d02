/** The dashboard of a plan of parallel groups on the whole screen: its agents scroll, the counts stay the last line. */

import { agentTasks } from '../../views/agent-names.ts';
import { openAttempt } from '../../views/task-facts.ts';
import { dashboardParts } from './agent-dashboard.ts';
import { clean, cut } from './clean.ts';
import { KEYS, type ScreenOptions, type ScreenText } from './screen-text.ts';

export function dashboardScreen(options: ScreenOptions): ScreenText {
  const { state, width, height, style, keys } = options;
  const { head, agents, help, foot } = dashboardParts(options);
  const rows = [...help, ...agents.flatMap((lines) => [...lines, ''])];
  const page = Math.max(0, height - head.length - foot.length - 1);
  const most = Math.max(0, rows.length - page);
  const atWork = agentTasks(state).findIndex(({ tasks }) => tasks.some((task) => openAttempt(task)));
  const above = [...help, ...agents.slice(0, Math.max(0, atWork)).flatMap((lines) => [...lines, ''])];
  const scroll = Math.min(most, Math.max(0, options.scroll ?? above.length - Math.floor(page / 3)));
  const shown = rows.slice(scroll, scroll + page);
  const places =
    rows.length <= page ? '' : ` · rows ${scroll + 1}-${scroll + shown.length} of ${rows.length}`;
  const lines = [
    ...head,
    ...shown.map((line) => cut(line, width)),
    ...Array.from({ length: page - shown.length }, () => ''),
    style.faint(clean(`${keys ? KEYS : 'Ctrl-C leaves, the run goes on'}${places}`, width)),
    ...foot,
  ];
  // On a screen that is too low the counts are worth more than what stands above them.
  return { lines: lines.slice(Math.max(0, lines.length - height)), scroll, page: Math.max(1, page) };
}
