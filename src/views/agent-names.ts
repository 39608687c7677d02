/** What the agents of a run are called in the names of files. */

import { safeName, slugOf } from '../core/names.ts';
import type { RunState } from '../core/run-state.ts';
import { isLeftOut, type TaskRecord } from '../core/task-state.ts';
import { agentOf } from './task-facts.ts';

export interface AgentTasks {
  /** One segment of a path, and no other agent's: `builder-1` for Builder-1. */
  readonly name: string;
  /** In the plan's order; at least one. */
  readonly tasks: readonly TaskRecord[];
}

/** Who has something to do in this run, in the plan's order. Spellings that differ in case alone are one agent. */
export function agentTasks(state: RunState): readonly AgentTasks[] {
  const byAgent = new Map<string, TaskRecord[]>();
  for (const record of state.tasks.values()) {
    if (isLeftOut(record.state)) continue;
    const agent = agentKey(agentOf(state, record));
    const tasks = byAgent.get(agent);
    if (tasks === undefined) byAgent.set(agent, [record]);
    else tasks.push(record);
  }
  const taken = new Set<string>();
  return [...byAgent].map(([agent, tasks]) => {
    const name = freeName(agent, taken);
    taken.add(name);
    return { name, tasks };
  });
}

/** The same for spellings that are one agent. */
export function agentKey(agent: string): string {
  return agent.trim().toLowerCase();
}

/** The readable part of an agent's key; where another agent has that one, a name of its own. */
export function freeName(agent: string, taken: ReadonlySet<string>): string {
  const names = [safeName(slugOf(agent)), safeName(agent)];
  const free = names.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  // The hash is short: a plan can be made so that two names share it.
  for (let count = 2; ; count += 1) {
    const name = `${safeName(agent)}-${count}`;
    if (!taken.has(name)) return name;
  }
}
