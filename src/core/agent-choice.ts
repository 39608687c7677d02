/** Which agent does an attempt: the one for it, or one that stands in while its service refuses work. */

import type { Role } from './attempt.ts';
import { matchesGlob, parseGlob } from './glob-segment.ts';
import { hash32 } from './names.ts';
import type { Task } from './plan.ts';
import type { RunState } from './run-state.ts';
import type { AgentPart, AgentSettings, AgentWhen, RunSettings } from './settings.ts';
import type { AttemptRecord, TaskRecord } from './task-state.ts';
import type { Throttle } from './throttle.ts';

type Agents = Pick<RunSettings, 'agent' | 'qa' | 'resolver'>;
/** Of a run's settings all that says who does what. */
export type AgentChoices = Agents & Pick<RunSettings, 'agentRules' | 'lastTry' | 'fallback'>;

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
export function agentsOf(settings: AgentChoices): readonly AgentSettings[] {
  const { agent, qa, resolver, agentRules = [] } = settings;
  const helpers = [qa?.agent ?? null, resolver?.agent ?? null].filter((each) => each !== null);
  const ruled = agentRules.map(({ when, part }) => withPart(agentOfRole(settings, roleOf(when)), part));
  const usual = [agent, ...helpers, ...ruled];
  const all = [...usual, ...usual.map((each) => onLastTry(settings, each))];
  return [...all, ...all.flatMap((each) => standIns(settings, each))];
}

/** Who does the task at its first try. */
export function plannedAgent(
  { agent, agentRules = [] }: Pick<AgentChoices, 'agent' | 'agentRules'>,
  task: Task,
): AgentSettings {
  const rule = agentRules.find(({ when }) => roleOf(when) === 'executor' && holds(when, task));
  return rule === undefined ? agent : withPart(agent, rule.part);
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

/** The first that can be had now or soon, else the one that can be had first. */
export function agentFor(state: RunState, { record, role, now }: WhoFor): AgentSettings {
  const { settings, throttles } = state;
  const all = candidates(state, record, role);
  const afterMs = settings.fallback?.afterMs ?? 0;
  const throttleOf = (agent: AgentSettings): Throttle | undefined => throttles.get(credentialOf(agent));
  const from = (agent: AgentSettings): number => throttleOf(agent)?.until ?? 0;
  const open = all.filter((agent) => throttleOf(agent)?.isRefused !== true);
  const soon = open.find((agent) => {
    const throttle = throttleOf(agent);
    return (
      throttle === undefined || now >= throttle.until || throttle.until - throttle.waitingSince <= afterMs
    );
  });
  // When all are refused the first is tried nevertheless, so that the task comes to an end.
  return soon ?? open.toSorted((a, b) => from(a) - from(b))[0] ?? all[0];
}

/** Another agent could be tried whose credentials were not refused. */
export function hasOther(
  state: RunState,
  record: TaskRecord,
  { agent, role }: Pick<AttemptRecord, 'agent' | 'role'>,
): boolean {
  return credentialsFor(state, record, role).some(
    (key) => key !== credentialOf(agent) && state.throttles.get(key)?.isRefused !== true,
  );
}

/** Of all who may do it. */
export function credentialsFor(state: RunState, record: TaskRecord, role: Role): readonly string[] {
  return candidates(state, record, role).map(credentialOf);
}

/** The one for it first. */
function candidates(
  { settings, index }: RunState,
  record: TaskRecord,
  role: Role,
): readonly [AgentSettings, ...AgentSettings[]] {
  const first = chosenAgent(settings, { task: index.task.get(record.id), record, role });
  return [first, ...standIns(settings, first)];
}

interface Chosen extends Omit<WhoFor, 'now'> {
  readonly task: Task | undefined;
}

function chosenAgent(
  settings: AgentChoices & Pick<RunSettings, 'retries'>,
  { task, record, role }: Chosen,
): AgentSettings {
  const { retries } = settings;
  const chosen = usualAgent(settings, task, role);
  const isLast = role === 'executor' && retries > 0 && record.failures >= retries;
  return isLast ? onLastTry(settings, chosen) : chosen;
}

/** Before the last try, and as long as its service takes work. */
export function usualAgent(settings: AgentChoices, task: Task | undefined, role: Role): AgentSettings {
  const rule = (settings.agentRules ?? []).find(
    ({ when }) => roleOf(when) === role && task !== undefined && holds(when, task),
  );
  const base = agentOfRole(settings, role);
  return rule === undefined ? base : withPart(base, rule.part);
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

function onLastTry({ agent, lastTry }: AgentChoices, chosen: AgentSettings): AgentSettings {
  if (lastTry === undefined) return chosen;
  // Another model of the run's own agent is none of another driver.
  return lastTry.driver === undefined && chosen.driver !== agent.driver ? chosen : withPart(chosen, lastTry);
}

function standIns({ agent, fallback }: AgentChoices, first: AgentSettings): readonly AgentSettings[] {
  return (fallback?.agents ?? []).map((part) => {
    const base = part.driver === undefined && first.driver !== agent.driver ? agent : first;
    const standIn = withPart(base, part);
    const { model } = standIn.options;
    if (standIn.driver !== base.driver || model === base.options['model']) return standIn;
    // A service may refuse one model and serve another.
    return { ...standIn, credential: `${credentialOf(base)}/${String(model)}` };
  });
}
