/** The few lines a run ends with. */

import type { RunState } from '../../core/run-state.ts';
import { shellWord } from '../../core/shell-word.ts';
import { isLeftOut } from '../../core/task-state.ts';
import { dependencyWords } from '../../views/dependency-facts.ts';
import { shortDuration } from '../../views/duration.ts';
import { efficiencyOf } from '../../views/efficiency.ts';
import { heldWords } from '../../views/held-words.ts';
import { keptBranches } from '../../views/kept-branches.ts';
import { usedInRun } from '../../views/money.ts';
import { againWords, mergingForGood, resumeCommand } from '../../views/next-steps.ts';
import { mergedWork } from '../../views/report.ts';
import { countStates, tasksToDo } from '../../views/status.ts';
import { errorOf } from '../../views/task-facts.ts';
import { taskWords } from '../../views/task-words.ts';
import { clean } from './clean.ts';
import { conflictHelp, noteLines } from './status-text.ts';
import type { Style } from './style.ts';

const MOST_LISTED = 20;

export function reportText(state: RunState, width: number, style: Style): readonly string[] {
  return [
    headline(state, width, style),
    ...facts(state).map((line) => clean(line, width)),
    ...failedInstall(state).map((line) => style.warn(clean(line))),
    ...listed(notMerged(state)).map((line) => style.warn(`  ${clean(line, width - 2)}`)),
    ...heldLine(state).map((line) => style.warn(clean(line, width))),
    ...failedValidations(state).map((line) => style.warn(`  ${clean(line, width - 2)}`)),
    ...keptLines(state, width),
    ...conflictHelp(state),
    ...listed(noteLines(state)).map((line) => style.warn(line)),
    ...next(state).map((line) => clean(line)),
  ];
}

function headline(state: RunState, width: number, style: Style): string {
  const { phase } = state;
  const counts = countStates(state);
  const merged = `${counts.merged} of ${tasksToDo(counts)} tasks merged`;
  if (isIdle(state)) return style.good(clean(`Run ${state.run} succeeded: nothing was left to do`, width));
  if (phase.is === 'finished') {
    const text = clean(
      `Run ${state.run} ${phase.status}: ${merged} in ${shortDuration(phase.at - state.createdAt)}`,
      width,
    );
    return phase.status === 'succeeded' ? style.good(text) : style.bad(text);
  }
  const word = phase.is === 'suspended' ? `left (${phase.reason})` : 'goes on';
  return style.warn(clean(`Run ${state.run} ${word}: ${merged} so far`, width));
}

function heldLine({ plan }: RunState): string[] {
  const words = heldWords(plan);
  return words === null ? [] : [`Not run: ${words}`];
}

/** Everything was done before, or skipped. */
function isIdle(state: RunState): boolean {
  const { phase } = state;
  return phase.is === 'finished' && phase.status === 'succeeded' && tasksToDo(countStates(state)) === 0;
}

function facts(state: RunState): string[] {
  const work = mergedWork(state);
  const efficiency = efficiencyOf(state);
  const words = dependencyWords(state);
  const used = usedInRun(state);
  return [
    `Integration branch: ${state.integration.branch} (${work.files} file${work.files === 1 ? '' : 's'}, +${work.linesAdded} -${work.linesRemoved})`,
    ...(words === null ? [] : [`Dependencies: ${words}`]),
    ...(used === null ? [] : [`Used: ${used}`]),
    ...(efficiency === null
      ? []
      : [
          `Parallel efficiency: ${Math.round(efficiency.ratio * 100)}% (vs ${efficiency.from === 'estimates' ? 'sequential estimate' : 'sum of attempts'})`,
        ]),
  ];
}

function notMerged(state: RunState): string[] {
  return [...state.tasks.values()]
    .filter((record) => record.state.is !== 'merged' && !isLeftOut(record.state))
    .map((record) => {
      const { icon, word } = taskWords(state, record);
      const error = errorOf(record.state);
      return `${icon} ${record.id} ${word}${error === null ? '' : `: ${error}`}`;
    });
}

/** Whole: the reason stands in it, and what to do. */
function failedInstall({ dependencies }: RunState): string[] {
  if (dependencies.is !== 'failed') return [];
  const { command, output } = dependencies.result;
  return [`❌ ${command} failed:`, ...output.split('\n').map((line) => `     ${line}`)];
}

function failedValidations(state: RunState): string[] {
  return [...state.groups.values()].flatMap(({ number, validation }) =>
    validation === undefined || validation.passed
      ? []
      : [`❌ the validation of group ${number} failed: ${validation.command}`],
  );
}

/** Commands are not cut: a shortened one is of no use. */
function keptLines(state: RunState, width: number): string[] {
  const kept = keptBranches(state);
  if (kept.length === 0) return [];
  const lines = kept.map(({ task, command }) => `${task}: ${command}`);
  return [
    clean('Work that is kept on its branch:', width),
    ...listed(lines).map((line) => `  ${clean(line)}`),
  ];
}

function listed(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LISTED) return lines;
  return [...lines.slice(0, MOST_LISTED - 1), `… and ${lines.length - MOST_LISTED + 1} more`];
}

function next(state: RunState): string[] {
  if (state.phase.is === 'suspended') return [`Go on with: ${resumeCommand(state)}`];
  if (isIdle(state)) return [];
  if (state.phase.is !== 'finished' || state.phase.status === 'succeeded') {
    return state.phase.is === 'finished'
      ? [`Check it and take it over with: ${mergingForGood(state, '').code}`]
      : [];
  }
  return [...logHint(state), `${againWords(state)}: cox resume ${state.run} --retry-failed`];
}

function logHint(state: RunState): string[] {
  const failed = [...state.tasks.values()].find(
    (record) => record.state.is === 'failed' && record.attempts.length > 0,
  );
  if (failed === undefined) return [];
  return [`See what an agent did with: cox logs ${shellWord(failed.id)} --run ${state.run}`];
}
