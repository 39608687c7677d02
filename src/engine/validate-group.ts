/** A group's validation on its candidate, and the search for the merge that broke it. */

import type { Commit } from '../core/attempt.ts';
import { mentionedTasks } from '../core/blame.ts';
import { branchToMerge } from '../core/candidate.ts';
import type { CandidateStep, CommandResult, Outcome } from '../core/event.ts';
import type { Group, TaskId, Validation } from '../core/plan.ts';
import type { OpenIntent, RunState } from '../core/run-state.ts';
import { isLostToDependents } from '../core/task-state.ts';
import { checkCommit } from './check-commit.ts';
import { mergeBranch } from './merge-branch.ts';
import { mergeOf } from './merge-of.ts';
import type { Performing } from './parts.ts';

type Starting = Extract<OpenIntent, { type: 'validation.starting' }>;

/** Null when the check was given up because this process stops; it is taken up again with the run. */
export async function validateGroup(intent: Starting, performing: Performing): Promise<Outcome | null> {
  const group = performing.state.index.group.get(intent.group);
  const candidate = intent.steps[intent.steps.length - 1];
  if (group?.validation === undefined || candidate === undefined)
    throw new Error(`group ${intent.group} has nothing to validate`);
  const checks = new Checks(intent, group.validation, performing);
  const result = await checks.run('candidate', candidate.commit);
  if (result === null) return null;
  // Without all of its group's work a validation says nothing of the work that is there.
  const isJudged = !result.passed && isWhole(group, performing.state);
  const guilty = isJudged ? await findGuilty(intent, result, checks) : [];
  if (guilty === null) return null;
  return { type: 'validation.ended', group: intent.group, commit: candidate.commit, result, guilty };
}

function isWhole(group: Group, { tasks }: RunState): boolean {
  return group.tasks.every((id) => {
    const state = tasks.get(id)?.state;
    return state === undefined || !isLostToDependents(state);
  });
}

class Checks {
  readonly #intent: Starting;
  readonly #what: Validation;
  readonly #performing: Performing;

  constructor(intent: Starting, what: Validation, performing: Performing) {
    this.#intent = intent;
    this.#what = what;
    this.#performing = performing;
  }

  get performing(): Performing {
    return this.#performing;
  }

  run(name: string, commit: Commit): Promise<CommandResult | null> {
    const key = `${this.#intent.seq}-validation-${this.#intent.group}-${name}`;
    return checkCommit({ key, commit, what: this.#what }, this.#performing);
  }
}

/**
 * A merge is guilty when the validation passes just before it, or when it passes with that merge alone left out.
 * A validation often needs the whole group, so neither may hold; then the tasks whose files the output names, or else
 * the command itself, are suspected. An empty answer means that no one can be named.
 */
async function findGuilty(
  intent: Starting,
  failed: CommandResult,
  checks: Checks,
): Promise<readonly TaskId[] | null> {
  const only = intent.steps.length === 1 ? intent.steps[0] : undefined;
  if (only !== undefined) return [only.task];
  const first = await firstBreaking(intent, checks);
  if (first === null || first.length > 0) return first;
  const { state } = checks.performing;
  const tasks = intent.steps.flatMap((step) => state.index.task.get(step.task) ?? []);
  const named = mentionedTasks(failed.output, tasks);
  const suspects = named.length > 0 ? named : mentionedTasks(failed.command, tasks);
  const removable = await breakingAlone(suspectedFirst(intent.steps, suspects), { intent, checks });
  return removable === null || removable.length > 0 ? removable : suspects;
}

/** Each try merges all the others anew and takes as long as the validation itself. */
const MOST_LEFT_OUT = 12;

function suspectedFirst(
  steps: readonly CandidateStep[],
  suspects: readonly TaskId[],
): readonly CandidateStep[] {
  const isSuspect = (step: CandidateStep): boolean => suspects.includes(step.task);
  return [...steps.filter(isSuspect), ...steps.filter((step) => !isSuspect(step))].slice(0, MOST_LEFT_OUT);
}

/** Bisects for a step that fails on top of one that passes. */
async function firstBreaking(intent: Starting, checks: Checks): Promise<readonly TaskId[] | null> {
  const base = await checks.run('base', intent.base);
  if (base === null) return null;
  if (!base.passed) return [];
  let passes = -1;
  let fails = intent.steps.length - 1;
  while (fails - passes > 1) {
    const middle = (passes + fails) >>> 1;
    const step = intent.steps[middle];
    if (step === undefined) break;
    const result = await checks.run(`upto-${step.task}`, step.commit);
    if (result === null) return null;
    if (result.passed) passes = middle;
    else fails = middle;
  }
  const guilty = intent.steps[fails];
  return guilty === undefined ? [] : [guilty.task];
}

async function breakingAlone(
  tried: readonly CandidateStep[],
  { intent, checks }: { readonly intent: Starting; readonly checks: Checks },
): Promise<readonly TaskId[] | null> {
  for (const left of tried) {
    const commit = await mergedWithout(intent, left, checks.performing);
    if (checks.performing.signal.aborted) return null;
    if (commit === null) continue;
    const result = await checks.run(`without-${left.task}`, commit);
    if (result === null) return null;
    if (result.passed) return [left.task];
  }
  return [];
}

/** The candidate once more, without one task; null when the others do not merge without it. */
async function mergedWithout(
  intent: Starting,
  left: CandidateStep,
  performing: Performing,
): Promise<Commit | null> {
  const { state } = performing;
  let onto = intent.base;
  for (const step of intent.steps) {
    if (step === left) continue;
    const record = state.tasks.get(step.task)?.state;
    if (record?.is !== 'merging') return null;
    const branch = branchToMerge(state, step.task, record.tip);
    const merged = await mergeBranch(mergeOf(state, { ...branch, onto }), performing);
    if (merged?.is !== 'clean') return null;
    onto = merged.commit;
  }
  return onto;
}
