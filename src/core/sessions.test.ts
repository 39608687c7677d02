import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commitName, RunLog } from '../testing/events.ts';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { proofOf, reviewedOutcome } from '../testing/proofs.ts';
import { type Simulated, simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import type { AttemptOutcome } from './attempt.ts';
import type { Failure } from './failure.ts';
import { type RunState, taskRecord } from './run-state.ts';
import { FULLEST, isTooFull, sessionFor } from './sessions.ts';

const one = makePlan([makeTask('a', 1)]);
const checks = { ...TEST_SETTINGS.checks, enabled: true };
const qa = { agent: { driver: 'other', options: {} }, rejections: 3, tries: 3 };
const failed = (failure: Failure): AttemptOutcome => ({ is: 'failed', failure, usage: {}, exitCode: 1 });
const gone = failed({ reason: 'agent-error', kind: 'session', detail: 'gone' });
const broken = failed({ reason: 'agent-error', kind: 'service', detail: 'no' });

/** Each attempt has a session of its own name, unless it goes on in one. */
function run(outcomes: readonly AttemptOutcome[], more: Partial<Script> = {}): Simulated {
  const named =
    (say: (attempt: number, state: RunState) => AttemptOutcome): Script['outcome'] =>
    (task, attempt, state) => {
      const asked = state.tasks.get(task)?.attempts.find(({ number }) => number === attempt)?.session;
      return { session: asked ?? `s${attempt}`, ...say(attempt, state) };
    };
  const { review, ...rest } = more;
  const looks = named((attempt, state) => review?.('a', attempt, state) ?? reviewedOutcome('approved'));
  return simulate(
    one,
    { ...TEST_SETTINGS, checks, qa: review === undefined ? null : qa, retries: 5 },
    {
      duration: () => 5,
      outcome: named((attempt) => outcomes[attempt - 1] ?? doneOutcome(`t-${attempt}`)),
      review: looks,
      ...rest,
    },
  );
}

/** By attempt: the session that it goes on in. */
function sessions({ events }: Simulated): readonly (string | null)[] {
  return events.flatMap((event) => (event.type === 'attempt.starting' ? [event.session ?? null] : []));
}

describe('the next attempt', () => {
  it('goes on in the session of the last, however that ended', () => {
    for (const outcome of [
      failedOutcome(1),
      failed({ reason: 'hard-timeout', afterMs: 5 }),
      { is: 'lost', usage: {}, exitCode: null },
      { is: 'quota', until: 1_000_500, usage: {}, exitCode: 0 },
      failed({ reason: 'agent-error', kind: 'turns', detail: '' }),
    ] satisfies AttemptOutcome[]) {
      assert.deepEqual(sessions(run([outcome])), [null, 's1'], JSON.stringify(outcome));
    }
    const checked = run([], { proof: (_, attempt) => proofOf(attempt === 1 ? 'failed' : 'passed') });
    assert.deepEqual(sessions(checked), [null, 's1']);
  });

  it('goes on in the one before where the last never came to say a word in it', () => {
    const quota: AttemptOutcome = { is: 'quota', until: 0, usage: {}, exitCode: 0, session: 's1' };
    const lost: AttemptOutcome = { is: 'lost', usage: {}, exitCode: null };
    const setUp = failed({ reason: 'setup', detail: 'no' });
    const begun = () => new RunLog(one).open().openGroup(1).start('a').end('a', quota);
    const next = { role: 'executor', base: commitName('a1'), startFrom: commitName('a1') } as const;
    const after = (log: RunLog, driver = 'recipe') =>
      sessionFor(taskRecord(log.state(), 'a'), { ...next, attempt: 3, driver });
    assert.equal(after(begun().start('a', 2).end('a', lost, 2)), 's1');
    const other = { driver: 'other', options: {} };
    assert.equal(after(begun().start('a', 2, other).end('a', lost, 2)), undefined);
    // It got no further than its slot, whoever it was for.
    const starting = { ...next, type: 'attempt.starting', task: 'a', attempt: 2, agent: other } as const;
    const unstarted = begun().add({ ...starting, branch: 'cox/run-1/a', feedback: '' });
    assert.equal(after(unstarted.end('a', setUp, 2)), 's1');
    // One that ended by itself may have been brought to it by the session.
    assert.equal(after(begun().start('a', 2).end('a', failedOutcome(1), 2)), undefined);
  });

  it('begins afresh with a full one, and with one that its agent cannot go on with', () => {
    assert.deepEqual(sessions(run([{ ...failedOutcome(1), context: 0.81 }])), [null, null]);
    assert.deepEqual(sessions(run([{ ...failedOutcome(1), context: 0.8 }])), [null, 's1']);
    const tooLong = failed({ reason: 'agent-error', kind: 'context', detail: '' });
    assert.deepEqual(sessions(run([tooLong])), [null, null]);
    assert.deepEqual(sessions(run([broken, broken])), [null, 's1', null]);
  });

  it('that cannot take it up counts as no failure, and the one after it begins afresh', () => {
    const simulated = run([failedOutcome(1), gone, failedOutcome(1)]);
    assert.deepEqual(sessions(simulated), [null, 's1', null, 's3']);
    assert.equal(simulated.state.tasks.get('a')?.failures, 2);
    assert.deepEqual(
      simulated.state.tasks.get('a')?.setbacks.map(({ failure }) => failure.reason),
      ['exit-code', 'exit-code'],
    );
  });

  it('that says so of a session which it was not given has failed', () => {
    assert.equal(run([gone]).state.tasks.get('a')?.failures, 1);
  });

  it('begins afresh on top of what it conflicted with, and goes on from there', () => {
    const merge: Script['merge'] = (_, nth) =>
      nth === 1 ? { is: 'conflict', paths: ['x'] } : { is: 'clean', commit: `m-${nth}` };
    assert.deepEqual(sessions(run([doneOutcome('t-1'), failedOutcome(1)], { merge })), [null, null, 's2']);
  });

  it('of QA has a session of its own, for as long as it looks at the same work', () => {
    const lost: AttemptOutcome = { is: 'lost', usage: {}, exitCode: null };
    const review = (_: string, attempt: number): AttemptOutcome =>
      attempt === 2 ? lost : reviewedOutcome(attempt === 3 ? 'rejected' : 'approved', 'no');
    // Executor, QA, QA again, executor again, QA of the new work.
    assert.deepEqual(sessions(run([], { review })), [null, null, 's2', 's1', null]);
  });
});

it('a conversation is too full above its bound, not at it', () => {
  assert.deepEqual(
    [0.79, 0.8, 0.8001, undefined].map((context) => isTooFull(context, FULLEST)),
    [false, false, true, false],
  );
  assert.equal(isTooFull(1, undefined), false);
});
