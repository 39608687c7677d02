import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { doneOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, NO_PROTECTION, ONE_PACKAGE, TEST_SETTINGS } from '../testing/plans.ts';
import { simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import { decide } from './decide.ts';
import type { EventBody, LoggedEvent } from './event.ts';
import { startFold } from './fold.ts';
import type { Plan } from './plan.ts';

const PLAN: Plan = { ...makePlan([makeTask('a', 1)]), dependencies: ONE_PACKAGE };
const SCRIPT: Script = { duration: () => 5, outcome: (task) => doneOutcome(`t-${task}`) };
const FAILED = {
  is: 'failed',
  result: { command: 'npm install', passed: false, exitCode: 1, durationMs: 1, output: 'no such package' },
} as const;

function typesOf(events: readonly EventBody[]): readonly string[] {
  return events.map(({ type }) => type);
}

describe("the packages of a plan's tasks", () => {
  test('are installed once, before the branch is made and before any task', () => {
    const { events, state } = simulate(PLAN, TEST_SETTINGS, SCRIPT);
    const types = typesOf(events);
    assert.deepEqual(types.slice(2, 6), [
      'dependencies.installing',
      'dependencies.installed',
      'integration.preparing',
      'integration.prepared',
    ]);
    assert.equal(types.filter((type) => type === 'dependencies.installing').length, 1);
    const started = events.find(({ type }) => type === 'attempt.starting');
    assert.partialDeepStrictEqual(started, { base: 'with-packages', startFrom: 'with-packages' });
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'succeeded');
  });

  test('are not looked for in a plan without any', () => {
    const { events } = simulate(makePlan([makeTask('a', 1)]), TEST_SETTINGS, SCRIPT);
    assert.ok(!typesOf(events).some((type) => type.startsWith('dependencies')));
  });

  test('leave the run as it is when they cannot be installed, and are tried again with it', () => {
    const { events, state } = simulate(PLAN, TEST_SETTINGS, { ...SCRIPT, install: () => FAILED });
    assert.deepEqual(state.phase, {
      is: 'suspended',
      reason: 'dependencies',
      at: state.phase.is === 'suspended' ? state.phase.at : 0,
    });
    assert.ok(
      !typesOf(events).some((type) => type === 'attempt.starting' || type === 'integration.preparing'),
    );
    const [first, ...rest] = events;
    assert.ok(first !== undefined);
    const fold = startFold(first);
    assert.ok(fold.ok);
    for (const event of rest) fold.value.apply(event);
    const at = state.lastEventAt + 1;
    const opened: LoggedEvent = {
      type: 'run.opened',
      owner: { pid: 2, host: 'h', startTime: '0', bootId: '0' },
      protection: NO_PROTECTION,
      seq: state.seq + 1,
      at,
      run: 'sim',
    };
    fold.value.apply(opened);
    assert.deepEqual(typesOf(decide(fold.value.state, at).events), ['dependencies.installing']);
  });

  test('are given up with a run that is cancelled meanwhile', () => {
    const { events, state } = simulate(PLAN, TEST_SETTINGS, {
      ...SCRIPT,
      lasts: (intent) => (intent.type === 'dependencies.installing' ? 1000 : 1),
      watch: (_, event) => (event.type === 'dependencies.installing' ? [{ type: 'requested.cancel' }] : []),
    });
    assert.ok(!typesOf(events).includes('dependencies.installed'));
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'cancelled');
    assert.equal(state.open.size, 0);
  });
});
