/** What an agent is told of its last try: the reason, the output that shows it, and what is expected now. */

import type { Commit } from './attempt.ts';
import { clipStart } from './clip.ts';
import { causeOf, type FailedCheck, type Failure, type Rejection } from './failure.ts';
import type { LimitName } from './isolation.ts';
import { unreachable } from './result.ts';

/** `tip` is where the last try's work is kept. */
export function feedbackOf(failure: Failure, tip?: Commit): string {
  const output = outputOf(failure);
  const shown = output === '' ? '' : `\n${titleOf(failure)}\n\n${indent(output)}\n`;
  return `The last try did not succeed: ${causeOf(failure)}.\n${shown}\n${adviceOn(failure, tip)}\n`;
}

/** Of another agent it is advice, of anybody else an answer. */
export function answerFeedback(question: string, answer: string, by: 'adviser' | 'others'): string {
  const is =
    by === 'adviser'
      ? 'Another agent, which knows the plan and your work so far, answers:'
      : 'The answer is:';
  return `You asked:\n\n${indent(question)}\n\n${is}\n\n${indent(answer)}\n\nGo on from the work on your branch.\n`;
}

/** Bytes of what QA says, and of what a check printed. */
const REPORT_BYTES = 8000;
const CHECK_BYTES = 4000;
const MOST_FINDINGS = 20;

function outputOf(failure: Failure): string {
  switch (failure.reason) {
    case 'exit-code':
    case 'signal':
    case 'no-completion-sign':
    case 'limit':
      return failure.tail;
    case 'merge-test':
    case 'e2e':
    case 'group-validation':
    case 'checks':
    case 'qa-rejected':
      return rejectionOutput(failure);
    case 'nothing-added':
      return rejectionOutput(failure.rejection);
    case 'unresolved':
      return failure.findings.map((finding) => `- ${finding}`).join('\n');
    default:
      return '';
  }
}

function rejectionOutput(rejection: Rejection): string {
  switch (rejection.reason) {
    case 'merge-test':
    case 'group-validation':
      return rejection.output;
    case 'e2e':
      return [...rejection.findings.map((line) => `- ${line}`), ...printed(rejection.output)].join('\n');
    case 'checks':
      return rejection.checks.map(checkOutput).join('\n\n');
    case 'qa-rejected':
      return clipStart(rejection.report, REPORT_BYTES);
    default:
      return unreachable(rejection);
  }
}

function printed(output: string): string[] {
  return output.trim() === '' ? [] : ['', clipStart(output, CHECK_BYTES)];
}

function checkOutput({ name, command, exitCode, detail, findings, output }: FailedCheck): string {
  const rest = findings.length - MOST_FINDINGS;
  const status = exitCode === null || exitCode === undefined ? 'stopped' : `exit ${exitCode}`;
  const lines = [
    `${name}: ${detail}`,
    ...(command === undefined ? [] : [`$ ${command} (${status})`]),
    ...findings.slice(0, MOST_FINDINGS).map(({ path, line, message }) => {
      const place = [path, line].filter((part) => part !== undefined).join(':');
      return place === '' ? `- ${message}` : `- ${place}: ${message}`;
    }),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
    ...(output.trim() === '' ? [] : [clipStart(output, CHECK_BYTES)]),
  ];
  return lines.join('\n');
}

function titleOf(failure: Failure): string {
  const { reason } = failure.reason === 'nothing-added' ? failure.rejection : failure;
  if (reason === 'checks' || reason === 'e2e' || reason === 'unresolved') return 'What was found:';
  return reason === 'qa-rejected' ? 'What QA says:' : 'Its last output:';
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
    case 'unresolved':
      return 'Your branch is as you left it. Mend what was found, and finish again.';
    case 'nothing-changed':
      return 'Make the changes that the task asks for; an unchanged branch does not count.';
    case 'limit':
      return LESS[failure.limit];
    case 'merge-test':
      return 'Your worktree holds your branch merged with what it was tested with. Mend the cause, run the command yourself if you can, and finish again.';
    case 'e2e':
      return 'Your worktree holds your branch merged with what it was tested with. Mend what the browser found, start the application and look yourself if you can, and finish again.';
    case 'group-validation':
      return 'Your branch is as you left it. Mend the cause, run the command yourself if you can, and finish again.';
    case 'checks':
      return 'Your branch is as you left it. Mend what was found, run the checks yourself if you can, and finish again.';
    case 'qa-rejected':
      return 'Your branch is as you left it. Mend what QA found, and finish again; QA looks at all of it anew.';
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
