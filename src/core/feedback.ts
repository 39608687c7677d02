/** What an agent is told of its last try: the reason, the output that shows it, and what is expected now. */

import type { Commit } from './attempt.ts';
import { describeFailure, type Failure } from './failure.ts';
import type { LimitName } from './isolation.ts';

/** `tip` is where the last try's work is kept. */
export function feedbackOf(failure: Failure, tip?: Commit): string {
  const output = outputOf(failure);
  const shown = output === '' ? '' : `\nIts last output:\n\n${indent(output)}\n`;
  return `The last try did not succeed: ${describeFailure(failure)}.\n${shown}\n${adviceOn(failure, tip)}\n`;
}

export function answerFeedback(question: string, answer: string): string {
  return `You asked:\n\n${indent(question)}\n\nThe answer is:\n\n${indent(answer)}\n\nGo on from the work on your branch.\n`;
}

function outputOf(failure: Failure): string {
  switch (failure.reason) {
    case 'exit-code':
    case 'signal':
    case 'no-completion-sign':
    case 'limit':
      return failure.tail;
    case 'merge-test':
    case 'group-validation':
      return failure.output;
    case 'nothing-added':
      return failure.rejection.output;
    default:
      return '';
  }
}

const AS_LEFT = 'Your branch is as you left it.';

const LESS: Readonly<Record<LimitName, string>> = {
  memory: `${AS_LEFT} Do it with less memory: run fewer things at once, and look for what grows without end.`,
  processes: `${AS_LEFT} Run fewer processes at once, end those that are left, and look for what starts itself again.`,
  disk: `${AS_LEFT} Write less to the disk, and remove what is not needed any more.`,
  cpu: `${AS_LEFT} Go on from there.`,
  openFiles: `${AS_LEFT} Close files that are not needed any more.`,
};

function adviceOn(failure: Failure, tip: Commit | undefined): string {
  switch (failure.reason) {
    case 'conflict':
      return `Start again from the present state of the integration branch, which your worktree holds now.${tip === undefined ? '' : ` Your earlier work is commit ${tip}: take over what still fits.`}`;
    case 'nothing-changed':
      return 'Make the changes that the task asks for; an unchanged branch does not count.';
    case 'limit':
      return LESS[failure.limit];
    case 'merge-test':
      return 'Your worktree holds your branch merged with what it was tested with. Mend the cause, run the command yourself if you can, and finish again.';
    case 'group-validation':
      return 'Your branch is as you left it. Mend the cause, run the command yourself if you can, and finish again.';
    case 'nothing-added':
      return 'Your branch is as you left it, and the same files do not count again. Mend the cause, run the command yourself if you can; if the task cannot be done, declare it failed.';
    default:
      return 'Your branch is as you left it. Go on from there.';
  }
}

// Four spaces, so that nothing in it reads as a heading or a promise of its own line.
function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
