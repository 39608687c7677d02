/** What tasks and attempts took in earlier runs, and what that says of a plan: medians, of what is most alike. */

import { type AgentChoices, usualAgent } from './agent-choice.ts';
import type { Role } from './attempt.ts';
import { isBounded, isWhole, median, medianUse } from './budget.ts';
import { modelOf } from './limits.ts';
import type { Plan, Task, TaskId, TaskSize } from './plan.ts';
import type { RunState } from './run-state.ts';
import { EXPECTED_ROLES, type Expected } from './settings.ts';
import { type AttemptRecord, lastWorker } from './task-state.ts';
import type { Usage } from './usage.ts';

export interface UsedAgent {
  readonly driver: string;
  /** Undefined where it was left to the agent. */
  readonly model: string | undefined;
}

/** A task that was merged, with all its attempts: those of QA and of resolvers too. */
export interface Sample {
  readonly run: string;
  /** Who did it in the end. */
  readonly agent: UsedAgent;
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
  readonly like: Likeness;
}

type Likeness =
  | 'agent, model and complexity'
  | 'agent and model'
  | 'agent and complexity'
  | 'agent'
  | 'repository';

export interface Forecast {
  readonly runs: number;
  readonly samples: number;
  /** Of those that are to be done. */
  readonly tasks: ReadonlyMap<TaskId, TaskForecast>;
}

export function samplesOf(states: readonly RunState[]): readonly Sample[] {
  return states.flatMap(({ run, plan, tasks, index }) =>
    [...tasks.values()].flatMap((record): Sample[] => {
      const settings = lastWorker(record)?.agent;
      if (record.state.is !== 'merged' || settings === undefined) return [];
      const task = index.task.get(record.id);
      const size = task?.size;
      const agent = { driver: settings.driver, model: modelOf(settings, plan, task) };
      const ms = record.attempts.reduce(
        (sum, { startedAt, endedAt }) =>
          startedAt === undefined || endedAt === undefined ? sum : sum + endedAt - startedAt,
        0,
      );
      return [{ run, agent, ms, used: record.usage, ...(size === undefined ? {} : { size }) }];
    }),
  );
}

/** Null without any history; `settings` are null where no agent is there that could be started. */
export function forecast(
  plan: Plan,
  samples: readonly Sample[],
  settings: AgentChoices | null,
): Forecast | null {
  if (samples.length === 0) return null;
  const left = plan.tasks.filter(({ done }) => done !== true);
  return {
    runs: new Set(samples.map(({ run }) => run)).size,
    samples: samples.length,
    tasks: new Map(left.map((task) => [task.id, ofTask(task, samples, agentAt(plan, task, settings))])),
  };
}

/** Whoever rules choose for it: agents and models differ in what they take more than tasks do. */
function agentAt(plan: Plan, task: Task, settings: AgentChoices | null): UsedAgent | null {
  if (settings === null) return null;
  const agent = usualAgent(settings, task, 'executor');
  return { driver: agent.driver, model: modelOf(agent, plan, task) };
}

function ofTask({ size }: Task, samples: readonly Sample[], by: UsedAgent | null): TaskForecast {
  const ofAgent = samples.filter(({ agent }) => agent.driver === by?.driver);
  const ofModel = ofAgent.filter(({ agent }) => agent.model === by?.model);
  const sized = (of: readonly Sample[]): readonly Sample[] =>
    of.filter((sample) => size !== undefined && sample.size === size);
  const tiers: readonly (readonly [Likeness, readonly Sample[]])[] = [
    ['agent, model and complexity', sized(ofModel)],
    ['agent and model', ofModel],
    ['agent and complexity', sized(ofAgent)],
    ['agent', ofAgent],
  ];
  const [like, alike] = tiers.find(([, of]) => of.length > 0) ?? ['repository', samples];
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
