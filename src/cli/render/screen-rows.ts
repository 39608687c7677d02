/** The rows of the full-screen view: each group with its tasks, in columns. */

import stringWidth from 'string-width';
import type { Group } from '../../core/plan.ts';
import { type RunState, taskRecord } from '../../core/run-state.ts';
import { isLeftOut, type TaskRecord } from '../../core/task-state.ts';
import { shortDuration } from '../../views/duration.ts';
import { errorOf, openAttempt, shownAttempt, workedMs } from '../../views/task-facts.ts';
import { type ShownState, shownState, taskWords } from '../../views/task-words.ts';
import { clean, cut, fill } from './clean.ts';
import type { Style } from './style.ts';

export interface ScreenRow {
  /** As wide as the screen at most, painted. */
  readonly text: string;
  /** Something happens there, or is still to come. */
  readonly isOpen: boolean;
}

interface RowOptions {
  readonly state: RunState;
  readonly now: number;
  readonly width: number;
  readonly style: Style;
}

/** Unlike emoji, these are one column wide on every terminal. */
const SIGNS: Readonly<Record<ShownState, readonly [string, keyof Style | null]>> = {
  waiting: ['·', 'faint'],
  ready: ['○', null],
  running: ['●', 'strong'],
  'waiting-for-quota': ['◔', 'warn'],
  asking: ['?', 'warn'],
  checking: ['◐', 'strong'],
  reviewing: ['◐', 'strong'],
  'qa-blocked': ['?', 'warn'],
  conflicted: ['~', 'warn'],
  'needs-user': ['?', 'warn'],
  setback: ['↻', 'warn'],
  accepted: ['◆', null],
  merging: ['◆', 'strong'],
  merged: ['✔', 'good'],
  failed: ['✖', 'bad'],
  blocked: ['⊘', 'bad'],
  skipped: ['–', 'faint'],
  'done-before': ['✔', 'faint'],
  cancelled: ['■', 'warn'],
  'not-started': ['·', 'faint'],
  unfinished: ['■', 'warn'],
  'not-merged': ['◆', 'warn'],
};

const WIDEST_ID = 24;
const WIDEST_WORD = 26;
const WIDEST_TITLE = 48;
/** `attempt 4` */
const ATTEMPT = 9;
/** `99min 59s` */
const TIME = 9;
const GAP = '  ';

export function screenRows(options: RowOptions): readonly ScreenRow[] {
  const { state } = options;
  const records = [...state.tasks.values()];
  const widest = (texts: readonly string[], most: number): number =>
    Math.min(most, Math.max(0, ...texts.map((text) => stringWidth(clean(text, most)))));
  const columns: Columns = {
    id: widest([...state.tasks.keys()], WIDEST_ID),
    title: widest(
      records.map((record) => titleOf(state, record)),
      Math.min(WIDEST_TITLE, Math.floor(options.width / 3)),
    ),
    word: widest(
      records.map((record) => taskWords(state, record).word),
      WIDEST_WORD,
    ),
  };
  return state.plan.groups.flatMap((group, index) => [
    ...(index === 0 ? [] : [{ text: '', isOpen: false }]),
    groupRow(options, group),
    ...group.tasks.map((id) => taskRow(options, columns, taskRecord(state, id))),
  ]);
}

interface Columns {
  readonly id: number;
  readonly title: number;
  readonly word: number;
}

function titleOf(state: RunState, { id }: TaskRecord): string {
  return state.index.task.get(id)?.title ?? '';
}

function groupRow({ state, width, style }: RowOptions, group: Group): ScreenRow {
  const record = state.groups.get(group.number);
  const validation = record?.validation;
  const checking = state.open.has(`validation:${group.number}`);
  const facts = checking
    ? ', its validation runs'
    : validation === undefined
      ? ''
      : `, its validation ${validation.passed ? 'passed' : 'failed'}`;
  const text = clean(`${group.name}${facts}`, width);
  if (validation?.passed === false && !checking) return { text: style.bad(text), isOpen: false };
  const isOpen = record?.state === 'open';
  return { text: isOpen ? style.strong(text) : style.faint(text), isOpen: false };
}

function taskRow(options: RowOptions, columns: Columns, record: TaskRecord): ScreenRow {
  const { state, now, width, style } = options;
  const shown = shownState(state, record);
  const [sign, paint] = SIGNS[shown];
  const open = openAttempt(record);
  const attempt = shownAttempt(record);
  const ms = open === undefined ? workedMs(record) : now - (open.startedAt ?? open.requestedAt);
  const before = `  ${sign} ${fill(clean(record.id), columns.id)}${GAP}${fill(clean(titleOf(state, record)), columns.title)}${GAP}`;
  const word = fill(taskWords(state, record).word, columns.word);
  const after = [
    fill(attempt === undefined ? '' : `attempt ${attempt.number}`, ATTEMPT),
    (ms === null ? '' : shortDuration(ms)).padStart(TIME),
    noteOf(record),
  ].join(GAP);
  const room = width - stringWidth(before) - stringWidth(word) - GAP.length;
  // Where the columns do not fit, the end of the line is what is lost.
  if (room < 0) return { text: painted(style, paint, cut(before + word, width)), isOpen: isOpenState(shown) };
  const text = `${before}${painted(style, paint, word)}${GAP}${cut(after.trimEnd(), room)}`;
  return {
    text: shown === 'waiting' || isLeftOut(record.state) ? style.faint(cut(before + word, width)) : text,
    isOpen: isOpenState(shown),
  };
}

/** What its agent is at, or why it stands where it stands. */
function noteOf(record: TaskRecord): string {
  const open = openAttempt(record);
  if (record.state.is === 'asking') return clean(record.state.question);
  const error = errorOf(record.state);
  if (error !== null) return clean(error);
  const percent = open?.progress?.percent;
  return [percent === undefined ? '' : `${Math.round(percent)}%`, clean(open?.progress?.step ?? '')]
    .filter((part) => part !== '')
    .join(' ');
}

function painted(style: Style, paint: keyof Style | null, text: string): string {
  return paint === null ? text : style[paint](text);
}

function isOpenState(shown: ShownState): boolean {
  switch (shown) {
    case 'merged':
    case 'skipped':
    case 'done-before':
    case 'failed':
    case 'blocked':
    case 'cancelled':
    case 'not-started':
    case 'unfinished':
    case 'not-merged':
      return false;
    default:
      return true;
  }
}
