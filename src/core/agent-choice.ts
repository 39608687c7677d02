/** Which agent does an attempt: the one for it, or one that stands in while its service refuses work. */

import type { Role } from './attempt.ts';
import { matchesGlob, parseGlob } from './glob-segment.ts';
import { modelKeyOf, throttlesOf } from './limits.ts';
import type { Task } from './plan.ts';
import type { RunState } from './run-state.ts';
import type { AgentPart, AgentSettings, AgentWhen, RunSettings } from './settings.ts';
import type { TaskRecord } from './task-state.ts';
import type { Throttle } from './throttle.ts';

type Agents = Pick<RunSettings, 'agent' | 'qa' | 'resolver' | 'questions'>;
/** Of a run's settings all that says who does what. */
export type AgentChoices = Agents & Pick<RunSettings, 'agentRules' | 'lastTry' | 'fallback'>;

export function agentOfRole({ agent, qa, resolver, questions }: Agents, role: Role): AgentSettings {
  switch (role) {
    case 'qa':
      return qa?.agent ?? agent;
    case 'resolver':
      return resolver?.agent ?? agent;
    case 'adviser':
      return questions?.adviser ?? agent;
    default:
      return agent;
  }
}

/** Every agent that a run may start. */
export function agentsOf(settings: AgentChoices): readonly AgentSettings[] {
  const { agent, qa, resolver, questions, agentRules = [] } = settings;
  const helpers = [qa?.agent, resolver?.agent, questions?.adviser].filter((each) => each != null);
  const ruled = agentRules.map(({ when, part }) => withPart(agentOfRole(settings, roleOf(when)), part));
  const usual = [agent, ...helpers, ...ruled];
  const all = [...usual, ...usual.map((each) => onLastTry(settings, each))];
  return [...all, ...all.flatMap((each) => standIns(settings, each))];
}

/** All who may come to do attempts of that role at the task. */
export function agentsAt(settings: AgentChoices, task: Task, role: Role): readonly AgentSettings[] {
  const usual = usualAgent(settings, task, role);
  const first = role === 'executor' ? [usual, onLastTry(settings, usual)] : [usual];
  return [...first, ...first.flatMap((each) => standIns(settings, each))];
}

export interface WhoFor {
  readonly record: TaskRecord;
  readonly role: Role;
  readonly now: number;
}

/**
 * The first that can be had now or soon, else the one that can be had first. One whose credentials are in doubt is left
 * for another, and one whose credentials are refused is not tried. Undefined: there is no other.
 */
export function agentFor(state: RunState, who: WhoFor): AgentSettings | undefined {
  const { record, role, now } = who;
  const [first, ...others] = candidates(state, record, role);
  if (state.throttles.size === 0) return first;
  const afterMs = state.settings.fallback?.afterMs ?? 0;
  const known = [first, ...others].map((agent) => {
    const throttles = throttlesOf(state, { task: record.id, agent }).map(([, throttle]) => throttle);
    return {
      agent,
      is: (what: Throttle['credentials']) => throttles.some(({ credentials }) => credentials === what),
      isSoon: throttles.every((each) => now >= each.until || each.until - each.waitingSince <= afterMs),
      from: Math.max(0, ...throttles.map(({ until }) => until)),
    };
  });
  const open = known.filter((each) => !each.is('refused'));
  const soon = open.filter(({ isSoon }) => isSoon);
  const best =
    soon.find((each) => !each.is('doubted')) ?? soon[0] ?? open.toSorted((a, b) => a.from - b.from)[0];
  return best?.agent;
}

/** Whom its state asks for. */
export function roleFor({ state }: TaskRecord): Role {
  switch (state.is) {
    case 'reviewing':
      return 'qa';
    case 'conflicted':
      return 'resolver';
    case 'asking':
      return 'adviser';
    default:
      return 'executor';
  }
}

/** It waits for one, and the credentials of all who may do it are refused. */
export function isWithoutAgent(state: RunState, record: TaskRecord): boolean {
  return isToBeStarted(record) && agentFor(state, { record, role: roleFor(record), now: 0 }) === undefined;
}

function isToBeStarted({ state }: TaskRecord): boolean {
  switch (state.is) {
    case 'ready':
    case 'waiting-for-quota':
      return true;
    case 'asking':
      return state.adviser?.attempt === null;
    case 'reviewing':
    case 'conflicted':
      return state.attempt === null;
    default:
      return false;
  }
}

/** Of all who may do it. */
export function limitKeysFor(state: RunState, record: TaskRecord, role: Role): readonly string[] {
  return candidates(state, record, role).flatMap((agent) =>
    throttlesOf(state, { task: record.id, agent }).map(([key]) => key),
  );
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
  const chosen = usualAgent(settings, task, role);
  return role === 'executor' && isLastTry(settings, record) ? onLastTry(settings, chosen) : chosen;
}

/** One more failure, or one more rejection by QA, and it has failed. The only try is not the last of several. */
function isLastTry(
  { retries, qa }: Pick<RunSettings, 'retries' | 'qa'>,
  { failures, rejections }: TaskRecord,
): boolean {
  const isLastOf = (done: number, most: number): boolean => done > 0 && done + 1 >= most;
  return isLastOf(failures, retries + 1) || isLastOf(rejections, qa?.rejections ?? Number.POSITIVE_INFINITY);
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
  return role === 'qa' || role === 'resolver' || role === 'adviser' ? role : 'executor';
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
    return { ...standIn, credential: modelKeyOf(base, String(model)) };
  });
}
