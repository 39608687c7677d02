/**
 * Whose limits an agent is held by: those of its credential, and those that its service has for its model alone. Each
 * has a key, under which `RunState.throttles` has it while it lasts.
 */

import { hash32 } from './names.ts';
import type { Plan, Task, TaskId } from './plan.ts';
import { type RunState, taskRecord } from './run-state.ts';
import type { AgentSettings } from './settings.ts';
import { hasAgent, lastAttempt } from './task-state.ts';
import type { Throttle } from './throttle.ts';

/** An agent at a task, for the plan may name a model for whoever does it. */
export interface User {
  readonly task: TaskId;
  readonly agent: AgentSettings;
}

/** All agents with the same one are refused together when their credentials are. */
export function accountOf({ driver, options }: AgentSettings): string {
  // What stands behind a command of the user's can be anything.
  const { command } = options;
  return command === undefined ? driver : `${driver}:${hash32(JSON.stringify(command))}`;
}

/** Where the service does not tell whose a limit is. One that stands in with another model may be served all the same. */
export function credentialOf(agent: AgentSettings): string {
  return agent.credential ?? accountOf(agent);
}

/** Of the model alone. */
export function modelKey({ plan, index }: Pick<RunState, 'plan' | 'index'>, { task, agent }: User): string {
  return modelKeyOf(agent, modelOf(agent, plan, index.task.get(task)));
}

export function modelKeyOf(agent: AgentSettings, model: string | undefined): string {
  return `${accountOf(agent)}/${model ?? 'default'}`;
}

/** By its options, else as the plan has it for whoever does the task; undefined where it is left to the agent. */
export function modelOf(
  { options }: AgentSettings,
  { profiles = [] }: Pick<Plan, 'profiles'>,
  task: Pick<Task, 'agent'> | undefined,
): string | undefined {
  const { model } = options;
  return typeof model === 'string' ? model : profiles.find(({ name }) => name === task?.agent)?.model;
}

/** All that hold it now. */
export function throttlesOf(state: RunState, user: User): readonly (readonly [key: string, Throttle])[] {
  const { throttles } = state;
  if (throttles.size === 0) return [];
  const { agent } = user;
  const keys = new Set([accountOf(agent), credentialOf(agent), modelKey(state, user)]);
  return [...keys].flatMap((key) => {
    const throttle = throttles.get(key);
    return throttle !== undefined && isUnder(state, user, { key, isWhole: throttle.isWhole })
      ? [[key, throttle] as const]
      : [];
  });
}

export interface Limit {
  readonly key: string;
  /** Of all that share the credential, stand-ins with other models among them. */
  readonly isWhole: boolean;
}

export function isUnder(state: RunState, user: User, { key, isWhole }: Limit): boolean {
  const { agent } = user;
  return (
    key === credentialOf(agent) || (isWhole && key === accountOf(agent)) || key === modelKey(state, user)
  );
}

/** Of attempts at work that a limit holds: when they were asked for. */
export function runningUnder(state: RunState, limit: Limit): readonly number[] {
  return [...state.running].flatMap((task) => {
    const record = taskRecord(state, task);
    const attempt = hasAgent(record.state) ? lastAttempt(record) : undefined;
    return attempt !== undefined && isUnder(state, { task, agent: attempt.agent }, limit)
      ? [attempt.requestedAt]
      : [];
  });
}
