import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Intent } from '../core/event.ts';
import { commitName, RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { attemptSpec } from './attempt-spec.ts';

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

test('a first try is given the plan’s prompt and context as they are', () => {
  const spec = attemptSpec(state, starting(''));
  assert.deepEqual(spec.id, { run: 'run-1', task: 'a', number: 2 });
  assert.equal(spec.prompt, 'Do it');
  assert.deepEqual(spec.context, plan.context);
  assert.equal(spec.commitMessage, 'a: Add users');
  assert.equal(spec.verifyOnly, true);
  assert.deepEqual([spec.base, spec.startFrom], [commitName('a1'), commitName('b2')]);
});

test('feedback stands before the prompt and in a file of its own', () => {
  const spec = attemptSpec(state, starting('It failed.'));
  assert.ok(spec.prompt.startsWith('=== FEEDBACK ON THE LAST TRY ===\n\nIt failed.'));
  assert.ok(spec.prompt.endsWith('Do it'));
  assert.deepEqual(spec.context.at(-1), { path: 'feedback.md', text: 'It failed.' });
});

test('it is plain JSON, to be sent to another machine', () => {
  const spec = attemptSpec(state, starting('It failed.'));
  assert.deepEqual(JSON.parse(JSON.stringify(spec)), spec);
});
