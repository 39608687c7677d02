/**
 * The combined work of a run: its checks, the search for what broke one, and the merge into a branch of the user's. It is
 * no part of the run: nothing of it is in the log, and it can be asked for as often as one likes.
 */

import type { Commit } from '../core/attempt.ts';
import { failuresOf, type Integrated } from '../core/integrated.ts';
import { err, ok, type Result } from '../core/result.ts';
import { hadAnythingToDo, type RunState } from '../core/run-state.ts';
import type { RunSettings } from '../core/settings.ts';
import type { TaskRecord } from '../core/task-state.ts';
import type { CombinedRequest, MergedWork } from '../ports/combined-prover.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { Fence } from '../ports/store.ts';
import type { CoxApi, IntegrateOptions, Refusal } from './api.ts';
import { checkIsolation } from './attempt-spec.ts';
import { findGuilty } from './find-guilty.ts';
import { beforeChecks, mergeInto } from './integrate-into.ts';
import type { Integrating } from './integrating.ts';
import { withLease } from './lease.ts';
import type { CoxParts } from './parts.ts';
import { protectionFor } from './protection.ts';
import { planFolder } from './prove-work.ts';

export async function integrateRun(
  run: string,
  options: IntegrateOptions,
  parts: CoxParts & Pick<CoxApi, 'read'>,
): Promise<Result<Integrated | null, Refusal>> {
  const work = async (fence: Fence): Promise<Result<Integrated | null, Refusal>> => {
    const state = await parts.read(run);
    if (!state.ok) return state;
    const isOurs = (): Promise<boolean> => parts.store.renewLease(run, fence);
    return integrate({ parts, state: state.value, options, isOurs });
  };
  try {
    const done = await withLease(run, parts, work);
    return done.ok ? done.value : done;
  } catch (error) {
    if (!(error instanceof OutsideFailure)) throw error;
    return err({
      reason: 'outside',
      message: `run ${run} cannot be integrated: ${error.message}`,
      remedy: 'Mend that, then call it again. What was found is kept.',
    });
  }
}

async function integrate(integrating: Integrating): Promise<Result<Integrated | null, Refusal>> {
  const { parts, state, options } = integrating;
  const { base } = state;
  const place = await findTip(integrating);
  if (!place.ok) return place;
  const protection = await protectionFor(state.settings.isolation, parts.ports.sandbox);
  if (!protection.ok) return protection;
  const { tip, branchIsGone } = place.value;
  const target = await beforeChecks(tip, integrating);
  if (!target.ok) return target;
  const line = await parts.integration.history.line(base, tip);
  const request = combinedRequest(state, tip);
  const proof = await parts.integration.combined.prove(request, options.report, options.signal);
  if (proof === null) return ok(null);
  const search = await findGuilty({ request, proof, line }, integrating);
  if (search === null) return ok(null);
  const failed = failuresOf(proof);
  const into =
    target.value === null ? null : await mergeInto({ target: target.value, request, failed }, integrating);
  if (into === 'stopped') return ok(null);
  const foreign = foreignCommits(state, line);
  const at = parts.clock.now();
  return ok({
    at,
    base,
    tip,
    branchIsGone,
    foreign,
    proof,
    search: search.is === 'none' ? null : search.search,
    into,
  });
}

async function findTip({
  parts,
  state,
}: Integrating): Promise<Result<{ readonly tip: Commit; readonly branchIsGone: boolean }, Refusal>> {
  const { branch, tip } = state.integration;
  if (!hadAnythingToDo(state)) {
    const message = `run ${state.run} had nothing to do: all of its plan was done before`;
    return err({
      reason: 'not-possible',
      message,
      remedy: 'Name the plan, or the run that has done the work.',
    });
  }
  if (![...state.tasks.values()].some(({ state: { is } }) => is === 'merged')) {
    const message = `nothing of run ${state.run} is merged yet`;
    return err({ reason: 'not-possible', message, remedy: `Go on with it: \`cox resume ${state.run}\`.` });
  }
  const { history } = parts.integration;
  const actual = await history.branch(branch);
  if (actual === null) return ok({ tip, branchIsGone: true });
  if (await history.contains(actual, tip)) return ok({ tip: actual, branchIsGone: false });
  return err({
    reason: 'not-possible',
    message: `${branch} stands at ${actual.slice(0, 12)}, which does not hold the work of run ${state.run}`,
    remedy: `Put it back with \`git branch -f ${branch} ${tip.slice(0, 12)}\`, or merge that into it.`,
  });
}

function combinedRequest(state: RunState, tip: Commit): CombinedRequest {
  const { run, base, plan, tasks } = state;
  const contracts = plan.tasks.flatMap((task) => task.contracts);
  // Files of the plan's own folder of contracts count whether or not a task names them.
  const shared = plan.context.map(({ path }) => path).filter((path) => path.startsWith('contracts/'));
  return {
    run,
    base,
    tip,
    works: plan.tasks.flatMap((task) => {
      const record = tasks.get(task.id);
      const work = record?.state.is === 'merged' ? ownWork(record) : null;
      return work === null ? [] : [{ ...work, task }];
    }),
    scopes: plan.tasks.flatMap(({ id, scope }) => (isThere(tasks.get(id)) ? [scope] : [])),
    isWhole: [...tasks.values()].every(isThere),
    planFolder: planFolder(state),
    contracts: [...new Set([...contracts, ...shared])],
    settings: checkSettings(state.settings),
    isolation: checkIsolation(state),
  };
}

/** Its work is on the branch: of this run, or of before. */
function isThere(record: TaskRecord | undefined): boolean {
  return record?.state.is === 'merged' || record?.state.is === 'done-before';
}

/** From the commit that its agent began on to what the agent left. */
function ownWork({ attempts }: TaskRecord): Pick<MergedWork, 'base' | 'tip'> | null {
  const last = attempts.findLast(({ role, outcome }) => role === 'executor' && outcome?.work !== undefined);
  return last?.outcome?.work === undefined ? null : { base: last.base, tip: last.outcome.work.tip };
}

/** The user's own test of merges is one of the project's, whatever else is found. */
function checkSettings({ checks, mergeTest }: RunSettings): RunSettings['checks'] {
  if (mergeTest === undefined || Object.values(checks.commands).some(({ run }) => run === mergeTest))
    return checks;
  const commands = { 'tests-merge': { run: mergeTest, critical: true }, ...checks.commands };
  return { ...checks, commands };
}

/** A rebase leaves several commits of one task; any other merge leaves one. */
function foreignCommits(state: RunState, line: readonly Commit[]): readonly Commit[] {
  const { tasks, settings, dependencies } = state;
  const own = new Set(
    [...tasks.values()].flatMap((each) => (each.state.is === 'merged' ? each.state.commit : [])),
  );
  if (dependencies.is === 'installed') own.add(dependencies.commit);
  if (settings.mergeStrategy !== 'rebase') return line.filter((commit) => !own.has(commit));
  return line.slice(line.findLastIndex((commit) => own.has(commit)) + 1);
}
