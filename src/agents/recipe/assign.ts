import { type Recipe, stepsFor } from './parse.ts';
import type { Assignment } from './step.ts';

/** What the agent of this attempt has to do. A task that the recipe does not know fails, and says so. */
export function assign(recipe: Recipe, task: string, attempt: number): Assignment {
  const steps = stepsFor(recipe, task, attempt);
  const detail = 'the recipe names neither this task nor a default';
  return { task, attempt, steps: steps ?? [{ do: 'promise', word: 'TASK_FAILED', detail }] };
}
