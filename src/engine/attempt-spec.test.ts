import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Intent } from '../core/event.ts';
import { taskRecord } from '../core/run-state.ts';
import { toBeReviewed } from '../core/task-state.ts';
import { commitName, RunLog, someWork } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { attemptSpec } from './attempt-spec.ts';
import { qaSpec } from './qa-spec.ts';

const plan = {
  ...makePlan([makeTask('a', 1, { title: 'Add users', prompt: 'Do it', verifyOnly: true })]),
  context: [{ path: 'context.md', text: 'Shared' }],
};
const state = new RunLog(plan).state();

function starting(feedback: string): Extract<Intent, { type: 'attempt.starting' }> {
  return {
    type: 'attempt.starting',
    task: 'a',
    attempt: 2,
    role: 'executor',
    base: commitName('a1'),
    startFrom: commitName('b2'),
    branch: 'cox/run-1/a',
    feedback,
  };
}

test('a first try is given the plan’s prompt and context as they are, where nobody can be asked', () => {
  const ruled = { ...TEST_SETTINGS, questions: { answer: 'Decide.', most: 3 } };
  const spec = attemptSpec(new RunLog(plan, ruled).state(), starting(''));
  assert.deepEqual(spec.id, { run: 'run-1', task: 'a', number: 2 });
  assert.equal(spec.prompt, 'Do it');
  assert.deepEqual(spec.context, plan.context);
  assert.equal(spec.commitMessage, 'a: Add users');
  assert.equal(spec.verifyOnly, true);
  assert.deepEqual([spec.base, spec.startFrom], [commitName('a1'), commitName('b2')]);
});

test('an agent is told how to ask where the user, or an adviser, can answer', () => {
  const questions = { adviser: { driver: 'wise', options: {} }, most: 3 };
  for (const settings of [TEST_SETTINGS, { ...TEST_SETTINGS, questions }]) {
    const { prompt } = attemptSpec(new RunLog(plan, settings).state(), starting(''));
    assert.match(
      prompt,
      /^Decide small things [\s\S]*<promise>TASK_QUESTION: a [\s\S]*"You asked:"[\s\S]*\n\nDo it$/,
    );
  }
});

test('feedback stands before the prompt and in a file of its own', () => {
  const spec = attemptSpec(state, starting('It failed.'));
  assert.ok(spec.prompt.startsWith('=== FEEDBACK ON THE LAST TRY ===\n\nIt failed.'));
  assert.ok(spec.prompt.endsWith('Do it'));
  assert.deepEqual(spec.context.at(-1), { path: 'feedback.md', text: 'It failed.' });
});

describe('a try after others', () => {
  const report = { summary: 'I added\nusers.', session: 's1', usage: { costUsd: 2 } };
  const log = new RunLog(plan).open().openGroup(1).start('a');
  log.end('a', {
    is: 'failed',
    failure: { reason: 'nothing-changed' },
    work: someWork(),
    exitCode: 0,
    ...report,
  });

  test('in the same session is told what happened and how to end, and nothing again', () => {
    const spec = attemptSpec(log.state(), { ...starting('It failed.'), session: 's1' });
    assert.equal(spec.session, 's1');
    assert.deepEqual(spec.counted, { costUsd: 2 });
    assert.match(spec.prompt, /^It failed\.\n[\s\S]*<promise>TASK_DONE: a<\/promise>/);
    assert.ok(!spec.prompt.includes('Do it'));
  });

  test('in a fresh session is told what the others did', () => {
    const { prompt, session } = attemptSpec(log.state(), starting('It failed.'));
    assert.equal(session, undefined);
    assert.match(
      prompt,
      /^=== FEEDBACK[\s\S]*Try 1, by recipe, left commit b2b2[\s\S]*src\/a\.ts[\s\S]*Do it$/,
    );
    // Nothing in it reads as a heading or a promise of its own line.
    assert.match(prompt, /\n {4}I added\n {4}users\./);
  });

  describe('of which the last handed nothing in', () => {
    const asked = { is: 'asking', question: 'Which?', usage: {}, exitCode: 0, session: 's1' } as const;
    const failure = { reason: 'exit-code', code: 3, tail: '' } as const;
    const crashed = { is: 'failed', failure, usage: {}, exitCode: 3 } as const;
    const retrying = { type: 'task.retrying', task: 'a', notBefore: 0, failure } as const;
    const answered = () =>
      new RunLog(plan)
        .open()
        .openGroup(1)
        .start('a')
        .end('a', asked)
        .add({ type: 'requested.answer', task: 'a', text: 'The small one.' })
        .start('a', 2);
    const third = (log: RunLog) => ({ ...starting(taskRecord(log.state(), 'a').feedback), attempt: 3 });

    test('is told in a fresh session what that one was told, too, for nobody has seen to it', () => {
      const log = answered().end('a', crashed, 2).add(retrying);
      const { prompt } = attemptSpec(log.state(), third(log));
      assert.match(
        prompt,
        /^=== FEEDBACK[\s\S]*exited with 3\.[\s\S]*=== WHAT TRIES BEFORE[\s\S]*\n {8}The small one\.\n[\s\S]*Do it$/,
      );
      const once = answered().end('a', { is: 'lost', usage: {}, exitCode: null }, 2);
      assert.equal(attemptSpec(once.state(), third(once)).prompt.split('The small one.').length, 2);
    });

    test('is told in its session what it does not know yet', () => {
      const known = answered()
        .end('a', { ...crashed, session: 's1' }, 2)
        .add(retrying);
      const inSession = (log: RunLog) => attemptSpec(log.state(), { ...third(log), session: 's1' }).prompt;
      assert.ok(!inSession(known).includes('The small one.'));
      const setUp = answered()
        .end('a', { ...crashed, failure: { reason: 'setup', detail: 'no room' } }, 2)
        .add({ ...retrying, failure: { reason: 'setup', detail: 'no room' } });
      assert.match(inSession(setUp), /^The last try did not succeed: [^\n]*no room[\s\S]*The small one\./);
      const lost = answered().end('a', { is: 'lost', usage: {}, exitCode: null }, 2);
      assert.match(inSession(lost), /^You asked:[\s\S]*The small one\./);
    });

    test('is not told again what work was handed in for', () => {
      const work = someWork();
      const log = answered().end('a', { is: 'done', work, usage: {}, exitCode: 0 }, 2);
      log.add({ type: 'task.retrying', task: 'a', notBefore: 0, failure });
      assert.ok(!attemptSpec(log.state(), third(log)).prompt.includes('The small one.'));
    });
  });

  test('that was cut off is told so in its session', () => {
    const lost = new RunLog(plan).open().openGroup(1).start('a');
    lost.end('a', { is: 'lost', usage: {}, exitCode: null, session: 's1' });
    const { prompt } = attemptSpec(lost.state(), { ...starting(''), session: 's1' });
    assert.match(prompt, /^You were cut off/);
  });
});

test('it is plain JSON, to be sent to another machine', () => {
  const spec = attemptSpec(state, starting('It failed.'));
  assert.deepEqual(JSON.parse(JSON.stringify(spec)), spec);
});

test('a conversation may become full three times, of whoever works on the task', () => {
  const log = new RunLog(plan).open().openGroup(1);
  const bounds: unknown[] = [];
  for (let tries = 0; tries < 4; tries += 1) {
    bounds.push(attemptSpec(log.state(), starting('')).fullestContext);
    log.start('a').end('a', { is: 'stopped', why: 'context', usage: {}, exitCode: null, context: 0.9 });
  }
  assert.deepEqual(bounds, [0.8, 0.8, 0.8, undefined]);
  const of = (role: 'qa' | 'resolver') => attemptSpec(state, { ...starting(''), role }).fullestContext;
  assert.deepEqual([of('resolver'), of('qa')], [0.8, undefined]);
});

test('whoever the plan names is told apart, with what is known of them', () => {
  const profile = { name: 'ada', model: 'opus', tools: ['Read'], path: 'ada.md' };
  const named = makePlan([
    makeTask('a', 1, { agent: 'ada', reviewers: ['bob', 'ada'] }),
    makeTask('b', 1, { agent: 'eve' }),
  ]);
  const context = [{ path: 'ada.md', text: 'You like tests.' }];
  const log = new RunLog({ ...named, profiles: [profile], context });
  assert.deepEqual(attemptSpec(log.state(), starting('')).profile, profile);
  assert.deepEqual(attemptSpec(log.state(), { ...starting(''), task: 'b' }).profile, { name: 'eve' });
  assert.equal(attemptSpec(state, starting('')).profile, undefined);
});

test('each reviewer is told who it is', () => {
  const qa = { agent: { driver: 'command', options: {} }, rejections: 1, tries: 1 };
  const plan = {
    ...makePlan([makeTask('a', 1, { reviewers: ['bob', 'ada'] })]),
    context: [{ path: 'ada.md', text: 'You like tests.\n=== WHAT TO DO ===' }],
    profiles: [{ name: 'ada', path: 'ada.md' }],
  };
  const review = { ...starting(''), role: 'qa' } as const;
  const told = (approvals: number) => {
    const log = new RunLog(plan, { ...TEST_SETTINGS, qa }).state();
    const record = taskRecord(log, 'a');
    const reviewing = { ...toBeReviewed(commitName('b2'), 0, approvals) };
    const now = { ...log, tasks: new Map([['a', { ...record, state: reviewing }]]) };
    return qaSpec(now, review, { stat: '', patch: '', isWhole: true });
  };
  assert.match(
    told(0).prompt,
    /=== WHO YOU ARE ===\n\n {4}You are bob, whom the plan names to review this task\.\n/,
  );
  assert.deepEqual(told(0).profile, { name: 'bob' });
  assert.match(told(1).prompt, /You are ada[^\n]*\n\n {4}You like tests\.\n {4}=== WHAT TO DO ===\n/);
  assert.deepEqual(told(1).profile, { name: 'ada', path: 'ada.md' });
});
