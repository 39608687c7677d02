/** The planned commands at the tip: builds first, for others may need what they make, then all the rest side by side. */

import type { CheckResult } from '../core/proof.ts';
import { judgeCoverage } from './line-coverage/judge-coverage.ts';
import type { PlannedCheck } from './plan-checks.ts';
import { type CheckContext, type CheckedCommand, runCheck, runOnBase, withBase } from './run-check.ts';
import type { CommandRun } from './session.ts';

export interface CommandProof {
  readonly checks: readonly PlannedCheck[];
  /** Of a task that leaves dependencies alone an audit would tell nothing. */
  readonly audits: boolean;
  /** In percent. */
  readonly coverage: number | undefined;
}

/** Null when the signal ended it. In the order of the checks. */
export async function proveCommands(
  proof: CommandProof,
  context: CheckContext,
): Promise<readonly CheckResult[] | null> {
  const { checks, audits } = proof;
  const done = new Map<PlannedCheck, CheckedCommand | null>();
  const wanted = checks.filter((check) => audits || check.kind !== 'security-audit');
  for (const stage of [wanted.filter(isBuild), wanted.filter((check) => !isBuild(check))]) {
    const ended = await settleAll(
      stage.map(async (check) => {
        if (check.command !== undefined) done.set(check, await runCheck(check, check.command, context));
      }),
    );
    if (ended !== null) throw ended;
    if ([...done.values()].includes(null)) return null;
  }
  const results = checks.flatMap((check) => done.get(check)?.result ?? notLookedAt(check, audits));
  const covered = await proveCoverage(proof, done, context);
  if (covered === 'stopped') return null;
  if (covered === null) return results;
  const { result, base, of } = covered;
  const counted =
    base === undefined ? results : results.map((each) => (each.name === of ? withBase(each, base) : each));
  return [...counted.filter(({ name }) => name !== 'coverage'), result];
}

/** All have ended when one of them has failed: nothing works on in a slot that is given back. */
async function settleAll(work: readonly Promise<void>[]): Promise<unknown> {
  const ended = await Promise.allSettled(work);
  return ended.find((each) => each.status === 'rejected')?.reason ?? null;
}

function isBuild({ kind }: PlannedCheck): boolean {
  return kind === 'build';
}

function notLookedAt(check: PlannedCheck, audits: boolean): CheckResult[] {
  if (check.kind !== 'security-audit' || audits) return [];
  const { name, critical } = check;
  const detail = 'the task changes no dependency';
  return [{ name, critical, status: 'not run', detail, durationMs: 0, output: '', findings: [] }];
}

interface Covered {
  readonly result: CheckResult;
  /** Of the check of that name, on the base. */
  readonly base?: CommandRun;
  readonly of?: string;
}

/** By the report that tests, or a command of its own, have left; null where nobody asks and none was left. */
async function proveCoverage(
  { checks, coverage: least }: CommandProof,
  done: ReadonlyMap<PlannedCheck, CheckedCommand | null>,
  context: CheckContext,
): Promise<Covered | 'stopped' | null> {
  const own = checks.find(({ kind, command }) => kind === 'coverage' && command !== undefined);
  // Another command that ran at the same time may have seen the report of the tests.
  const left = checks.find((check) => check.kind === 'tests' && done.get(check)?.run.coverage !== undefined);
  const from = own ?? left;
  if (from === undefined && least === undefined) return null;
  const ran = from === undefined ? null : done.get(from);
  // A command of its own that failed says so itself.
  if (own !== undefined && ran?.result.status === 'failed') return null;
  const tip = ran?.run.coverage ?? null;
  const tests = from ?? checks.find(({ kind }) => kind === 'tests');
  const command = tests?.baseCommand;
  const question = { tip, least, command: from?.command };
  if (command === undefined) return { result: judgeCoverage({ ...question, base: null }) };
  context.report('coverage on the base');
  const base = await runOnBase('coverage', command, context);
  if (base === null) return 'stopped';
  const result = judgeCoverage({ ...question, base: base.run.coverage ?? null });
  return { result, base: base.run, ...(tests === undefined ? {} : { of: tests.name }) };
}
