/** What tasks and attempts took in earlier runs, and what that says of a plan: medians, of what is most alike. */

import type { Role } from './attempt.ts';
import { isBounded, isWhole, median, medianUse } from './budget.ts';
import type { Plan, Task, TaskId, TaskSize } from './plan.ts';
import type { RunState } from './run-state.ts';
import { EXPECTED_ROLES, type Expected } from './settings.ts';
import { type AttemptRecord, lastWorker } from './task-state.ts';
import type { Usage } from './usage.ts';

/** A task that was merged, with all its attempts: those of QA and of resolvers too. */
export interface Sample {
  readonly run: string;
  /** Who did it in the end. */
  readonly driver: string;
  readonly size?: TaskSize;
  /** For which agents were at it. */
  readonly ms: number;
  readonly used: Usage;
}

export interface TaskForecast {
  readonly seconds: number;
  readonly usd?: number;
  readonly tokens?: number;
  /** On how many tasks it rests, and in what they are alike. */
  readonly samples: number;
  readonly like: 'agent and complexity' | 'agent' | 'repository';
}

export interface Forecast {
  readonly runs: number;
  readonly samples: number;
  /** Of those that are to be done. */
  readonly tasks: ReadonlyMap<TaskId, TaskForecast>;
}

export function samplesOf(states: readonly RunState[]): readonly Sample[] {
  return states.flatMap(({ run, tasks, index }) =>
    [...tasks.values()].flatMap((record): Sample[] => {
      const driver = lastWorker(record)?.agent.driver;
      if (record.state.is !== 'merged' || driver === undefined) return [];
      const size = index.task.get(record.id)?.size;
      const ms = record.attempts.reduce(
        (sum, { startedAt, endedAt }) =>
          startedAt === undefined || endedAt === undefined ? sum : sum + endedAt - startedAt,
        0,
      );
      return [{ run, driver, ms, used: record.usage, ...(size === undefined ? {} : { size }) }];
    }),
  );
}

/** Null without any history. */
export function forecast(plan: Plan, samples: readonly Sample[], driver: string | null): Forecast | null {
  if (samples.length === 0) return null;
  const left = plan.tasks.filter(({ done }) => done !== true);
  return {
    runs: new Set(samples.map(({ run }) => run)).size,
    samples: samples.length,
    tasks: new Map(left.map((task) => [task.id, ofTask(task, samples, driver)])),
  };
}

function ofTask({ size }: Task, samples: readonly Sample[], driver: string | null): TaskForecast {
  const ofAgent = samples.filter((sample) => sample.driver === driver);
  const ofSize = ofAgent.filter((sample) => size !== undefined && sample.size === size);
  const [like, alike] =
    ofSize.length > 0
      ? (['agent and complexity', ofSize] as const)
      : ofAgent.length > 0
        ? (['agent', ofAgent] as const)
        : (['repository', samples] as const);
  const { usd, tokens } = medianUse(alike.map(({ used }) => used));
  return {
    seconds: (median(alike.map(({ ms }) => ms)) ?? 0) / 1000,
    ...(usd === undefined ? {} : { usd }),
    ...(tokens === undefined ? {} : { tokens }),
    samples: alike.length,
    like,
  };
}

/** What an attempt of each role took, of those that came to an end by themselves. */
export function expectedOfHistory(states: readonly RunState[]): Expected {
  const attempts = states.flatMap(({ tasks }) => [...tasks.values()].flatMap((record) => record.attempts));
  const known = EXPECTED_ROLES.map(
    (role) => [role, medianUse(attempts.flatMap((each) => wholeUse(each, role)))] as const,
  );
  return Object.fromEntries(known.filter(([, amount]) => isBounded(amount)));
}

function wholeUse({ role, outcome }: AttemptRecord, wanted: Role): readonly Usage[] {
  return role === wanted && outcome !== undefined && isWhole(outcome) ? [outcome.usage] : [];
}
