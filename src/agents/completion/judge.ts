/**
 * What an agent's signs and its exit mean together. The agent's own word counts before the way it exited:
 *
 * 1. a promised failure, or a summary that says so, is a failure;
 * 2. so is a verdict of the agent's own program that says so, or a missing one where it gives one;
 * 3. a promise, the marker file or a good summary is done, whatever the exit;
 * 4. without a word: killed or a code other than 0 is a failure; a 0 is done only under the `exit-code` rule.
 *
 * "Done" is a claim. Git, the checks and the merged tree prove it later.
 */

import { constants } from 'node:os';

import type { AgentProblem } from '../../core/agent-problem.ts';
import type { Failure } from '../../core/failure.ts';
import { printable } from '../../core/printable.ts';
import type { CompletionRule } from '../../core/settings.ts';
import { lastPart } from '../../process/output-text.ts';
import type { Signs } from './scanner.ts';
import type { Summary } from './summary.ts';

export interface CompletionEvidence {
  readonly signs: Signs;
  /** The marker file was made during the attempt. */
  readonly marker: boolean;
  readonly rule: CompletionRule;
  readonly exit: { readonly code: number | null; readonly signal: string | null };
  /** Of the agent's own program; null when it is well, or when there is none to be had. */
  readonly verdict: AgentProblem | null | undefined;
  /** The last of the agent's output, cleaned. */
  readonly tail: string;
}

export type Judgement = { readonly is: 'done' } | { readonly is: 'failed'; readonly failure: Failure };

/** Made in the worktree by an agent that is done. */
export const MARKER_FILE = '.claude-task-complete';

const DETAIL_BYTES = 2048;

export function judgeCompletion(evidence: CompletionEvidence): Judgement {
  const { signs, exit, tail } = evidence;
  const declared = declaredFailure(signs);
  if (declared !== null) return { is: 'failed', failure: { reason: 'declared-failed', detail: declared } };
  const { verdict } = evidence;
  if (verdict !== undefined && verdict !== null)
    return { is: 'failed', failure: { reason: 'agent-error', ...verdict } };
  if (verdict === null && saysDone(signs, evidence.marker)) return { is: 'done' };
  if (exit.signal !== null) return { is: 'failed', failure: signalFailure(exit.signal, tail) };
  if (exit.code !== null && exit.code !== 0) {
    return { is: 'failed', failure: { reason: 'exit-code', code: exit.code, tail } };
  }
  if (verdict === undefined)
    return { is: 'failed', failure: { reason: 'agent-error', kind: 'no-verdict', detail: tail } };
  if (evidence.rule === 'exit-code' && exit.code === 0) return { is: 'done' };
  const stray = signs.stray === undefined ? {} : { stray: signs.stray };
  return { is: 'failed', failure: { reason: 'no-completion-sign', tail, ...stray } };
}

/** With the status that a shell gives for it, for that is all that is known. */
function signalFailure(signal: string, tail: string): Failure {
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
  return { reason: 'signal', signal, ...(number === undefined ? {} : { status: 128 + number }), tail };
}

/** True when the agent has claimed success and has not declared a failure. */
export function saysDone(signs: Signs, marker: boolean): boolean {
  if (declaredFailure(signs) !== null) return false;
  return signs.promisedDone || marker || signs.summary !== null;
}

/** What the agent says of its failure, possibly nothing; null when it declares none. */
export function declaredFailure(signs: Signs): string | null {
  if (signs.promisedFailure !== null) return signs.promisedFailure;
  return signs.summary !== null && isBad(signs.summary) ? wordsOf(signs.summary) : null;
}

function isBad(summary: Summary): boolean {
  return !summary.taskCompleted || summary.validationPassed === false;
}

function wordsOf(summary: Summary): string {
  const said = summary.errorMessage ?? summary.summary;
  const words = said ?? (summary.taskCompleted ? 'its validation did not pass' : '');
  return lastPart(printable(words), { bytes: DETAIL_BYTES });
}
