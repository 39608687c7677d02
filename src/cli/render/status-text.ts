/** What `cox status` prints. */

import stringWidth from 'string-width';
import { usedByTask } from '../../core/budget.ts';
import { isDeclined, openQuestion } from '../../core/open-question.ts';
import { planTitle } from '../../core/plan-title.ts';
import type { RunState } from '../../core/run-state.ts';
import { reviewerOf, type TaskRecord } from '../../core/task-state.ts';
import { unusualAgent } from '../../views/agent-words.ts';
import { resolutionWords } from '../../views/conflict-facts.ts';
import { conflictSteps } from '../../views/conflict-steps.ts';
import { dependencyWords } from '../../views/dependency-facts.ts';
import { clockDuration, shortDuration, utcTime } from '../../views/duration.ts';
import { foreseenLines } from '../../views/foreseen.ts';
import { heldWords } from '../../views/held-words.ts';
import { leftNotes } from '../../views/left-notes.ts';
import { asLeft, stepAsLeft } from '../../views/left-run.ts';
import { usedInRun, usedWords } from '../../views/money.ts';
import { againWords, answerCommand, resumeCommand } from '../../views/next-steps.ts';
import { countStates, type RunStatusWord, runStatusWord, tasksToDo } from '../../views/status.ts';
import { agentOf, errorOf, openAttempt, shownAttempt, workedMs } from '../../views/task-facts.ts';
import { taskWords } from '../../views/task-words.ts';
import { limitLines } from '../../views/throttles.ts';
import { cells } from './bar.ts';
import { clean, cut, fill } from './clean.ts';
import { progressLine } from './progress.ts';
import type { Style } from './style.ts';

export interface StatusTextOptions {
  readonly state: RunState;
  /** A living process holds the run's lease. */
  readonly alive: boolean;
  /** When whoever drives or drove the run last gave a sign; null when that is not known. */
  readonly seenAt: number | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Columns. */
  readonly width: number;
  readonly style: Style;
}

const LONGEST_RULE = 53;
const LONGEST_ID = 32;
const MOST_FORESEEN = 10;

export function statusText(given: StatusTextOptions): readonly string[] {
  const options = given.alive ? given : { ...given, state: asLeft(given.state, given.seenAt) };
  const { state, width, style } = options;
  const records = [...state.tasks.values()];
  const rule = ruleOf(width, style);
  const open = records.filter((record) => openAttempt(record) !== undefined);
  const rest = records.filter((record) => openAttempt(record) === undefined);
  const idWidth = widthOfIds(rest);
  return [
    ...header(options),
    rule,
    '',
    ...open.flatMap((record) => [...dashboard(options, record), '']),
    ...rest.map((record) => row(options, record, idWidth)),
    ...(rest.length > 0 ? [''] : []),
    ...conflictLines(options),
    ...throttleLines(options),
    ...heldLines(options),
    rule,
    clean(countsLine(options), width),
    ...usedLine(options),
    // Commands are not cut: a shortened one is of no use.
    ...conflictHelp(state),
    ...noteLines(state),
    ...nextStep(state, runStatusWord(state, options.alive)).map((line) => clean(line)),
  ];
}

export function widthOfIds(records: readonly TaskRecord[]): number {
  const widest = records.reduce((most, { id }) => Math.max(most, stringWidth(clean(id))), 0);
  return Math.min(LONGEST_ID, widest);
}

export function ruleOf(width: number, style: Style): string {
  return style.faint('━'.repeat(Math.max(1, Math.min(LONGEST_RULE, width))));
}

function header({ state, alive, width, style }: StatusTextOptions): string[] {
  const { plan } = state;
  const title = `Parallel Execution: ${planTitle(plan)} (Started: ${utcTime(state.createdAt)})`;
  return [
    style.strong(clean(title, width)),
    runLine({ state, alive, width, style }),
    clean(`Progress: ${progressLine(state)}`, width),
    ...dependencyLines(state, width),
  ];
}

type RunLineOptions = Pick<StatusTextOptions, 'state' | 'alive' | 'width' | 'style'>;

export function runLine({ state, alive, width, style }: RunLineOptions): string {
  const status = runStatusWord(state, alive);
  // The word of the JSON counts it as failed, for scripts; a reader is told what it was.
  const isCancelled = state.phase.is === 'finished' && state.phase.status === 'cancelled';
  const word = isCancelled ? 'CANCELLED' : status.toUpperCase();
  return paintStatus(clean(`Run: ${state.run} | Status: ${word}`, width), status, style);
}

export function dependencyLines(state: RunState, width: number): string[] {
  const words = dependencyWords(state);
  return words === null ? [] : [clean(`Dependencies: ${words}`, width)];
}

export function conflictLines({ state, width, style }: StatusTextOptions): string[] {
  const lines = foreseenLines(state);
  const shown = lines.slice(0, MOST_FORESEEN);
  const rest = lines.length - shown.length;
  const all = [...shown, ...(rest > 0 ? [`… and ${rest} more`] : [])];
  return lines.length === 0 ? [] : [...all.map((line) => style.warn(clean(line, width))), ''];
}

export function throttleLines({ state, now, width, style }: StatusTextOptions): string[] {
  const lines = limitLines(state, now).map((line) => style.warn(clean(line, width)));
  return lines.length === 0 ? [] : [...lines, ''];
}

/** What of the plan is left for another run. */
export function heldLines({ state, width, style }: StatusTextOptions): string[] {
  const words = heldWords(state.plan);
  return words === null ? [] : [style.warn(clean(`Not run: ${words}`, width)), ''];
}

function usedLine({ state, width }: StatusTextOptions): string[] {
  const used = usedInRun(state);
  return used === null ? [] : [clean(`Used: ${used}`, width)];
}

export function countsLine(options: StatusTextOptions): string {
  const { state } = options;
  const counts = countStates(state);
  const total = tasksToDo(counts);
  return `Completed: ${counts.merged}/${total} | Failed: ${counts.failed}/${total} | Runtime: ${runtimeOf(options)}`;
}

/** From the run's first event to its end, or to where it was left; of a run that died, to its last sign of life. */
export function runtimeOf(options: Pick<StatusTextOptions, 'state' | 'alive' | 'seenAt' | 'now'>): string {
  const { state, alive, seenAt, now } = options;
  const { phase, lastDrivenAt, createdAt } = state;
  const last = phase.is !== 'running' ? phase.at : alive ? now : Math.max(lastDrivenAt, seenAt ?? 0);
  return clockDuration(last - createdAt);
}

export function paintStatus(text: string, status: RunStatusWord, style: Style): string {
  if (status === 'succeeded') return style.good(text);
  return status === 'running' ? text : style[status === 'failed' ? 'bad' : 'warn'](text);
}

function whoOf(state: RunState, record: TaskRecord): string {
  const role = openAttempt(record)?.role;
  if (role === 'qa') return `QA${by(state, record)}`;
  if (role === 'adviser') return 'Adviser';
  return role === 'resolver' ? 'Resolver' : `Agent: ${agentOf(state, record)}`;
}

/** A task whose agent runs, in three lines. */
function dashboard({ state, now, width, style }: StatusTextOptions, record: TaskRecord): string[] {
  const { phase } = state;
  const open = openAttempt(record);
  const title = state.index.task.get(record.id)?.title ?? '';
  const who = whoOf(state, record);
  // The agent may be at work all the same; of it nobody knows.
  const [status, until] = phase.is === 'running' ? [record.state.is, now] : ['interrupted', phase.at];
  const percent = open?.progress?.percent;
  const used = usedWords(usedByTask(record));
  const parts = [
    `Status: ${status.toUpperCase().replaceAll('-', '_')}`,
    ...(percent === undefined ? [] : [`Progress: ${cells(percent / 100)} ${Math.round(percent)}%`]),
    `Attempt: ${open?.number ?? 1}`,
    ...(open === undefined ? [] : [`Time: ${shortDuration(until - (open.startedAt ?? open.requestedAt))}`]),
    ...(used === null ? [] : [`Used: ${used}`]),
  ];
  const step = open?.progress?.step;
  const doer = open === undefined ? null : unusualAgent(state, open);
  return [
    style.strong(clean(`${who} (${record.id}: ${title})`, width)),
    clean(parts.join(' | '), width),
    ...(doer === null ? [] : [clean(`By: ${doer}`, width)]),
    ...(step === undefined ? [] : [clean(`Current: ${stepAsLeft(state, step)}`, width)]),
  ];
}

function by(state: RunState, record: TaskRecord): string {
  const reviewer = reviewerOf(record.state, state.index.task.get(record.id));
  return reviewer === undefined ? '' : ` by ${reviewer}`;
}

export function row({ state, width, style }: StatusTextOptions, record: TaskRecord, idWidth: number): string {
  const { icon, word } = taskWords(state, record);
  const attempt = shownAttempt(record);
  const doer = attempt === undefined ? null : unusualAgent(state, attempt);
  const ms = workedMs(record);
  const used = usedWords(usedByTask(record));
  const error = errorOf(record.state);
  const resolved = resolutionWords(state, record.id);
  const facts = [
    word,
    ...(attempt === undefined ? [] : [`attempt ${attempt.number}`]),
    ...(doer === null ? [] : [`by ${doer}`]),
    ...(ms === null ? [] : [shortDuration(ms)]),
    ...(used === null ? [] : [used]),
    ...(record.state.is === 'checking' && record.state.step !== undefined ? [record.state.step] : []),
    ...questionWords(record),
    ...(error === null ? [] : [error]),
    ...(resolved === null ? [] : [resolved]),
  ];
  const text = cut(`${icon} ${fill(clean(record.id), idWidth)} ${clean(facts.join(', '))}`, width);
  return record.state.is === 'failed' ? style.bad(text) : text;
}

function questionWords(record: TaskRecord): string[] {
  const { state } = record;
  if (state.is !== 'asking' || isDeclined(record)) return [];
  const { question, adviser, unadvised } = state;
  return [
    `"${question}"`,
    ...(adviser === undefined ? [] : ['goes to the adviser']),
    ...(unadvised === undefined ? [] : [`the adviser: ${unadvised}`]),
  ];
}

/** What is no part of a task's work, and where it is. */
export function noteLines(state: RunState): string[] {
  return [...state.tasks.values()].flatMap((record) =>
    leftNotes(record).map((note) => clean(`${record.id}, ${note}`)),
  );
}

/** What the user has to do about conflicts, command by command. */
export function conflictHelp(state: RunState): string[] {
  return [...state.tasks.values()].flatMap((record) => {
    const steps = conflictSteps(state, record) ?? [];
    if (steps.length === 0) return [];
    const lines = steps.flatMap(({ what, code }) => [`  # ${clean(what)}`, `  ${clean(code)}`]);
    return [clean(`${record.id} needs you to resolve its conflict:`), ...lines];
  });
}

/** What the run waits for, or what goes on; untrusted text may be part of it. */
export function nextStep(state: RunState, status: RunStatusWord): string[] {
  const answers = [...state.tasks.values()].flatMap((record) => {
    const question = openQuestion(record);
    return question === null ? [] : `${record.id} waits for an answer: ${answerCommand(record.id, question)}`;
  });
  switch (status) {
    case 'interrupted':
      return [...answers, `Go on with: ${resumeCommand(state)}`];
    case 'failed':
      return [`${againWords(state)}: cox resume ${state.run} --retry-failed`];
    case 'paused':
      return [...answers, 'Nothing new starts until the pause is over.'];
    case 'running':
    case 'succeeded':
      return answers;
  }
}
