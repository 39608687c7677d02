import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { randomPlan, TEST_SETTINGS } from '../testing/plans.ts';
import { reviewedOutcome } from '../testing/proofs.ts';
import { doneOutcome, type Simulated, simulate } from '../testing/simulator.ts';
import { credentialOf } from './agent-choice.ts';
import type { AttemptOutcome } from './attempt.ts';
import type { LoggedEvent } from './event.ts';
import type { Plan } from './plan.ts';
import type { RunState } from './run-state.ts';
import type { AgentPart, RunSettings } from './settings.ts';
import { lastAttempt } from './task-state.ts';
import type { Throttle } from './throttle.ts';

const BEGIN = 1_000_000;
const HOUR = 3_600_000;
const DRIVERS = ['a', 'b', 'c'] as const;

/** How a service behaves: it refuses work between two times, after so many answers, and tells the end or does not. */
interface Service {
  readonly from: number;
  readonly lasts: number;
  readonly tells: 'the end' | 'nothing' | 'the past' | 'too early';
  readonly knowsKey: boolean;
}

interface World {
  readonly services: Readonly<Record<string, Service>>;
  readonly durations: readonly number[];
  readonly maxParallel: number;
  readonly answers: boolean;
  readonly fallback: readonly AgentPart[];
  readonly afterMs: number;
  readonly rules: RunSettings['agentRules'];
  readonly qa: string | null;
  readonly lastTry: AgentPart | undefined;
  /** Milliseconds that the clock is set by, once in a while. */
  readonly jumps: readonly number[];
}

const service = (knowsKey: fc.Arbitrary<boolean>): fc.Arbitrary<Service> =>
  fc.record({
    from: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: HOUR })),
    lasts: fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 80 * HOUR })),
    tells: fc.constantFrom<Service['tells'][]>('the end', 'nothing', 'the past', 'too early'),
    knowsKey,
  });

const driver = fc.constantFrom(...DRIVERS);
const part: fc.Arbitrary<AgentPart> = fc.oneof(
  driver.map((name) => ({ driver: name, options: {} })),
  fc.constantFrom('big', 'small').map((model) => ({ options: { model } })),
);

function worldOf(knowsKey: fc.Arbitrary<boolean>): fc.Arbitrary<World> {
  return fc.record({
    services: fc.record({ a: service(knowsKey), b: service(knowsKey), c: service(knowsKey) }),
    durations: fc.array(fc.integer({ min: 1, max: 900_000 }), { minLength: 1, maxLength: 20 }),
    maxParallel: fc.integer({ min: 1, max: 6 }),
    answers: fc.boolean(),
    fallback: fc.array(part, { maxLength: 3 }),
    afterMs: fc.constantFrom(1, 60_000, HOUR),
    rules: fc.array(fc.record({ when: fc.constantFrom({}, { task: '*1' }, { role: 'qa' }), part }), {
      maxLength: 2,
    }),
    qa: fc.option(driver),
    lastTry: fc.option(part, { nil: undefined }),
    jumps: fc.array(fc.integer({ min: -2 * HOUR, max: 2 * HOUR }), { maxLength: 3 }),
  });
}

function settingsOf(world: World): RunSettings {
  const { fallback, afterMs, rules, qa, lastTry, maxParallel } = world;
  return {
    ...TEST_SETTINGS,
    maxParallel,
    retries: 1,
    agent: { driver: 'a', options: {} },
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
  assert.ok(found !== undefined);
  const { from, lasts, tells, knowsKey } = found;
  const now = state.lastEventAt - BEGIN;
  if (!knowsKey)
    return {
      is: 'failed',
      failure: { reason: 'agent-error', kind: 'credentials', detail: '401' },
      usage: {},
      exitCode: 1,
    };
  if (now >= from && now < from + lasts) {
    const end = BEGIN + from + lasts;
    const until = { 'the end': end, nothing: 0, 'the past': 5, 'too early': state.lastEventAt + 100 }[tells];
    const untold = tells === 'nothing' ? { untold: true as const } : {};
    return { is: 'quota', until, ...untold, usage: {}, exitCode: 1 };
  }
  return attempt?.role === 'qa' ? reviewedOutcome('approved') : doneOutcome(`t-${task}-${attempt?.number}`);
}

/** What each credential allowed before the attempt that starts now. */
class Watch {
  #before: ReadonlyMap<string, Throttle> = new Map();
  readonly #world: World;
  #events = 0;

  constructor(world: World) {
    this.#world = world;
  }

  see(state: RunState, event: LoggedEvent): readonly [] | readonly [{ type: 'attempt.progress' } & Answer] {
    if (event.type === 'attempt.starting') this.#check(state, event.task, event.at);
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
    const key = credentialOf(started.agent);
    const throttle = this.#before.get(key);
    if (throttle === undefined) return;
    const beside = [...state.running]
      .filter((id) => id !== task)
      .flatMap((id) => {
        const other = state.tasks.get(id);
        const last = other === undefined ? undefined : lastAttempt(other);
        return last !== undefined && credentialOf(last.agent) === key ? [last.requestedAt] : [];
      });
    assert.ok(beside.length < throttle.limit, `${task} was started with ${key}, which has no room`);
    const probes = beside.filter((since) => since >= throttle.refusedAt);
    assert.ok(!throttle.isProbing || probes.length === 0, `${task} was started with ${key} beside a probe`);
    assert.ok(at >= throttle.until, `${task} was started with ${key} before its time`);
  }
}

interface Answer {
  readonly task: string;
  readonly attempt: number;
  readonly answered: true;
}

function runOf(plan: Plan, world: World): Simulated {
  const watch = new Watch(world);
  return simulate(plan, settingsOf(world), {
    duration: (task, attempt) => world.durations[(task.length + attempt) % world.durations.length] ?? 1,
    outcome: (task, _, state) => outcomeOf(world, state, task),
    review: (task, _, state) => outcomeOf(world, state, task),
    watch: (state, event) => watch.see(state, event),
    jump: () => watch.jump(),
  });
}

describe('services that refuse work, whatever they do and however the clock is set', () => {
  it('keep no run from its end, and no agent is started where there is no room', () => {
    fc.assert(
      fc.property(randomPlan(), worldOf(fc.constant(true)), (plan, world) => {
        const { state } = runOf(plan, world);
        assert.equal(state.phase.is, 'finished');
        for (const record of state.tasks.values())
          assert.equal(record.failures, 0, `${record.id} failed for a wait`);
        assert.equal(state.phase.is === 'finished' && state.phase.status, 'succeeded');
      }),
      { numRuns: 300 },
    );
  });

  it('end a run, too, where some of them refuse the credentials', () => {
    fc.assert(
      fc.property(randomPlan(), worldOf(fc.boolean()), (plan, world) => {
        const { phase } = runOf(plan, world).state;
        // QA without a verdict waits for the user.
        assert.ok(phase.is === 'finished' || (phase.is === 'suspended' && phase.reason === 'qa-blocked'));
      }),
      { numRuns: 300 },
    );
  });
});
