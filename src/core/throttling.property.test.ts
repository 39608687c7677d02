import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { doneOutcome } from '../testing/outcomes.ts';
import { randomPlan, TEST_SETTINGS } from '../testing/plans.ts';
import { reviewedOutcome } from '../testing/proofs.ts';
import { type Simulated, simulate } from '../testing/simulator.ts';
import type { AttemptOutcome, LimitedPart } from './attempt.ts';
import { decide } from './decide.ts';
import type { LoggedEvent } from './event.ts';
import { foldRun } from './fold.ts';
import { isUnder } from './limits.ts';
import type { Plan } from './plan.ts';
import type { RunState } from './run-state.ts';
import type { AgentPart, AgentSettings, RunSettings } from './settings.ts';
import { type AttemptRecord, lastAttempt } from './task-state.ts';
import type { Throttle } from './throttle.ts';

const BEGIN = 1_000_000;
const HOUR = 3_600_000;
const DRIVERS = ['a', 'b', 'c'] as const;

/** How a service behaves: it refuses work between two times, tells the end or does not, and whose limit it is or not. */
interface Service {
  readonly from: number;
  readonly lasts: number;
  readonly tells: 'the end' | 'nothing' | 'the past' | 'too early';
  /** `model`: the big one alone is limited. */
  readonly of: LimitedPart | 'nobody';
  /** Between these times it does not take the credentials. */
  readonly closed: readonly [from: number, to: number];
}

interface World {
  readonly services: Readonly<Record<string, Service>>;
  readonly durations: readonly number[];
  readonly maxParallel: number;
  readonly answers: boolean;
  readonly fallback: readonly AgentPart[];
  readonly afterMs: number;
  readonly rules: RunSettings['agentRules'];
  readonly model: string | null;
  readonly qa: string | null;
  readonly lastTry: AgentPart | undefined;
  /** Milliseconds that the clock is set by, once in a while. */
  readonly jumps: readonly number[];
}

const OPEN = [0, 0] as const;
const CLOSED: fc.Arbitrary<Service['closed']> = fc.oneof(
  fc.constant(OPEN),
  fc.constant([0, Number.POSITIVE_INFINITY] as const),
  fc.tuple(fc.nat(HOUR), fc.nat(HOUR)).map(([from, lasts]) => [from, from + lasts] as const),
);

const service = (closed: fc.Arbitrary<Service['closed']>): fc.Arbitrary<Service> =>
  fc.record({
    from: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: HOUR })),
    lasts: fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 80 * HOUR })),
    tells: fc.constantFrom<Service['tells'][]>('the end', 'nothing', 'the past', 'too early'),
    of: fc.constantFrom<Service['of'][]>('credential', 'model', 'nobody'),
    closed,
  });

const driver = fc.constantFrom(...DRIVERS);
const part: fc.Arbitrary<AgentPart> = fc.oneof(
  driver.map((name) => ({ driver: name, options: {} })),
  driver.map((name) => ({ driver: name, options: { model: 'big' } })),
  fc.constantFrom('big', 'small').map((model) => ({ options: { model } })),
);

function worldOf(closed: fc.Arbitrary<Service['closed']>): fc.Arbitrary<World> {
  return fc.record({
    services: fc.record({ a: service(closed), b: service(closed), c: service(closed) }),
    durations: fc.array(fc.integer({ min: 1, max: 900_000 }), { minLength: 1, maxLength: 20 }),
    maxParallel: fc.integer({ min: 1, max: 6 }),
    answers: fc.boolean(),
    fallback: fc.array(part, { maxLength: 3 }),
    afterMs: fc.constantFrom(1, 60_000, HOUR),
    rules: fc.array(fc.record({ when: fc.constantFrom({}, { task: '*1' }, { role: 'qa' }), part }), {
      maxLength: 2,
    }),
    model: fc.option(fc.constantFrom('big', 'small')),
    qa: fc.option(driver),
    lastTry: fc.option(part, { nil: undefined }),
    jumps: fc.array(fc.integer({ min: -2 * HOUR, max: 2 * HOUR }), { maxLength: 3 }),
  });
}

function settingsOf(world: World): RunSettings {
  const { fallback, afterMs, rules, qa, lastTry, maxParallel, model } = world;
  return {
    ...TEST_SETTINGS,
    maxParallel,
    retries: 1,
    agent: { driver: 'a', options: model === null ? {} : { model } },
    ...(fallback.length === 0 ? {} : { fallback: { agents: fallback, afterMs } }),
    ...(rules === undefined ? {} : { agentRules: rules }),
    ...(lastTry === undefined ? {} : { lastTry }),
    qa: qa === null ? null : { agent: { driver: qa, options: {} }, rejections: 2, tries: 2 },
  };
}

function outcomeOf(world: World, state: RunState, task: string): AttemptOutcome {
  const record = state.tasks.get(task);
  const attempt = record === undefined ? undefined : lastAttempt(record);
  const found = world.services[attempt?.agent.driver ?? ''];
  assert.ok(found !== undefined && attempt !== undefined);
  const { from, lasts, tells, closed, of } = found;
  const now = state.lastEventAt - BEGIN;
  if (now >= closed[0] && now < closed[1])
    return {
      is: 'failed',
      failure: { reason: 'agent-error', kind: 'credentials', detail: '401' },
      usage: {},
      exitCode: 1,
    };
  const isLimited = of !== 'model' || attempt.agent.options['model'] === 'big';
  if (isLimited && now >= from && now < from + lasts) {
    const end = BEGIN + from + lasts;
    const until = { 'the end': end, nothing: 0, 'the past': 5, 'too early': state.lastEventAt + 100 }[tells];
    const untold = tells === 'nothing' ? { untold: true as const } : {};
    const whose = of === 'nobody' ? {} : { of };
    return { is: 'quota', until, ...untold, ...whose, usage: {}, exitCode: 1 };
  }
  return attempt.role === 'qa' ? reviewedOutcome('approved') : doneOutcome(`t-${task}-${attempt.number}`);
}

/** What anybody could know of the services who reads the log, in words of its own. */
class Known {
  /** Told, and not passed yet: nobody may start whom it holds. */
  readonly #waits: { readonly holds: (agent: AgentSettings) => boolean; readonly until: number }[] = [];
  /** By driver: since when its credentials are in doubt, and whether one that began later was refused as well. */
  readonly #keys = new Map<string, { readonly since: number; readonly isCertain: boolean }>();

  get hasCertain(): boolean {
    return [...this.#keys.values()].some(({ isCertain }) => isCertain);
  }

  starts({ driver, ...agent }: AgentSettings, at: number): void {
    assert.ok(this.#keys.get(driver)?.isCertain !== true, `${driver} is known to be refused`);
    for (const wait of this.#waits.filter(({ holds }) => holds({ driver, ...agent })))
      assert.ok(
        at >= wait.until,
        `an agent of ${driver} was started ${wait.until - at} ms before the time told`,
      );
    // Once it is over the clock may be set back.
    const left = this.#waits.filter(({ holds, until }) => !holds({ driver, ...agent }) || at < until);
    this.#waits.splice(0, this.#waits.length, ...left);
  }

  ended({ agent, requestedAt }: AttemptRecord, outcome: AttemptOutcome, at: number): void {
    const { driver, options } = agent;
    const before = this.#keys.get(driver);
    if (outcome.is === 'failed')
      this.#keys.set(driver, {
        since: before?.since ?? at,
        isCertain: before !== undefined && (before.isCertain || requestedAt >= before.since),
      });
    else if (outcome.is === 'done' || outcome.is === 'reviewed') {
      if (before !== undefined && requestedAt >= before.since) this.#keys.delete(driver);
    } else if (outcome.is === 'quota' && outcome.untold !== true) {
      const isModels = outcome.of === 'model' || agent.credential !== undefined;
      const isSame = (other: AgentSettings): boolean =>
        outcome.of === 'credential' ||
        (isModels ? other.options['model'] === options['model'] : other.credential === undefined);
      this.#waits.push({ holds: (other) => other.driver === driver && isSame(other), until: outcome.until });
    }
  }
}

/** What each limit allowed before the attempt that starts now. */
class Watch {
  readonly known = new Known();
  #before: ReadonlyMap<string, Throttle> = new Map();
  readonly #world: World;
  #events = 0;

  constructor(world: World) {
    this.#world = world;
  }

  see(state: RunState, event: LoggedEvent): readonly [] | readonly [{ type: 'attempt.progress' } & Answer] {
    if (event.type === 'attempt.starting') this.#check(state, event.task, event.at);
    if (event.type === 'attempt.ended') {
      const ended = state.tasks.get(event.task)?.attempts.find(({ number }) => number === event.attempt);
      assert.ok(ended !== undefined);
      this.known.ended(ended, event.outcome, event.at);
    }
    this.#before = new Map(state.throttles);
    if (event.type !== 'attempt.started' || !this.#world.answers) return [];
    const { task, attempt } = event;
    if (outcomeOf(this.#world, state, task).is !== 'done') return [];
    return [{ type: 'attempt.progress', task, attempt, answered: true }];
  }

  jump(): number {
    this.#events += 1;
    const { jumps } = this.#world;
    return this.#events % 50 === 0 ? (jumps[this.#events / 50 - 1] ?? 0) : 0;
  }

  #check(state: RunState, task: string, at: number): void {
    const record = state.tasks.get(task);
    const started = record === undefined ? undefined : lastAttempt(record);
    assert.ok(started !== undefined);
    this.known.starts(started.agent, at);
    for (const [key, throttle] of this.#before)
      if (isUnder(state, { task, agent: started.agent }, { key, isWhole: throttle.isWhole }))
        this.#checkRoom(state, { task, at, key, throttle });
  }

  #checkRoom(state: RunState, { task, at, key, throttle }: Room): void {
    const beside = [...state.running]
      .filter((id) => id !== task)
      .flatMap((id) => {
        const other = state.tasks.get(id);
        const last = other === undefined ? undefined : lastAttempt(other);
        const limit = { key, isWhole: throttle.isWhole };
        return last !== undefined && isUnder(state, { task: id, agent: last.agent }, limit)
          ? [last.requestedAt]
          : [];
      });
    assert.ok(beside.length < throttle.limit, `${task} was started with ${key}, which has no room`);
    const probes = beside.filter((since) => since >= throttle.refusedAt);
    assert.ok(!throttle.isProbing || probes.length === 0, `${task} was started with ${key} beside a probe`);
    assert.ok(at >= throttle.until, `${task} was started with ${key} before its time`);
  }
}

interface Room {
  readonly task: string;
  readonly at: number;
  readonly key: string;
  readonly throttle: Throttle;
}

interface Answer {
  readonly task: string;
  readonly attempt: number;
  readonly answered: true;
}

function runOf(plan: Plan, world: World): Simulated & { readonly known: Known } {
  const watch = new Watch(world);
  const simulated = simulate(plan, settingsOf(world), {
    duration: (task, attempt) => world.durations[(task.length + attempt) % world.durations.length] ?? 1,
    outcome: (task, _, state) => outcomeOf(world, state, task),
    review: (task, _, state) => outcomeOf(world, state, task),
    watch: (state, event) => watch.see(state, event),
    jump: () => watch.jump(),
  });
  return { ...simulated, known: watch.known };
}

function assertNothingFailed({ state }: Simulated): void {
  for (const { id, failures, setbacks, blockedReviews } of state.tasks.values())
    assert.deepEqual([failures, setbacks.length, blockedReviews], [0, 0, 0], `${id} failed for a wait`);
}

describe('services that refuse work, whatever they do and however the clock is set', () => {
  it('keep no run from its end, and no agent is started where there is no room', () => {
    fc.assert(
      fc.property(randomPlan(), worldOf(fc.constant(OPEN)), (plan, world) => {
        const simulated = runOf(plan, world);
        const { phase } = simulated.state;
        assert.equal(phase.is === 'finished' && phase.status, 'succeeded');
        assertNothingFailed(simulated);
      }),
      { numRuns: 300 },
    );
  });

  it('end a run, too, where some of them refuse the credentials, or have it wait for the user', () => {
    fc.assert(
      fc.property(randomPlan(), worldOf(CLOSED), (plan, world) => {
        const simulated = runOf(plan, world);
        const { state, known, events, now } = simulated;
        assertNothingFailed(simulated);
        if (state.phase.is === 'finished') return assert.equal(state.phase.status, 'succeeded');
        assert.equal(state.phase.is === 'suspended' && state.phase.reason, 'credentials');
        assert.ok(known.hasCertain);
        // Whoever goes on with it has logged in.
        const opened = events.find(({ type }) => type === 'run.opened');
        assert.ok(opened !== undefined);
        const again = foldRun([...events, { ...opened, seq: state.seq + 1, at: now }]);
        assert.ok(again.ok);
        const { events: begun, wakeAt } = decide(again.value, now);
        assert.ok(begun.some(({ type }) => type === 'attempt.starting') || (wakeAt ?? 0) > now);
      }),
      { numRuns: 300 },
    );
  });
});
