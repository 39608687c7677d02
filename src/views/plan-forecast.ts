/** What the history of a repository says of a plan. */

import type { Forecast, TaskForecast } from '../core/history.ts';
import { leastSeconds, type Pace, secondsOf } from '../core/pace.ts';
import type { Plan, Task } from '../core/plan.ts';
import type { Usage } from '../core/usage.ts';

/** The tasks that are to be done with the time of the forecast, and what they use together as far as it is known. */
export function withForecast(
  plan: Plan,
  { tasks }: Forecast,
): { readonly tasks: readonly Task[]; readonly used: Usage } {
  const all = [...tasks.values()];
  const [usd, tokens] = [sumOf(all.map((each) => each.usd)), sumOf(all.map((each) => each.tokens))];
  return {
    tasks: plan.tasks.flatMap((task) => {
      const estimateSeconds = tasks.get(task.id)?.seconds;
      return estimateSeconds === undefined ? [] : [{ ...task, estimateSeconds }];
    }),
    used: {
      ...(tokens === undefined ? {} : { inputTokens: tokens, outputTokens: 0 }),
      ...(usd === undefined ? {} : { costUsd: usd }),
    },
  };
}

/** Of `cox plan --json`; unknown is null. */
export function forecastJson(plan: Plan, found: Forecast | null, pace: Pace) {
  if (found === null) return null;
  const { tasks, used } = withForecast(plan, found);
  return {
    runs: found.runs,
    samples: found.samples,
    seconds: secondsOf(tasks),
    leastSeconds: leastSeconds({ ...plan, tasks }, tasks, pace),
    usd: used.costUsd ?? null,
    tokens: used.inputTokens ?? null,
    tasks: [...found.tasks].map(([id, task]) => taskJson(id, task)),
  };
}

function taskJson(id: string, { seconds, usd = null, tokens = null, samples, like }: Nullable) {
  return { id, seconds, usd, tokens, samples, like };
}

type Nullable = Omit<TaskForecast, 'usd' | 'tokens'> & {
  readonly usd?: number | null;
  readonly tokens?: number | null;
};

/** Undefined when one of them is not known: half of a sum would be taken for all of it. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length && known.length > 0
    ? known.reduce((sum, value) => sum + value, 0)
    : undefined;
}
