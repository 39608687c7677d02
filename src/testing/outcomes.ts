/** How attempts and what is done of their work end, in a word. */

import type { AttemptOutcome } from '../core/attempt.ts';
import type { CommandResult, InstallResult } from '../core/event.ts';
import { reviewedOutcome } from './proofs.ts';

export function installed(): InstallResult {
  return { is: 'installed', commit: 'with-packages', files: ['package.json'] };
}

export function approve(): AttemptOutcome {
  return reviewedOutcome('approved');
}

export function resultOf(command: string, passed: boolean): CommandResult {
  return { command, passed, exitCode: passed ? 0 : 1, durationMs: 1, output: passed ? '' : 'it failed' };
}

export function doneOutcome(tip: string): AttemptOutcome {
  return {
    is: 'done',
    work: { tip, commits: 1, files: ['a'], linesAdded: 1, linesRemoved: 0 },
    usage: {},
    exitCode: 0,
  };
}

export function advisedOutcome(text: string): AttemptOutcome {
  return { is: 'advised', advice: { is: 'answer', text }, usage: {}, exitCode: 0 };
}

export function failedOutcome(code: number): AttemptOutcome {
  return { is: 'failed', failure: { reason: 'exit-code', code, tail: '' }, usage: {}, exitCode: code };
}
