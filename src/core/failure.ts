/** Why something did not work, as data. `describeFailure` holds the user's wording, and ends with what to do next. */

import { type AgentProblem, agentErrorRemedy, agentErrorWords, inOneLine } from './agent-problem.ts';
import { budgetRemedy, budgetWords } from './budget-words.ts';
import { clipEnd } from './clip.ts';
import type { LimitName } from './isolation.ts';
import { besideWords, type LeftBeside, someOf } from './left-beside.ts';
import type { TaskId } from './plan.ts';
import type { CheckResult } from './proof.ts';
import { unreachable } from './result.ts';
import type { Allowance, Amount } from './usage.ts';

export type Failure =
  /** The agent ended with this exit code and no word of its own. */
  | { readonly reason: 'exit-code'; readonly code: number; readonly tail: string }
  /** Its status is that of a program which the signal ended; an exit with that very number looks the same. */
  | {
      readonly reason: 'signal';
      readonly signal: string;
      /** Absent where the signal has no number here. */
      readonly status?: number;
      readonly tail: string;
    }
  /** The agent could not be started at all. */
  | { readonly reason: 'not-started'; readonly detail: string }
  /** Exit 0, but no completion sign; `stray` is a promise that it printed about no such task. */
  | { readonly reason: 'no-completion-sign'; readonly tail: string; readonly stray?: string }
  /** It says it is done and its branch holds no change. */
  | ({ readonly reason: 'nothing-changed' } & LeftBeside)
  /** The agent's program says that it could not go on. */
  | ({ readonly reason: 'agent-error' } & AgentProblem)
  /** The agent itself said that it failed. */
  | { readonly reason: 'declared-failed'; readonly detail: string }
  | { readonly reason: 'hard-timeout'; readonly afterMs: number }
  | { readonly reason: 'idle-timeout'; readonly afterMs: number }
  /** It was ended because it used more than it may. */
  | {
      readonly reason: 'limit';
      readonly limit: LimitName;
      readonly detail: string;
      readonly tail: string;
    }
  /** It was ended because what it, or its task, may use of money and tokens was used up. */
  | { readonly reason: 'budget'; readonly of: Allowance['of']; readonly whole: Amount }
  /** Preparing the worktree or its set-up command failed. */
  | { readonly reason: 'setup'; readonly detail: string }
  /** The branch left behind does not descend from its base, or cannot be read. */
  | { readonly reason: 'harvest'; readonly detail: string }
  /** The machine or the shim went down under it, again and again. */
  | { readonly reason: 'lost'; readonly times: number }
  | { readonly reason: 'conflict'; readonly paths: readonly string[] }
  /** What was handed in does not resolve the conflict. Why, for whoever handed it in; bounded. */
  | { readonly reason: 'unresolved'; readonly findings: readonly string[] }
  | Rejection
  /** It says it is done with work that was rejected, and has added nothing to it. */
  | { readonly reason: 'nothing-added'; readonly rejection: Rejection }
  /** QA ended without saying what it thinks of the work. */
  | { readonly reason: 'no-verdict'; readonly tail: string }
  /** QA could not look at the work here. */
  | { readonly reason: 'qa-blocked'; readonly report: string };

/** What a failed check tells the next try; bounded. */
export type FailedCheck = Pick<
  CheckResult,
  'name' | 'command' | 'exitCode' | 'detail' | 'output' | 'findings'
>;

/** Who else it takes for a merge to be red. */
interface Partners {
  /** It passes without the work of this other task. */
  readonly together?: TaskId;
  /** It passes with that alone as well: work of still others is needed for it to fail. */
  readonly more?: true;
}

/** The work itself did not pass what was asked of it. */
export type Rejection =
  | { readonly reason: 'checks'; readonly checks: readonly FailedCheck[] }
  | { readonly reason: 'qa-rejected'; readonly report: string }
  | ({
      readonly reason: 'merge-test';
      readonly command: string;
      readonly exitCode: number | null;
      readonly output: string;
    } & Partners)
  /** A browser saw something wrong with the merged application. */
  | ({
      readonly reason: 'e2e';
      readonly findings: readonly string[];
      readonly output: string;
    } & Partners)
  | {
      readonly reason: 'group-validation';
      readonly group: number;
      readonly command: string;
      readonly exitCode: number | null;
      readonly output: string;
    };

/** Bytes. */
const LONGEST_REASON = 300;

/** Two failures with one signature are alike. */
export function failureSignature(failure: Failure): string {
  switch (failure.reason) {
    case 'exit-code':
      return `exit-code:${failure.code}`;
    case 'signal':
      return `signal:${failure.signal}`;
    case 'limit':
      return `limit:${failure.limit}`;
    case 'agent-error':
      return `agent-error:${failure.kind}`;
    case 'budget':
      return `budget:${failure.of}`;
    case 'checks':
      return `checks:${failure.checks.map(({ name }) => name).join(',')}`;
    default:
      return failure.reason;
  }
}

/** One or two sentences for people; output of agents in it is not cleaned of control characters here. */
export function describeFailure(failure: Failure): string {
  const remedy = remedyFor(failure);
  return remedy === '' ? causeOf(failure) : `${causeOf(failure)}; ${remedy}`;
}

/** What a person can do about it; empty where nothing has to be said. */
function remedyFor(failure: Failure): string {
  switch (failure.reason) {
    case 'exit-code':
      return `${commandHint(failure.code)}${SEE}`;
    case 'signal':
    case 'no-verdict':
      return SEE;
    case 'nothing-changed':
      return 'mark the task as verifying only if that is right';
    case 'agent-error':
      return agentErrorRemedy(failure);
    case 'declared-failed':
      return failure.detail === '' ? SEE : '';
    case 'hard-timeout':
      return 'raise --timeout or make the task smaller';
    case 'idle-timeout':
      return `${SEE} for where it hung`;
    case 'limit':
      return `see what it ran, or raise sandbox.${failure.limit}`;
    case 'budget':
      return budgetRemedy(failure);
    case 'lost':
      return 'see whether something on this machine kills processes';
    case 'qa-blocked':
      return 'mend the environment, then resume';
    default:
      return '';
  }
}

const SEE = 'see its log';

/** The same for whoever tries again, to whom such remedies are not open. */
export function causeOf(failure: Failure): string {
  switch (failure.reason) {
    case 'exit-code':
      return `the agent exited with ${failure.code}${lastLine(failure.tail)}`;
    case 'signal':
      return failure.status === undefined
        ? `the agent was ended by ${failure.signal}`
        : `the agent ended with exit ${failure.status}, as after ${failure.signal}`;
    case 'not-started':
      return `the agent could not be started: ${failure.detail}`;
    case 'no-completion-sign':
      return failure.stray === undefined
        ? 'the agent exited without saying that it is done; it must print its promise, create .claude-task-complete or give the JSON summary'
        : `the agent exited without saying that its task is done; it printed the promise "${failure.stray}", which does not give the id of its task`;
    case 'nothing-changed':
      return `the agent says it is done and has changed nothing${besideWords(failure).map(clause).join('')}`;
    case 'agent-error':
      return agentErrorWords(failure);
    case 'declared-failed':
      return failure.detail === ''
        ? 'the agent declared the task failed'
        : `the agent declared the task failed: ${failure.detail}`;
    case 'hard-timeout':
      return `stopped at its time limit of ${seconds(failure.afterMs)}`;
    case 'idle-timeout':
      return `stopped after ${seconds(failure.afterMs)} without any output`;
    case 'limit':
      return `ended at a limit: ${failure.detail}`;
    case 'budget':
      return budgetWords(failure);
    case 'setup':
      return `its worktree could not be set up: ${failure.detail}`;
    case 'harvest':
      return `its work could not be taken over: ${failure.detail}`;
    case 'lost':
      return `it was lost ${failure.times} times with the machine or its shim`;
    case 'conflict':
      return `its branch conflicts with work merged before it in ${someOf(failure.paths)}`;
    case 'unresolved':
      return `what was handed in does not resolve the conflict${unresolvedWords(failure.findings)}`;
    case 'merge-test':
      return `${failure.command} failed on the merged tree (${exitWord(failure.exitCode)})${partners(failure)}`;
    case 'e2e':
      return `a browser found fault with the merged application${inOneLine(failure.findings.join('\n'))}${othersWord(failure.findings.length)}${partners(failure)}`;
    case 'group-validation':
      return `the validation of group ${failure.group} failed (${exitWord(failure.exitCode)}): ${failure.command}`;
    case 'nothing-added':
      return `the agent says it is done and has added nothing to work that does not pass: ${causeOf(failure.rejection)}`;
    case 'checks':
      return `its work did not pass ${failure.checks.map(checkWords).join('; ')}`;
    case 'qa-rejected':
      return `QA rejected its work${inOneLine(failure.report)}`;
    case 'qa-blocked':
      return `QA could not look at its work here${inOneLine(failure.report)}`;
    case 'no-verdict':
      return 'QA ended without a verdict; it must print TASK_APPROVED, TASK_REJECTED or QA_BLOCKED in a promise';
    default:
      return unreachable(failure);
  }
}

function clause(words: string): string {
  return `; ${words}`;
}

function unresolvedWords([first, ...rest]: readonly string[]): string {
  if (first === undefined) return '';
  return `: ${clipEnd(first, LONGEST_REASON)}${rest.length === 0 ? '' : ` (and ${rest.length} more)`}`;
}

/** `tests (npm test, exit 1): 2 of 7 tests fail` */
function checkWords({ name, command, exitCode, detail }: FailedCheck): string {
  const run = command === undefined ? '' : ` (${command}, ${exitWord(exitCode ?? null)})`;
  return `${name}${run}${detail === '' ? '' : `: ${detail}`}`;
}

/** The last line that says something: of a program that ends badly, as a rule the reason. */
function lastLine(tail: string): string {
  const line = tail
    .split('\n')
    .map((each) => each.trim())
    .findLast((each) => /\p{L}/u.test(each));
  return line === undefined ? '' : `: ${clipEnd(line, LONGEST_REASON)}`;
}

/** Another try, started as this one was, would end in the same way. */
export function isForGood(failure: Failure): boolean {
  if (failure.reason === 'agent-error') return failure.kind === 'options';
  return failure.reason === 'exit-code' && isOfShell(failure.code);
}

/** What a shell means by 126 and 127: it has found no program to run. */
function isOfShell(code: number): boolean {
  return code === 126 || code === 127;
}

function commandHint(code: number): string {
  if (!isOfShell(code)) return '';
  return 'where a program exists and is not found in the sandbox, name its folder in sandbox.readable; ';
}

function othersWord(count: number): string {
  return count > 1 ? `, and ${count - 1} more` : '';
}

function partners({ together, more }: Partners): string {
  if (together === undefined) return '';
  return more === true
    ? `: it passes with this work alone, and fails together with that of ${together} and still others`
    : `: it passes with this work alone, and fails together with that of ${together}`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

function exitWord(code: number | null): string {
  return code === null ? 'stopped' : `exit ${code}`;
}
