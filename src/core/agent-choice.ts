/** Which agent does an attempt: the one for it, or one that stands in while its service refuses work. */

import type { Role } from './attempt.ts';
import { matchesGlob, parseGlob } from './glob-segment.ts';
import { hash32 } from './names.ts';
import type { Task } from './plan.ts';
import type { RunState } from './run-state.ts';
import type { AgentPart, AgentSettings, AgentWhen, RunSettings } from './settings.ts';
import type { TaskRecord } from './task-state.ts';

type Agents = Pick<RunSettings, 'agent' | 'qa' | 'resolver'>;
type Choices = Agents & Pick<RunSettings, 'agentRules' | 'lastTry' | 'fallback'>;

export function agentOfRole({ agent, qa, resolver }: Agents, role: Role): AgentSettings {
  switch (role) {
    case 'qa':
      return qa?.agent ?? agent;
    case 'resolver':
      return resolver?.agent ?? agent;
    default:
      return agent;
  }
}

/** Every agent that a run may start. */
export function agentsOf(settings: Choices): readonly AgentSettings[] {
  const { agent, qa, resolver, agentRules = [], lastTry, fallback } = settings;
  const helpers = [qa?.agent ?? null, resolver?.agent ?? null].filter((each) => each !== null);
  const ruled = agentRules.map(({ when, part }) => withPart(agentOfRole(settings, roleOf(when)), part));
  const last = lastTry === undefined ? [] : [agent, ...ruled].map((each) => withPart(each, lastTry));
  return [agent, ...helpers, ...ruled, ...last, ...standIns(agent, fallback?.agents ?? [])];
}

/** Attempts with the same one are refused together. */
export function credentialOf({ credential, driver, options }: AgentSettings): string {
  if (credential !== undefined) return credential;
  // What stands behind a command of the user's can be anything.
  const { command } = options;
  return command === undefined ? driver : `${driver}:${hash32(JSON.stringify(command))}`;
}

export interface WhoFor {
  readonly record: TaskRecord;
  readonly role: Role;
  readonly now: number;
}

/** The first that can be had now or soon; the one for it when none can. */
export function agentFor(state: RunState, { record, role, now }: WhoFor): AgentSettings {
  const { settings, throttles } = state;
  const first = chosenAgent(settings, { task: state.index.task.get(record.id), record, role });
  const { agents, afterMs } = settings.fallback ?? { agents: [], afterMs: 0 };
  if (agents.length === 0) return first;
  const isToBeHad = (agent: AgentSettings): boolean => {
    const throttle = throttles.get(credentialOf(agent));
    if (throttle === undefined) return true;
    const { isRefused, until, waitingSince } = throttle;
    return !isRefused && (now >= until || until - waitingSince <= afterMs);
  };
  return [first, ...standIns(first, agents)].find(isToBeHad) ?? first;
}

/** Another agent could be tried whose credentials were not refused. */
export function hasOther({ settings, throttles }: RunState, refused: AgentSettings, role: Role): boolean {
  const first = agentOfRole(settings, role);
  const others = [first, ...standIns(first, settings.fallback?.agents ?? [])].map(credentialOf);
  return others.some((key) => key !== credentialOf(refused) && throttles.get(key)?.isRefused !== true);
}

interface Chosen extends Omit<WhoFor, 'now'> {
  readonly task: Task | undefined;
}

function chosenAgent(
  settings: Choices & Pick<RunSettings, 'retries'>,
  { task, record, role }: Chosen,
): AgentSettings {
  const { agentRules = [], lastTry, retries } = settings;
  const rule = agentRules.find(
    ({ when }) => roleOf(when) === role && task !== undefined && holds(when, task),
  );
  const base = agentOfRole(settings, role);
  const chosen = rule === undefined ? base : withPart(base, rule.part);
  const isLast = role === 'executor' && retries > 0 && record.failures >= retries;
  return lastTry !== undefined && isLast ? withPart(chosen, lastTry) : chosen;
}

function roleOf({ role }: AgentWhen): Role {
  return role === 'qa' || role === 'resolver' ? role : 'executor';
}

function holds({ agent, workType, complexity, task: id }: AgentWhen, task: Task): boolean {
  return (
    matches(agent, task.agent) &&
    matches(workType, task.workType) &&
    matches(complexity, task.size) &&
    matches(id, task.id)
  );
}

function matches(wanted: string | undefined, is: string | undefined): boolean {
  if (wanted === undefined) return true;
  return is !== undefined && matchesGlob(parseGlob(wanted.toLowerCase()), is.toLowerCase());
}

function withPart(base: AgentSettings, { driver, options }: AgentPart): AgentSettings {
  if (driver === undefined || driver === base.driver)
    return { ...base, options: { ...base.options, ...options } };
  return { driver, options };
}

/** A service may refuse one model and serve another. */
function standIns(first: AgentSettings, parts: readonly AgentPart[]): readonly AgentSettings[] {
  return parts.map((part) => {
    const agent = withPart(first, part);
    const { model } = agent.options;
    if (agent.driver !== first.driver || model === first.options['model']) return agent;
    return { ...agent, credential: `${credentialOf(first)}/${String(model)}` };
  });
}
