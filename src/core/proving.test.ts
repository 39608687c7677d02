import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, NO_PROTECTION, TEST_SETTINGS } from '../testing/plans.ts';
import { checkOf, proofOf, reviewedOutcome } from '../testing/proofs.ts';
import { type Simulated, simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import { decide } from './decide.ts';
import type { EventBody, LoggedEvent } from './event.ts';
import { startFold } from './fold.ts';
import type { Proof } from './proof.ts';
import type { RunSettings } from './settings.ts';

const CHECKED: RunSettings = { ...TEST_SETTINGS, checks: { ...TEST_SETTINGS.checks, enabled: true } };
const QA = { agent: { driver: 'command', options: { command: 'review' } }, rejections: 3, tries: 3 };
const REVIEWED: RunSettings = { ...CHECKED, qa: QA };
const one = makePlan([makeTask('a', 1)]);
const two = makePlan([makeTask('a', 1), makeTask('b', 1)]);

/** Each attempt leaves another tip, unless told otherwise. */
function script(more: Partial<Script> = {}): Script {
  return { duration: () => 5, outcome: (task, attempt) => doneOutcome(`${task}-${attempt}`), ...more };
}

function setbacksOf({ state }: Simulated, task = 'a'): readonly string[] {
  return state.tasks.get(task)?.setbacks.map(({ failure }) => failure.reason) ?? [];
}

function stateOf({ state }: Simulated, task = 'a'): string | undefined {
  return state.tasks.get(task)?.state.is;
}

function count({ events }: Simulated, type: EventBody['type']): number {
  return events.filter((event) => event.type === type).length;
}

function starts({ events }: Simulated): readonly Extract<LoggedEvent, { type: 'attempt.starting' }>[] {
  return events.filter((event) => event.type === 'attempt.starting');
}

/** Goes on with a run that was left, as a process that takes it over. */
function resumed({ events }: Simulated): readonly EventBody[] {
  const [first, ...rest] = events;
  const fold = first === undefined ? null : startFold(first);
  assert.ok(fold?.ok);
  for (const event of rest) fold.value.apply(event);
  const at = (events.at(-1)?.at ?? 0) + 1000;
  const opened: EventBody = {
    type: 'run.opened',
    owner: { pid: 2, host: 'sim', startTime: '0', bootId: '0' },
    protection: NO_PROTECTION,
  };
  fold.value.apply({ ...opened, seq: events.length + 1, at, run: 'sim' });
  return decide(fold.value.state, at).events;
}

describe('work that is checked', () => {
  it('is merged once its checks passed, and what they said is kept', () => {
    const run = simulate(one, CHECKED, script());
    assert.equal(stateOf(run), 'merged');
    const proof = run.state.tasks.get('a')?.proof;
    assert.equal(proof?.verdict, 'complete-validated');
    assert.deepEqual([proof?.attempt, proof?.tip], [1, 'a-1']);
    const order = run.events.map(({ type }) => type);
    assert.ok(order.indexOf('checks.ended') < order.indexOf('task.accepted'));
  });

  it('goes back to its agent with exactly what failed, and counts as a failure', () => {
    const run = simulate(
      one,
      CHECKED,
      script({ proof: (_, attempt) => proofOf(attempt < 3 ? 'failed' : 'passed') }),
    );
    assert.deepEqual(setbacksOf(run), ['checks', 'checks']);
    assert.equal(stateOf(run), 'merged');
    const feedback = starts(run)[1]?.feedback ?? '';
    for (const part of ['tests', 'npm test', 'exit 1', 'src/add.js:3: adds wrongly', 'not ok 1 - adds'])
      assert.ok(feedback.includes(part), `${part} is missing in:\n${feedback}`);
    assert.deepEqual(
      starts(run).map(({ startFrom }) => startFrom),
      ['c0', 'a-1', 'a-2'],
    );
  });

  it('fails its task when no try is left', () => {
    const run = simulate(one, CHECKED, script({ proof: () => proofOf('failed') }));
    assert.equal(stateOf(run), 'failed');
    assert.equal(starts(run).length, 1 + CHECKED.retries);
    assert.equal(count(run, 'merge.starting'), 0);
  });

  it('is not checked again as it is', () => {
    const run = simulate(
      one,
      CHECKED,
      script({ outcome: () => doneOutcome('same'), proof: () => proofOf('failed') }),
    );
    assert.deepEqual(setbacksOf(run), ['checks', 'nothing-added', 'nothing-added']);
    assert.equal(count(run, 'checks.starting'), 1);
  });

  it('is checked again as it is when the check itself was stopped', () => {
    const proof = (): Proof => proofOf('failed', { exitCode: null });
    const run = simulate(one, CHECKED, script({ outcome: () => doneOutcome('same'), proof }));
    assert.equal(count(run, 'checks.starting'), 1 + CHECKED.retries);
  });

  it('passes with what was red before, with what only warns, and with nothing to run, which validates nothing', () => {
    const { command: _, ...scopeAlone } = checkOf('passed', { name: 'boundaries' });
    for (const proof of [
      proofOf('failed', { onBase: 'failed' }),
      proofOf('failed', { critical: false }),
      proofOf('warning'),
      proofOf('not run'),
      { checks: [scopeAlone], criteria: [] },
      proofOf('passed', { name: 'security-audit', command: 'npm audit' }),
      { checks: [], criteria: [] },
    ]) {
      const run = simulate(one, CHECKED, script({ proof: () => proof }));
      assert.equal(stateOf(run), 'merged');
      assert.equal(run.state.tasks.get('a')?.proof?.verdict, 'complete-with-warnings');
    }
  });

  it('may leave its scope on the last try where that only warns, and only there', () => {
    const settings: RunSettings = { ...CHECKED, checks: { ...CHECKED.checks, boundaries: 'warn' } };
    const proof = (): Proof => ({
      checks: [checkOf('failed', { name: 'boundaries' }), checkOf('passed')],
      criteria: [],
    });
    const run = simulate(one, settings, script({ proof }));
    assert.deepEqual(setbacksOf(run), ['checks', 'checks']);
    assert.equal(stateOf(run), 'merged');
    assert.equal(run.state.tasks.get('a')?.proof?.checks[0]?.status, 'warning');
    const tests = simulate(one, settings, script({ proof: () => proofOf('failed') }));
    assert.equal(stateOf(tests), 'failed');
  });

  it('is let go when its task is cancelled, and what comes later changes nothing', () => {
    const run = simulate(
      two,
      CHECKED,
      script({
        watch: (_, event) =>
          event.type === 'checks.starting' && event.task === 'a'
            ? [{ type: 'requested.cancel', task: 'a' }]
            : [],
      }),
    );
    assert.deepEqual([stateOf(run), stateOf(run, 'b')], ['cancelled', 'merged']);
    assert.equal(run.state.open.size, 0);
    assert.equal(count(run, 'checks.ended'), 2);
  });

  it('is looked at to the end when the run is to stop after what is under way, and by nobody once it was left', () => {
    const stop = (state: EventBody['type']): Simulated =>
      simulate(
        one,
        REVIEWED,
        script({
          watch: (_, event) =>
            event.type === state ? [{ type: 'requested.stop', mode: 'drain', reason: 'interrupted' }] : [],
        }),
      );
    const checking = stop('checks.starting');
    assert.equal(stateOf(checking), 'reviewing');
    assert.equal(count(checking, 'checks.ended'), 1);
    assert.deepEqual(
      resumed(checking).map(({ type }) => type),
      ['attempt.starting'],
    );
    const running = stop('attempt.started');
    assert.equal(stateOf(running), 'checking');
    assert.equal(count(running, 'checks.starting'), 0);
    assert.deepEqual(
      resumed(running).map(({ type }) => type),
      ['checks.starting'],
    );
  });
});

describe('work that QA looks at', () => {
  it('is merged when it is approved; QA gets the work and none of its feedback', () => {
    const run = simulate(one, REVIEWED, script());
    assert.equal(stateOf(run), 'merged');
    const [, review] = starts(run);
    assert.deepEqual(
      [review?.role, review?.attempt, review?.startFrom, review?.base, review?.feedback],
      ['qa', 2, 'a-1', 'c0', ''],
    );
  });

  it('is looked at without checks too', () => {
    const run = simulate(one, { ...TEST_SETTINGS, qa: QA }, script());
    assert.equal(stateOf(run), 'merged');
    assert.equal(starts(run)[1]?.role, 'qa');
  });

  it('goes back with what QA says, without a failure being counted, and is looked at anew', () => {
    const review: Script['review'] = (_, attempt) =>
      attempt === 2
        ? reviewedOutcome('rejected', 'the edge case of 0 is missing')
        : reviewedOutcome('approved');
    const run = simulate(one, { ...REVIEWED, retries: 0 }, script({ review }));
    assert.equal(stateOf(run), 'merged');
    assert.deepEqual(
      starts(run).map(({ role }) => role),
      ['executor', 'qa', 'executor', 'qa'],
    );
    assert.match(starts(run)[2]?.feedback ?? '', /QA rejected[\s\S]*the edge case of 0 is missing/);
    const record = run.state.tasks.get('a');
    assert.deepEqual([record?.failures, record?.rejections], [0, 1]);
    assert.equal(count(run, 'checks.starting'), 2);
  });

  it('has failed with the last rejection that it may have', () => {
    const run = simulate(one, REVIEWED, script({ review: () => reviewedOutcome('rejected', 'no') }));
    assert.equal(stateOf(run), 'failed');
    assert.deepEqual(setbacksOf(run), ['qa-rejected', 'qa-rejected', 'qa-rejected']);
    assert.equal(count(run, 'merge.starting'), 0);
  });

  it('is not shown to QA again as it is', () => {
    const run = simulate(
      one,
      REVIEWED,
      script({ outcome: () => doneOutcome('same'), review: () => reviewedOutcome('rejected', 'no') }),
    );
    assert.deepEqual(setbacksOf(run), ['qa-rejected', 'nothing-added', 'nothing-added', 'nothing-added']);
    assert.equal(starts(run).filter(({ role }) => role === 'qa').length, 1);
  });

  it('waits for the user at once where another look would end in the same way', () => {
    const failure = { reason: 'agent-error', kind: 'options', detail: 'mode x' } as const;
    const run = simulate(
      one,
      REVIEWED,
      script({ review: () => ({ is: 'failed', failure, usage: {}, exitCode: 1 }) }),
    );
    assert.equal(stateOf(run), 'qa-blocked');
    assert.equal(starts(run).filter(({ role }) => role === 'qa').length, 1);
  });

  it('waits for the user when QA gives no verdict again and again; a resume has it looked at once more', () => {
    for (const ending of [
      reviewedOutcome('blocked', 'no database'),
      failedOutcome(1),
      doneOutcome('qa'),
      { is: 'asking', question: 'which?', usage: {}, exitCode: 0 } as const,
    ]) {
      const run = simulate(
        two,
        REVIEWED,
        script({ review: (task) => (task === 'a' ? ending : reviewedOutcome('approved')) }),
      );
      assert.deepEqual([stateOf(run), stateOf(run, 'b')], ['qa-blocked', 'merged']);
      assert.deepEqual(run.state.phase.is === 'suspended' && run.state.phase.reason, 'qa-blocked');
      assert.equal(starts(run).filter(({ role, task }) => role === 'qa' && task === 'a').length, QA.tries);
      assert.equal(setbacksOf(run).length, 0);
      const [next] = resumed(run);
      assert.deepEqual(next?.type === 'attempt.starting' && [next.role, next.startFrom], ['qa', 'a-1']);
    }
  });

  it('is tried again when QA was stopped, lost, or has to wait for its service', () => {
    const review: Script['review'] = (_, attempt) => {
      if (attempt === 2) return { is: 'lost', usage: {}, exitCode: null };
      if (attempt === 3) return { is: 'quota', until: 0, usage: {}, exitCode: 1 };
      return attempt === 4
        ? { is: 'stopped', why: 'interrupted', usage: {}, exitCode: null }
        : reviewedOutcome('approved');
    };
    const run = simulate(one, { ...REVIEWED, qa: { ...QA, tries: 1 } }, script({ review }));
    assert.equal(stateOf(run), 'merged');
    assert.equal(starts(run).length, 5);
  });

  it('ends with its task when that is cancelled', () => {
    const run = simulate(
      one,
      REVIEWED,
      script({
        watch: (_, event) =>
          event.type === 'attempt.started' && event.attempt === 2
            ? [{ type: 'requested.cancel', task: 'a' }]
            : [],
      }),
    );
    assert.equal(stateOf(run), 'cancelled');
    assert.equal(count(run, 'attempt.stopping'), 1);
  });

  it('is still looked at after another task failed for good, and not with a budget that is spent', () => {
    const outcome: Script['outcome'] = (task, attempt) =>
      task === 'b' ? failedOutcome(1) : doneOutcome(`${task}-${attempt}`);
    const settings: RunSettings = { ...REVIEWED, onFailure: 'stop', retries: 0 };
    const run = simulate(two, settings, script({ outcome, duration: (task) => (task === 'b' ? 1 : 50) }));
    assert.deepEqual([stateOf(run), stateOf(run, 'b')], ['merged', 'failed']);
    const spent = simulate(
      one,
      { ...REVIEWED, budget: { usd: 1 } },
      script({ outcome: () => ({ ...doneOutcome('t'), usage: { costUsd: 2 } }) }),
    );
    assert.equal(stateOf(spent), 'reviewing');
    assert.deepEqual(spent.state.phase.is === 'suspended' && spent.state.phase.reason, 'budget');
  });

  it('counts as one of the agents at once, and holds what its task holds', () => {
    const plan = makePlan(['a', 'b', 'c'].map((id) => makeTask(id, 1, { resources: ['database'] })));
    let most = 0;
    const run = simulate(
      plan,
      REVIEWED,
      script({
        watch: (state) => {
          const checked = [...state.tasks.values()].filter((each) => each.state.is === 'checking');
          most = Math.max(
            most,
            state.running.size +
              checked.filter((each) => each.state.is === 'checking' && !each.state.passed).length,
          );
          return [];
        },
      }),
    );
    assert.equal(run.state.phase.is === 'finished' && run.state.phase.status, 'succeeded');
    assert.equal(most, 1);
  });
});
