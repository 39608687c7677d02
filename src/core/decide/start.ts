import { agentFor, agentOfRole, roleFor } from '../agent-choice.ts';
import type { Commit } from '../attempt.ts';
import { Purse } from '../budget.ts';
import type { Conflicted } from '../conflicted.ts';
import type { EventBody } from '../event.ts';
import { foreseenFeedback } from '../foreseen.ts';
import { heldResources } from '../held-resources.ts';
import { candidateTip } from '../merge-queue.ts';
import { safeName } from '../names.ts';
import type { TaskId } from '../plan.ts';
import { type RunState, taskRecord } from '../run-state.ts';
import { sessionFor } from '../sessions.ts';
import type { AgentSettings } from '../settings.ts';
import { lastAttempt, type TaskRecord, workBase } from '../task-state.ts';
import type { Decision } from './decision.ts';
import { holdsReviews, isWindingUp } from './holds.ts';
import { ServiceRoom } from './service-room.ts';
import { advisings, ready, resolvings, reviews } from './waiting.ts';

/** After this many like failures in a row a task runs with nothing beside it. */
const LIKE_FAILURES_TO_RUN_ALONE = 2;

/** Starts the most urgent tasks that may run now, up to the limit. What is done is looked at before more is begun. */
export function startAttempts(state: RunState, now: number): Decision {
  if (holdsReviews(state) || state.control.paused || !state.integration.prepared) return { events: [] };
  if (now < state.breaker.until) return { events: [], wakeAt: state.breaker.until };
  const round = new Round(state, now);
  const reviewsFrom = Math.min(round.offer(resolvings(state)), round.offer(reviews(state)));
  const startsFrom = isWindingUp(state)
    ? Number.POSITIVE_INFINITY
    : Math.min(round.offer(advisings(state)), round.offer(ready(state)));
  const wakeAt = Math.min(reviewsFrom, startsFrom);
  return Number.isFinite(wakeAt) ? { events: round.events, wakeAt } : { events: round.events };
}

/** One decision's starts, counted on top of what runs already. */
class Round {
  readonly events: EventBody[] = [];
  readonly #state: RunState;
  readonly #limit: number;
  readonly #started = new Set<TaskId>();
  readonly #resources = new Map<string, number>();
  #exclusive: boolean;
  readonly #purse: Purse;
  readonly #now: number;
  readonly #services: ServiceRoom;

  constructor(state: RunState, now: number) {
    this.#state = state;
    this.#now = now;
    this.#purse = new Purse(state);
    this.#services = new ServiceRoom(state, now);
    // After a pause one attempt probes before the rest.
    this.#limit = state.breaker.openings > 0 ? 1 : state.control.maxParallel;
    this.#exclusive = [...state.running].some((id) => mustRunAlone(taskRecord(state, id)));
  }

  isFull(): boolean {
    return this.#exclusive || this.#count() >= this.#limit;
  }

  /** Starts what there is room for. The value is when the first of the others may start, infinite for none. */
  offer(records: Iterable<TaskRecord>): number {
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const record of records) {
      if (this.isFull()) break;
      const agent = agentFor(this.#state, { record, role: roleFor(record), now: this.#now });
      if (agent === undefined) continue;
      const user = { task: record.id, agent };
      const from = Math.max(readyFrom(record), this.#services.freeFrom(user));
      if (from > this.#now) wakeAt = Math.min(wakeAt, from);
      else if (this.admits(record) && this.#services.has(user) && this.#isAffordable(record))
        this.start(record, agent);
    }
    return wakeAt;
  }

  admits(record: TaskRecord): boolean {
    if (mustRunAlone(record) && this.#count() > 0) return false;
    if (![...this.#resourcesOf(record)].every((name) => this.#isFree(name))) return false;
    // Who only looks at work, or puts together what is there, is in nobody's way.
    if (roleFor(record) !== 'executor') return true;
    if (this.#state.conflictsHeld.has(record.id)) return false;
    const conflicts = this.#state.index.conflicts.get(record.id);
    for (const id of this.#started) if (conflicts?.has(id) === true) return false;
    for (const id of conflicts ?? []) if (isUnderWay(this.#state, id)) return false;
    return true;
  }

  start(record: TaskRecord, agent: AgentSettings): void {
    this.#started.add(record.id);
    for (const name of this.#resourcesOf(record))
      this.#resources.set(name, (this.#resources.get(name) ?? 0) + 1);
    this.#exclusive = mustRunAlone(record);
    this.#purse.reserve(roleFor(record));
    this.#services.take({ task: record.id, agent });
    this.events.push(withAgent(this.#state, record, starting(this.#state, record), agent));
  }

  #isAffordable(record: TaskRecord): boolean {
    return this.#purse.has(roleFor(record));
  }

  #count(): number {
    return this.#state.running.size + this.#started.size;
  }

  #resourcesOf({ id, state }: TaskRecord): ReadonlySet<string> {
    return heldResources(this.#state.index.task.get(id), state);
  }

  #isFree(name: string): boolean {
    const held = (this.#state.resourcesHeld.get(name) ?? 0) + (this.#resources.get(name) ?? 0);
    return held < (this.#state.settings.resources[name] ?? 1);
  }
}

/** Its work is done and nobody can start on top of it yet: it is on its way to the candidate. */
function isUnderWay(state: RunState, id: TaskId): boolean {
  const { is } = taskRecord(state, id).state;
  if (is === 'merging') return !state.integration.candidate.some(({ task }) => task === id);
  return is === 'checking' || is === 'reviewing' || is === 'accepted' || is === 'conflicted';
}

function readyFrom({ state }: TaskRecord): number {
  if (state.is === 'ready' || state.is === 'reviewing' || state.is === 'conflicted') return state.notBefore;
  // The wait is its credential's, for another agent may be there.
  if (state.is === 'waiting-for-quota') return 0;
  return (state.is === 'asking' ? state.adviser?.notBefore : undefined) ?? Number.POSITIVE_INFINITY;
}

function mustRunAlone(record: TaskRecord): boolean {
  return record.likeFailures >= LIKE_FAILURES_TO_RUN_ALONE;
}

type Starting = Extract<EventBody, { type: 'attempt.starting' }>;

function withAgent(
  { settings }: RunState,
  record: TaskRecord,
  event: Starting,
  agent: AgentSettings,
): Starting {
  const session = sessionFor(record, { ...event, driver: agent.driver });
  return {
    ...event,
    ...(agent === agentOfRole(settings, event.role) ? {} : { agent }),
    ...(session === undefined ? {} : { session }),
  };
}

function starting(state: RunState, record: TaskRecord): Starting {
  const attempt = (lastAttempt(record)?.number ?? 0) + 1;
  const branch = branchOf(state, record.id);
  const common = { type: 'attempt.starting', task: record.id, attempt, branch } as const;
  const base = workBase(record);
  if (record.state.is === 'reviewing' && base !== undefined)
    return { ...common, role: 'qa', base, startFrom: record.state.tip, feedback: '' };
  if (record.state.is === 'conflicted')
    return resolving(record.state, { ...common, branch: resolvingBranch(state.run, record.id) });
  if (record.state.is === 'asking' && record.state.adviser !== undefined) {
    const { base: from, tip } = record.state.adviser;
    return { ...common, role: 'adviser', base: from, startFrom: tip, feedback: '' };
  }
  const fresh = freshBase(state, record);
  const { base: from, tip } = record.resumeFrom ?? { tip: fresh, base: fresh };
  return { ...common, role: 'executor', base: from, startFrom: tip, feedback: feedbackFor(state, record) };
}

function feedbackFor({ foreseen }: RunState, { id, feedback }: TaskRecord): string {
  return [feedback, foreseenFeedback(foreseen, id)].filter((part) => part !== '').join('\n');
}

/** On a branch of its own: the task's stays what it is, for the user to resolve the conflict on. */
function resolving(
  { conflict, startFrom, feedback }: Conflicted,
  common: Pick<Starting, 'type' | 'task' | 'attempt' | 'branch'>,
): Starting {
  return { ...common, role: 'resolver', base: conflict.unresolved, startFrom, feedback };
}

/** No safe name has a dot. */
function resolvingBranch(run: string, task: TaskId): string {
  return `cox/${run}/${safeName(task)}.resolving`;
}

/**
 * Proven work, as a rule. A task that has to get along with work that is merged but not proven yet must see it:
 * one that conflicted with it, or one whose scope meets that of a task on the candidate.
 */
function freshBase({ integration, index }: RunState, record: TaskRecord): Commit {
  const meets = index.conflicts.get(record.id);
  const needsCandidate =
    record.lastSignature === 'conflict' ||
    (meets !== undefined && meets.size > 0 && integration.candidate.some(({ task }) => meets.has(task)));
  return needsCandidate ? candidateTip(integration) : integration.tip;
}

/** One that the plan names was made sure to be free when the run was made. */
export function branchOf({ run, index }: RunState, task: TaskId): string {
  return index.task.get(task)?.branch ?? `cox/${run}/${safeName(task)}`;
}
