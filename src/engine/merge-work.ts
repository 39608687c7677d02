/** Merges a task's work. Where it conflicts and somebody is to look at that, what they need is worked out at once. */

import type { Branch } from '../core/branch.ts';
import type { ConflictScene } from '../core/conflict.ts';
import type { TaskId } from '../core/plan.ts';
import type { OpenIntent, RunState } from '../core/run-state.ts';
import { mergeBranch } from './merge-branch.ts';
import { mergeOf } from './merge-of.ts';
import type { Performing, Ports } from './parts.ts';

type Merging = Extract<OpenIntent, { type: 'merge.starting' }>;

export async function mergeWork(intent: Merging, performing: Performing): Promise<void> {
  const { ports, state, emit } = performing;
  const { task } = intent;
  const result = await mergeBranch(mergeOf(state, intent), performing);
  // It was given up.
  if (result === null) return;
  if (result.is === 'clean' || state.settings.resolver === null)
    return emit({ type: 'merge.ended', task, result });
  const scene = await sceneOf(intent, { paths: result.paths, state, ports });
  emit({ type: 'merge.ended', task, result: { ...result, scene } });
}

async function sceneOf(
  intent: Merging,
  {
    paths,
    state,
    ports,
  }: { readonly paths: readonly string[]; readonly state: RunState; readonly ports: Ports },
): Promise<ConflictScene> {
  const { unresolved, ancestor, line } = await ports.conflicts.show(mergeOf(state, intent));
  const tasks = tasksByCommit(state);
  const changed = new Set(paths);
  const others = line.flatMap((commit) => {
    const id = tasks.get(commit);
    return id !== undefined && filesOf(state, id).some((file) => changed.has(file)) ? [id] : [];
  });
  return { unresolved, ancestor, others: others.toReversed() };
}

/** Whose merge ends with that commit. */
function tasksByCommit({ tasks, integration }: RunState): ReadonlyMap<string, TaskId> {
  const steps: readonly (Pick<Branch, 'task'> & { readonly commit: string })[] = [
    ...integration.candidate,
    ...integration.window,
  ];
  const found = new Map(steps.map(({ task, commit }) => [commit, task]));
  for (const { id, state } of tasks.values()) if (state.is === 'merged') found.set(state.commit, id);
  return found;
}

/** Of all its attempts: what a later one has left alone is there all the same. */
function filesOf(state: RunState, id: TaskId): readonly string[] {
  return state.tasks.get(id)?.attempts.flatMap(({ outcome }) => outcome?.work?.files ?? []) ?? [];
}
