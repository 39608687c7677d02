import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventBody } from '../core/event.ts';
import { taskRecord } from '../core/run-state.ts';
import { commitName, doneOutcome, RunLog, someWork } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { conflictSteps } from './conflict-steps.ts';
import { nextSteps } from './next-steps.ts';
import { statusView } from './status.ts';
import { workOf } from './task-facts.ts';

const agent = { driver: 'command', options: {} };
const settings = { ...TEST_SETTINGS, resolver: { agent, tries: 1, review: false } };

/** `b` conflicts with the branch, and its one resolver has given up. */
function givenUp(paths: readonly string[] = ['x.txt', 'odd\n\u001b[31m']): RunLog {
  const log = new RunLog(makePlan([makeTask('a', 1), makeTask('b', 1)]), settings).open().openGroup(1);
  const scene = { unresolved: commitName('d4'), ancestor: commitName('a1'), others: ['a'] };
  const starting = {
    type: 'attempt.starting',
    task: 'b',
    attempt: 2,
    role: 'resolver',
    base: scene.unresolved,
    startFrom: scene.unresolved,
    branch: 'cox/run-1/b.resolving',
    feedback: '',
  } as const satisfies EventBody;
  return log
    .complete('a')
    .start('b')
    .end('b', doneOutcome({ work: someWork({ linesAdded: 7 }) }))
    .accept('b')
    .add(
      { type: 'merge.starting', task: 'b', tip: commitName('b2'), onto: commitName('c3') },
      { type: 'merge.ended', task: 'b', result: { is: 'conflict', paths, scene } },
      starting,
      {
        type: 'attempt.ended',
        task: 'b',
        attempt: 2,
        outcome: {
          is: 'failed',
          failure: { reason: 'declared-failed', detail: 'no' },
          work: someWork({ tip: commitName('e5'), linesAdded: 1 }),
          usage: {},
          exitCode: 0,
        },
      },
    );
}

test('the commands are those of the task’s own branch and of what it conflicts with', () => {
  const log = givenUp();
  const codes = () => conflictSteps(log.state(), taskRecord(log.state(), 'b'))?.map(({ code }) => code);
  const before = [
    'git switch cox/run-1/b',
    'git merge integration/run-1',
    'git add --update',
    'git commit --no-edit',
    'git switch -',
  ];
  assert.deepEqual(codes(), [...before, 'cox retry b --run run-1']);
  log.add({ type: 'run.suspended', reason: 'conflict' });
  assert.deepEqual(codes(), [...before, 'cox resume run-1']);
  assert.equal(conflictSteps(log.state(), taskRecord(log.state(), 'a')), null);
  const steps = nextSteps(log.state());
  assert.deepEqual(steps.map(({ code }) => code).slice(0, 6), [...before, 'cox resume run-1']);
  assert.ok(steps.every(({ what }) => !/[\n\u001b]/.test(what)));
  const [, status] = statusView(log.state(), false).tasks;
  assert.equal(status?.state, 'needs-user');
  assert.equal(status?.branch, 'cox/run-1/b');
  assert.deepEqual(status?.conflict?.commands, codes());
  assert.deepEqual(status?.conflict?.others, ['a']);
});

test('the files in conflict are added, and nothing else that the checkout has changed', () => {
  const state = givenUp(['src/[id]/a b.ts', "it's"]).state();
  const steps = conflictSteps(state, taskRecord(state, 'b'));
  assert.equal(steps?.[2]?.code, "git add --all -- 'src/[id]/a b.ts' 'it'\\''s'");
});

test('work that stands on more than the branch holds is named by its commit', () => {
  const state = givenUp().state();
  const record = taskRecord(state, 'b');
  const behind = { ...state, integration: { ...state.integration, tip: commitName('a1') } };
  assert.equal(conflictSteps(behind, record)?.[1]?.code, `git merge ${commitName('c3')}`);
});

test('what a task has done is what its own agent has, not what a resolver did to a merge', () => {
  assert.equal(workOf(taskRecord(givenUp().state(), 'b'))?.linesAdded, 7);
});
