/** Exit codes, and how what ends a command becomes one. */

import type { ConfigProblem } from '../config/problem.ts';
import type { Owner, SuspendReason } from '../core/event.ts';
import { unreachable } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import type { Refusal, RunEnd } from '../engine/api.ts';

export const EXIT = {
  ok: 0,
  /** The work failed: an invalid plan, a failed task, a failed check. */
  failed: 1,
  /** Asked wrongly. */
  usage: 2,
  /** Refused before anything was made. */
  refused: 3,
  /** Stopped as asked, unfinished. */
  unfinished: 4,
  interrupted: 130,
  terminated: 143,
} as const;

/** A command cannot go on; said on standard error as it is. */
export interface Stop {
  readonly code: number;
  readonly message: string;
  readonly remedy: string;
}

export function stopOf(refusal: Refusal): Stop {
  return { code: refusalCode(refusal.reason), message: refusal.message, remedy: refusal.remedy };
}

function refusalCode(reason: Refusal['reason']): number {
  switch (reason) {
    case 'no-such-run':
    case 'ambiguous-run':
    case 'no-such-task':
    case 'no-such-branch':
      return EXIT.usage;
    case 'not-possible':
    case 'repository':
    case 'owned':
    case 'finished':
    case 'store':
      return EXIT.refused;
    case 'outside':
      return EXIT.unfinished;
    default:
      return unreachable(reason);
  }
}

export function stopOfOwner(run: string, { pid, host }: Owner): Stop {
  return {
    code: EXIT.refused,
    message: `run ${run} is driven by process ${pid} on ${host}`,
    remedy: 'Watch it with `cox status --watch`, wait for it with `cox wait`, or stop it with `cox cancel`.',
  };
}

export function stopOfConfig(problems: readonly ConfigProblem[]): Stop {
  const lines = problems.map(({ where, message, remedy }) => `${where} ${message}. ${remedy}`);
  const [first = '', ...others] = lines;
  return { code: EXIT.usage, message: [first, ...others].join('\n'), remedy: '' };
}

export function endCode(end: RunEnd): number {
  if (end.is === 'suspended') return suspendCode(end.reason);
  return end.status === 'succeeded' ? EXIT.ok : EXIT.failed;
}

function suspendCode(reason: SuspendReason): number {
  switch (reason) {
    case 'interrupted':
      return EXIT.interrupted;
    case 'terminated':
      return EXIT.terminated;
    case 'dependencies':
      return EXIT.failed;
    case 'checkpoint':
    case 'budget':
    case 'question':
    case 'credentials':
    case 'qa-blocked':
    case 'conflict':
    case 'branch-moved':
      return EXIT.unfinished;
    default:
      return unreachable(reason);
  }
}

/** How the run has ended, or was left; null while it goes on. */
export function endOf({ phase }: RunState): RunEnd | null {
  switch (phase.is) {
    case 'running':
      return null;
    case 'suspended':
      return { is: 'suspended', reason: phase.reason };
    case 'finished':
      return { is: 'finished', status: phase.status };
    default:
      return unreachable(phase);
  }
}
