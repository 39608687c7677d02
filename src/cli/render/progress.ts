/** The block that is drawn again and again while a run goes on. */

import { usedByTask } from '../../core/budget.ts';
import type { RunState } from '../../core/run-state.ts';
import { isLeftOut, lastAttempt, type TaskRecord } from '../../core/task-state.ts';
import { shortDuration } from '../../views/duration.ts';
import { usedWords } from '../../views/money.ts';
import { errorOf, openAttempt, workedMs } from '../../views/task-facts.ts';
import { taskWords } from '../../views/task-words.ts';
import { bar } from './bar.ts';
import { type BoxLine, box } from './box.ts';
import { clean } from './clean.ts';
import type { Style } from './style.ts';
import { taskLabel } from './task-label.ts';

export interface ProgressOptions {
  readonly state: RunState;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly mode: 'parallel' | 'sequential';
  /** Columns of the terminal. */
  readonly width: number;
  /** Rows of the terminal; the block leaves one of them free. */
  readonly height: number;
  readonly style: Style;
}

/** Sides, title, bar, the line between, and the row for the cursor. */
const ROWS_BESIDE_TASKS = 6;

export function progressBlock(options: ProgressOptions): readonly string[] {
  const { state, width, height, style, mode } = options;
  const shown = [...state.tasks.values()].filter(isShown);
  const room = Math.max(1, height - ROWS_BESIDE_TASKS);
  const { chosen, left } = choose(shown, room);
  const title = mode === 'parallel' ? '⚡ Execution Mode: PARALLEL' : '⏸️ Execution Mode: SEQUENTIAL';
  const lines: BoxLine[] = [
    { text: title, paint: 'strong' },
    { text: `   Progress: ${progressLine(state)}` },
    { text: '' },
    ...chosen.map((record) => taskLine(options, record)),
    ...(left > 0 ? [{ text: `   … and ${left} more` }] : []),
  ];
  return box(lines, width, style);
}

/**
 * `[████████░░░░░░░░] 3/5 agents complete, 1 failed, 1 not merged yet`; tasks that are not meant to run are not counted.
 * An agent is done before its work is merged, which is what other lines count.
 */
export function progressLine(state: RunState): string {
  let complete = 0;
  let merged = 0;
  let failed = 0;
  let total = 0;
  for (const { state: task } of state.tasks.values()) {
    if (isLeftOut(task)) continue;
    total += 1;
    if (task.is === 'merged' || task.is === 'merging' || task.is === 'accepted') complete += 1;
    if (task.is === 'merged') merged += 1;
    if (task.is === 'failed') failed += 1;
  }
  const notes = [
    ...(failed > 0 ? [`, ${failed} failed`] : []),
    ...(complete > merged ? [`, ${complete - merged} not merged yet`] : []),
  ].join('');
  return `${bar(complete, total)} ${complete}/${total} agents complete${notes}`;
}

/** Tasks that have not begun need no line of their own. */
function isShown({ state, attempts }: TaskRecord): boolean {
  return attempts.length > 0 || state.is === 'failed' || state.is === 'cancelled';
}

/** All in the plan's order when there is room; otherwise those at work first, then what failed, then the rest. */
function choose(
  records: readonly TaskRecord[],
  room: number,
): { chosen: readonly TaskRecord[]; left: number } {
  if (records.length <= room) return { chosen: records, left: 0 };
  const first = [...records].sort((a, b) => urgency(a) - urgency(b)).slice(0, room - 1);
  return { chosen: first, left: records.length - first.length };
}

function urgency({ state }: TaskRecord): number {
  if (state.is === 'running') return 0;
  if (state.is === 'asking' || state.is === 'waiting-for-quota') return 1;
  if (state.is === 'failed') return 2;
  return state.is === 'merged' ? 4 : 3;
}

function taskLine({ state, now }: ProgressOptions, record: TaskRecord): BoxLine {
  const task = state.index.task.get(record.id);
  const { icon } = taskWords(state, record);
  const agent = (state.index.place.get(record.id) ?? 0) + 1;
  const label = task === undefined ? clean(record.id, 200) : taskLabel(task, state.plan.format);
  const text = `   ${icon} Agent ${agent}: ${clean(label, 48)} (${noteOf(record, { state, now })})`;
  if (record.state.is === 'failed') return { text, paint: 'bad' };
  return record.state.is === 'merged' ? { text, paint: 'good' } : { text };
}

function noteOf(record: TaskRecord, { state, now }: Pick<ProgressOptions, 'state' | 'now'>): string {
  const { word } = taskWords(state, record);
  const open = openAttempt(record);
  const parts = [clean(open?.progress?.step ?? '', 60) || word];
  const error = errorOf(record.state);
  if (error !== null) parts.push(clean(error, 80));
  if (record.state.is === 'asking') parts.push(clean(record.state.question, 80));
  const attempt = lastAttempt(record)?.number ?? 0;
  if (attempt > 1 && open !== undefined) parts.push(`attempt ${attempt}`);
  const ms = open === undefined ? workedMs(record) : now - (open.startedAt ?? open.requestedAt);
  if (ms !== null) parts.push(shortDuration(ms));
  const used = usedWords(usedByTask(record));
  if (used !== null) parts.push(used);
  return parts.join(', ');
}
