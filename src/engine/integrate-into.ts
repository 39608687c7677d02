/** The merge of proven work into a branch of the user's: made on objects, tested, and only then the branch's. */

import type { Commit } from '../core/attempt.ts';
import { type IntoOutcome, weight } from '../core/integrated.ts';
import type { CheckResult } from '../core/proof.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import type { CombinedRequest } from '../ports/combined-prover.ts';
import type { Obstacle } from '../ports/target-branch.ts';
import type { Refusal } from './api.ts';
import type { Integrating } from './integrating.ts';
import { subject } from './subject.ts';

export type Target =
  | { readonly is: 'held'; readonly branch: string; readonly commit: Commit; readonly completed: boolean }
  | { readonly is: 'open'; readonly branch: string; readonly from: Commit };

/** Before anything is run: whether the branch can be moved at all. Null when none is named. */
export async function beforeChecks(
  tip: Commit,
  { parts, state, options }: Integrating,
): Promise<Result<Target | null, Refusal>> {
  const branch = options.into;
  if (branch === undefined) return ok(null);
  const { history, target } = parts.integration;
  const own = ownBranch(state, branch);
  if (own !== null)
    return err(notPossible(`${branch} is ${own}`, 'Name the branch it is to be merged into.'));
  const completed = await target.complete(branch);
  if (completed?.is === 'behind') return err(notPossible(completed.message, completed.remedy));
  const from = await history.branch(branch);
  if (from === null)
    return err({
      reason: 'no-such-branch',
      message: `there is no branch ${branch}`,
      remedy: 'Name one that `git branch` lists.',
    });
  if (await history.contains(from, tip))
    return ok({ is: 'held', branch, commit: from, completed: completed !== null });
  const against = await target.obstacles({ branch, from, to: tip }, options.ignoreDirty);
  return against.length > 0 ? err(inTheWay(against)) : ok({ is: 'open', branch, from });
}

/** What the run has the branch for; null for one of the user's. */
function ownBranch(state: RunState, branch: string): string | null {
  if (branch === state.integration.branch) return 'the integration branch itself';
  for (const { id, attempts } of state.tasks.values())
    if (attempts.some((attempt) => attempt.branch === branch)) return `the branch of ${id}`;
  return null;
}

interface Into {
  readonly target: Target;
  readonly request: CombinedRequest;
  /** Of the work itself. */
  readonly failed: readonly string[];
}

export async function mergeInto(
  { target, request, failed }: Into,
  integrating: Integrating,
): Promise<IntoOutcome | 'stopped'> {
  const { branch } = target;
  if (target.is === 'held') return target;
  if (failed.length > 0) return { is: 'unproven', branch, checks: failed };
  const { parts, state } = integrating;
  const { tip } = request;
  const { from } = target;
  const message = subject(`Merge ${state.integration.branch}: ${state.plan.title ?? state.plan.name}`);
  const merge = { run: state.run, onto: from, tip, strategy: 'merge', message } as const;
  const merged = await parts.ports.merger.merge(merge);
  if (merged.is === 'conflict') return { is: 'conflict', branch, paths: merged.paths };
  const proven = await proveMerge(merged.commit, { request, from }, integrating);
  if (proven !== null) return proven === 'stopped' ? proven : { ...proven, branch };
  return moveTarget({ branch, from, to: merged.commit }, integrating);
}

/** Null when nothing speaks against it. Where the branch has nothing of its own, the work was proven as it will be. */
async function proveMerge(
  commit: Commit,
  { request, from }: { readonly request: CombinedRequest; readonly from: Commit },
  { parts, options }: Integrating,
): Promise<{ readonly is: 'red'; readonly checks: readonly CheckResult[] } | 'stopped' | null> {
  const { history, combined } = parts.integration;
  if (await history.contains(request.tip, from)) return null;
  // Scopes and contracts are those of the work, which were looked at already.
  const onMerge = { ...request, base: from, tip: commit, works: [], contracts: [] };
  const report = (step: string): void => options.report(`${step} on the merge`);
  const proof = await combined.prove(onMerge, report, options.signal);
  if (proof === null) return 'stopped';
  const red = proof.checks.filter((check) => weight(check) === 'failed');
  return red.length === 0 ? null : { is: 'red', checks: red };
}

async function moveTarget(
  move: { readonly branch: string; readonly from: Commit; readonly to: Commit },
  { parts, state, options, isOurs }: Integrating,
): Promise<IntoOutcome | 'stopped'> {
  const { target } = parts.integration;
  const { branch, from, to } = move;
  if (options.signal.aborted) return 'stopped';
  const again = `Call it again: \`cox integrate ${state.run} --into ${branch}\`.`;
  if (!(await isOurs()))
    return { is: 'refused', branch, message: 'another process has taken the run over', remedy: again };
  const against = await target.obstacles(move, options.ignoreDirty);
  if (against.length > 0) return { is: 'refused', branch, ...inTheWay(against) };
  const moved = await target.move(move, `cox integrate ${state.run}: merge`);
  switch (moved.is) {
    case 'moved':
      return { is: 'merged', branch, from, commit: to };
    case 'behind':
      return { ...moved, branch, commit: to };
    case 'elsewhere': {
      const where = moved.actual === null ? 'is gone' : `was moved to ${moved.actual.slice(0, 12)}`;
      return { is: 'refused', branch, message: `${branch} ${where} while the checks ran`, remedy: again };
    }
  }
}

function inTheWay(against: readonly Obstacle[]): Refusal {
  return {
    reason: 'repository',
    message: against.map(({ message }) => message).join('\n'),
    remedy: [...new Set(against.map(({ remedy }) => remedy))].join(' '),
  };
}

function notPossible(message: string, remedy: string): Refusal {
  return { reason: 'not-possible', message, remedy };
}
