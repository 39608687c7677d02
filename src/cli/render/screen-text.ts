/** The full-screen view of a run, as lines: never more than the screen has rows, never wider than it has columns. */

import stringWidth from 'string-width';
import { usedByRun } from '../../core/budget.ts';
import { planTitle } from '../../core/plan-title.ts';
import type { RunState } from '../../core/run-state.ts';
import { alikeWords } from '../../views/alike.ts';
import { shortDuration } from '../../views/duration.ts';
import { foreseenLines } from '../../views/foreseen.ts';
import { usedWords } from '../../views/money.ts';
import { countStates, runStatusWord, tasksToDo } from '../../views/status.ts';
import { limitLines } from '../../views/throttles.ts';
import { clean, cut, fill } from './clean.ts';
import { type ScreenRow, screenRows } from './screen-rows.ts';
import { nextStep, paintStatus, runtimeOf } from './status-text.ts';
import type { Style } from './style.ts';

export interface ScreenOptions {
  readonly state: RunState;
  /** A living process holds the run's lease. */
  readonly alive: boolean;
  /** When whoever drives or drove the run last gave a sign; null when that is not known. */
  readonly seenAt: number | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Columns and rows of the terminal. */
  readonly width: number;
  readonly height: number;
  readonly style: Style;
  /** The first row of the tasks to be shown; null to keep in sight what happens. */
  readonly scroll: number | null;
  /** What happened last, oldest first. */
  readonly recent: readonly string[];
  /** Its viewer has a keyboard. */
  readonly keys: boolean;
}

export interface ScreenText {
  readonly lines: readonly string[];
  /** The row of the tasks that is shown first. */
  readonly scroll: number;
  /** Rows of tasks in sight. */
  readonly page: number;
}

export const KEYS = 'q leaves, the run goes on · ↑ ↓ scroll · f follows';
const WIDEST_BAR = 40;
/** With fewer rows, tasks are worth more than what happened last. */
const ROOMY = 16;
const MOST_RECENT = 8;
const MOST_HINTS = 3;

export function screenText(options: ScreenOptions): ScreenText {
  const { width, height, style } = options;
  const rule = style.faint('─'.repeat(Math.max(0, width)));
  const head = [...headLines(options), rule];
  const foot = [rule, ...recentLines(options)];
  const rows = screenRows(options);
  const page = Math.max(0, height - head.length - foot.length - 1);
  const most = Math.max(0, rows.length - page);
  const scroll = Math.min(most, Math.max(0, options.scroll ?? placeOfNow(rows, page)));
  const shown = rows.slice(scroll, scroll + page);
  const isWhole = shown.length >= rows.length;
  const places = isWhole ? '' : ` · rows ${scroll + 1}-${scroll + shown.length} of ${rows.length}`;
  const lines = [
    ...head,
    ...shown.map(({ text }) => text),
    ...Array.from({ length: page - shown.length }, () => ''),
    ...foot,
    style.faint(clean(`${options.keys ? KEYS : 'Ctrl-C leaves, the run goes on'}${places}`, width)),
  ];
  return { lines: lines.slice(0, Math.max(0, height)), scroll, page: Math.max(1, page) };
}

function headLines(options: ScreenOptions): string[] {
  const { state, alive, width, style } = options;
  const status = runStatusWord(state, alive);
  const hints = [
    ...breakerHint(options),
    ...limitHints(options),
    ...conflictHints(state),
    ...nextStep(state, status),
    ...foreseenLines(state),
  ];
  const shown = hints.length <= MOST_HINTS ? hints : hints.slice(0, MOST_HINTS - 1);
  const rest = hints.length - shown.length;
  const word = ` ${status.toUpperCase()} `;
  const { plan } = state;
  const title = fill(
    clean(planTitle({ id: plan.id, name: plan.title ?? plan.name })),
    Math.max(0, width - word.length),
  );
  return [
    `${style.strong(title)}${paintStatus(cut(word, width), status, style)}`,
    style.faint(clean(`${state.run}, merges into ${state.integration.branch}`, width)),
    progressOf(options),
    ...[...shown, ...(rest > 0 ? [`… and ${rest} more`] : [])].map((line) => style.warn(clean(line, width))),
  ];
}

function limitHints({ state, alive, now }: ScreenOptions): readonly string[] {
  return alive ? limitLines(state, now) : [];
}

function conflictHints({ tasks }: RunState): string[] {
  return [...tasks.values()]
    .filter(({ state }) => state.is === 'needs-user')
    .map(({ id }) => `${id} needs you to resolve its conflict; see: cox status`);
}

function breakerHint({ state: { breaker, phase }, now }: ScreenOptions): string[] {
  if (phase.is !== 'running' || breaker.signature === null || breaker.until <= now) return [];
  const left = shortDuration(breaker.until - now);
  return [`Several tasks failed alike (${alikeWords(breaker.signature)}); nothing new starts for ${left}.`];
}

/** `████████░░░░ 3/5 merged, 2 at work, 1 failed` and, at the right, what was used and for how long it runs. */
function progressOf(options: ScreenOptions): string {
  const { state, width, style } = options;
  const counts = countStates(state);
  const total = tasksToDo(counts);
  const lost = counts.failed + counts.blocked + counts.cancelled;
  const right = [usedWords(usedByRun(state)), runtimeOf(options)].filter((part) => part !== null).join('  ');
  const left = [
    `${counts.merged}/${total} merged`,
    ...(counts.running > 0 ? [`${counts.running} at work`] : []),
    ...(lost > 0 ? [`${lost} lost`] : []),
  ].join(', ');
  const room = width - stringWidth(left) - stringWidth(right) - 4;
  const cells = Math.min(WIDEST_BAR, room);
  if (cells < 4) return clean(`${left}  ${right}`, width);
  const done = total === 0 ? 0 : Math.floor((cells * counts.merged) / total);
  const bar = style.good('█'.repeat(done)) + style.faint('░'.repeat(cells - done));
  return `${bar}  ${left}${' '.repeat(room - cells + 2)}${right}`;
}

function recentLines({ height, width, style, recent }: ScreenOptions): string[] {
  if (height < ROOMY) return [];
  const rows = Math.min(MOST_RECENT, Math.floor(height / 5));
  const shown = recent.slice(-rows).map((line) => style.faint(clean(line, width)));
  return [...Array.from({ length: rows - shown.length }, () => ''), ...shown];
}

/** So that the first row where something happens stands a third from the top. */
function placeOfNow(rows: readonly ScreenRow[], page: number): number {
  const at = rows.findIndex(({ isOpen }) => isOpen);
  return at === -1 ? rows.length : at - Math.floor(page / 3);
}
