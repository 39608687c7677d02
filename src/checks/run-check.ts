/** One planned command on the tip: run, run again where a test failed, and compared with the base where it stays red. */

import type { CheckResult } from '../core/proof.ts';
import type { BaselineRequest, Baselines } from './baselines.ts';
import type { Gate } from './gate.ts';
import { flaky, isGreen, isUnavailable, judgeRed, passed, type Sight } from './judge-run.ts';
import type { PlannedCheck } from './plan-checks.ts';
import type { CheckSession, CommandRun } from './session.ts';

export interface CheckContext {
  readonly session: CheckSession;
  readonly gate: Gate;
  readonly baselines: Baselines;
  readonly baseline: Omit<BaselineRequest, 'command' | 'builds'>;
  /** Commands of the base that build. */
  readonly builds: readonly string[];
  readonly reruns: number;
  readonly report: (step: string) => void;
  readonly signal: AbortSignal;
}

export interface CheckedCommand {
  readonly result: CheckResult;
  readonly run: CommandRun;
}

/** Null when the signal ended it. */
export async function runCheck(
  check: PlannedCheck,
  command: string,
  context: CheckContext,
): Promise<CheckedCommand | null> {
  const first = await look(check.name, command, context);
  if (first === null) return null;
  const { run } = first;
  if (isGreen(run)) return { result: passed(check, run), run };
  for (let again = 1; again <= rerunsOf(check, run, context); again += 1) {
    const next = await look(`${check.name}-again-${again}`, command, context);
    if (next === null) return null;
    if (isGreen(next.run)) return { result: flaky(check, first, again), run: next.run };
  }
  const { baseCommand } = check;
  if (baseCommand === undefined) return { result: judgeRed(check, first, null), run };
  context.report(`${check.name} on the base`);
  const base = await runOnBase(check.kind, baseCommand, context);
  return base === null ? null : { result: withBase(judgeRed(check, first, base), base.run), run };
}

/** With how many tests the base has. */
export function withBase(result: CheckResult, { tests }: CommandRun): CheckResult {
  return tests === undefined ? result : { ...result, testsOnBase: tests };
}

/** Null when the signal ended it. */
export function runOnBase(
  kind: PlannedCheck['kind'],
  command: string,
  { baselines, baseline, builds, signal }: CheckContext,
): Promise<Sight | null> {
  return baselines.run({ ...baseline, command, builds: kind === 'build' ? [] : builds }, signal);
}

/** Runs it at the commit of the context. Null when the signal ended it. */
export async function look(
  name: string,
  command: string,
  { session, gate, report, signal }: CheckContext,
): Promise<Sight | null> {
  const run = await gate.pass(async () => {
    if (signal.aborted) return null;
    report(name);
    return session.run(name, command, signal);
  });
  return run === null ? null : { run, text: await session.text(name, command) };
}

/** What ran into its limit of time would do so again, and what cannot be run cannot be flaky. */
function rerunsOf({ kind }: PlannedCheck, run: CommandRun, { reruns }: CheckContext): number {
  const isTest = kind === 'tests' || kind === 'coverage';
  return isTest && run.exitCode !== null && !isUnavailable(run) ? reruns : 0;
}
