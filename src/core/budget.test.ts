import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, randomPlan, TEST_SETTINGS } from '../testing/plans.ts';
import { simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import type { Usage } from './attempt.ts';
import { expectedOf, medianUse, reaches, usedByRun } from './budget.ts';
import type { LoggedEvent } from './event.ts';
import { foldRun } from './fold.ts';
import { tokensIn } from './prices.ts';
import type { RunState } from './run-state.ts';
import type { Budget } from './usage.ts';

/** Of any one answer of a model. */
const MOST_TOKENS = 50;
const MOST_USD = 0.5;

interface Fate {
  readonly turns: readonly Usage[];
  readonly counts: readonly number[];
  readonly durations: readonly number[];
  readonly failures: readonly number[];
}

const fate: fc.Arbitrary<Fate> = fc.record({
  turns: fc.array(
    fc.record({
      inputTokens: fc.integer({ min: 1, max: MOST_TOKENS - 10 }),
      outputTokens: fc.integer({ min: 0, max: 10 }),
      costUsd: fc.integer({ min: 1, max: 16 }).map((parts) => (parts * MOST_USD) / 16),
    }),
    { minLength: 1, maxLength: 20 },
  ),
  counts: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 10 }),
  durations: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }),
  failures: fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }),
});

const amount = fc.record(
  {
    usd: fc.integer({ min: 1, max: 100 }).map((parts) => parts / 8),
    tokens: fc.integer({ min: 1, max: 1500 }),
  },
  { requiredKeys: [] },
);

const budgets: fc.Arbitrary<Budget> = fc
  .tuple(amount, fc.option(amount, { nil: undefined }), fc.option(amount, { nil: undefined }))
  .map(([run, task, attempt]) => ({
    ...run,
    ...(task === undefined ? {} : { task }),
    ...(attempt === undefined ? {} : { attempt }),
  }));

function pick<T>(list: readonly T[], key: string): T {
  let sum = 0;
  for (const char of key) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003;
  const found = list[sum % list.length];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

function scriptOf(drawn: Fate, watch: (state: RunState, event: LoggedEvent) => void): Script {
  return {
    duration: (task, attempt) => pick(drawn.durations, `${task}/${attempt}`),
    turns: (task, attempt) =>
      Array.from({ length: pick(drawn.counts, `${task}${attempt}`) }, (_, turn) =>
        pick(drawn.turns, `${task}:${attempt}:${turn}`),
      ),
    outcome: (task, attempt) =>
      pick(drawn.failures, `f${task}${attempt}`) === 0
        ? failedOutcome(1)
        : doneOutcome(`t-${task}-${attempt}`),
    watch: (state, event) => {
      watch(state, event);
      return [];
    },
  };
}

/** Money is added up in an order of its own. */
const ROUNDING = 1e-6;

/** By at most one answer for each agent that was at work when it was used up. */
function assertWithin(used: Usage, limit: { usd?: number; tokens?: number }, agents: number): void {
  const { usd, tokens } = limit;
  if (usd !== undefined)
    assert.ok((used.costUsd ?? 0) < usd + agents * MOST_USD + ROUNDING, `${used.costUsd} USD of ${usd}`);
  if (tokens !== undefined)
    assert.ok(tokensIn(used) < tokens + agents * MOST_TOKENS + 1, `${tokensIn(used)} tokens of ${tokens}`);
}

describe('a budget', () => {
  it('is passed by no more than one answer of each agent at work, whatever they do in whatever order', () => {
    const property = fc.property(
      randomPlan(12),
      fate,
      budgets,
      fc.integer({ min: 1, max: 6 }),
      (plan, drawn, budget, maxParallel) => {
        const settings = { ...TEST_SETTINGS, schedule: 'dag' as const, budget, maxParallel };
        const { state, events } = simulate(
          plan,
          settings,
          scriptOf(drawn, (now, event) => {
            if (event.type !== 'attempt.starting') return;
            assert.ok(!reaches(usedByRun(now), budget) || !hasAny(budget), 'started with a spent budget');
            if (budget.task !== undefined)
              assert.ok(
                !reaches(now.tasks.get(event.task)?.usage ?? {}, budget.task) || !hasAny(budget.task),
              );
          }),
        );
        assertWithin(state.usage, budget, maxParallel);
        for (const { usage, attempts } of state.tasks.values()) {
          assertWithin(usage, budget.task ?? {}, 1);
          for (const { outcome } of attempts) assertWithin(outcome?.usage ?? {}, budget.attempt ?? {}, 1);
        }
        const isLeft = state.phase.is === 'suspended';
        assert.equal(isLeft, isLeft && state.phase.reason === 'budget' && reaches(state.usage, budget));
        const folded = foldRun(JSON.parse(JSON.stringify(events)));
        assert.ok(folded.ok);
        assert.deepEqual(folded.value.usage, state.usage);
      },
    );
    fc.assert(property, { numRuns: 400 });
  });

  it('is reserved before a start: beside others nothing begins that it is not expected to last for', () => {
    const property = fc.property(
      randomPlan(12),
      fate,
      fc.integer({ min: 1, max: 1500 }),
      fc.integer({ min: 1, max: 200 }),
      (plan, drawn, tokens, each) => {
        const settings = {
          ...TEST_SETTINGS,
          schedule: 'dag' as const,
          budget: { tokens },
          expected: { executor: { tokens: each } },
        };
        simulate(
          plan,
          settings,
          scriptOf(drawn, (now, event) => {
            if (event.type !== 'attempt.starting' || now.running.size < 2) return;
            const expected = expectedOf(now, 'executor').tokens ?? 0;
            let held = tokensIn(now.usage);
            for (const id of now.running) {
              const used = now.tasks.get(id)?.attempts.at(-1)?.used ?? {};
              held += Math.max(expected, tokensIn(used));
            }
            assert.ok(held <= tokens, `${held} of ${tokens} are held`);
          }),
        );
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('of a task fails that task alone, with its work kept, and a retry gives as much again', () => {
    const plan = makePlan([makeTask('a', 1), makeTask('b', 1)]);
    const turns = (task: string): Usage[] =>
      Array.from({ length: task === 'a' ? 9 : 1 }, () => ({ inputTokens: 10 }));
    const script: Script = { duration: () => 90, turns, outcome: (task) => doneOutcome(`t-${task}`) };
    const { state } = simulate(plan, { ...TEST_SETTINGS, budget: { task: { tokens: 30 } } }, script);
    const [a, b] = ['a', 'b'].map((id) => state.tasks.get(id));
    assert.ok(a?.state.is === 'failed' && a.state.failure.reason === 'budget', JSON.stringify(a?.state));
    assert.deepEqual(a.state.failure, { reason: 'budget', of: 'task', whole: { tokens: 30 } });
    assert.equal(a.attempts.length, 1);
    assert.deepEqual(a.usage, { inputTokens: 30 });
    assert.equal(b?.state.is, 'merged');
    let asked = false;
    const again = simulate(
      plan,
      { ...TEST_SETTINGS, budget: { task: { tokens: 30 } } },
      {
        ...script,
        watch: (_, event) => {
          if (asked || event.type !== 'task.failed') return [];
          asked = true;
          return [{ type: 'requested.retry', task: 'a' }];
        },
      },
    );
    const retried = again.state.tasks.get('a');
    assert.equal(retried?.attempts.length, 2);
    assert.deepEqual(retried.usage, { inputTokens: 60 });
  });

  it('of a task is none the larger for a retry of what only waits, or is at work', () => {
    const plan = makePlan([makeTask('a', 1)]);
    const used = { inputTokens: 30 };
    const script: Script = {
      duration: () => 90,
      outcome: (_, attempt, { lastEventAt }) =>
        attempt < 4 ? { is: 'quota', until: lastEventAt, usage: used, exitCode: 0 } : doneOutcome('t'),
      watch: (_, event) =>
        event.type === 'attempt.ended' || event.type === 'attempt.started'
          ? [{ type: 'requested.retry', task: 'a' }]
          : [],
    };
    const { state } = simulate(plan, { ...TEST_SETTINGS, budget: { task: { tokens: 60 } } }, script);
    const a = state.tasks.get('a');
    assert.ok(a?.state.is === 'failed' && a.state.failure.reason === 'budget', JSON.stringify(a?.state));
    assert.deepEqual(a.usage, { inputTokens: 60 });
  });

  it('of an attempt ends it, and the next try has as much', () => {
    const plan = makePlan([makeTask('a', 1)]);
    const script: Script = {
      duration: () => 90,
      turns: (_, attempt) => Array.from({ length: attempt < 3 ? 9 : 2 }, () => ({ costUsd: 1 })),
      outcome: () => doneOutcome('t'),
    };
    const { state } = simulate(plan, { ...TEST_SETTINGS, budget: { attempt: { usd: 4 } } }, script);
    const task = state.tasks.get('a');
    assert.equal(task?.state.is, 'merged');
    assert.deepEqual(
      task.attempts.map(({ outcome }) => outcome?.usage.costUsd),
      [4, 4, 2],
    );
  });
});

function hasAny({ usd, tokens }: { usd?: number; tokens?: number }): boolean {
  return usd !== undefined || tokens !== undefined;
}

it('the middle of what attempts took leaves out those that tell nothing', () => {
  assert.deepEqual(medianUse([{ costUsd: 1 }, {}, { costUsd: 3, inputTokens: 5 }, { costUsd: 9 }]), {
    usd: 3,
    tokens: 5,
  });
  assert.deepEqual(medianUse([{}]), {});
});
