import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventBody } from '../core/event.ts';
import type { ForeseenConflict } from '../core/foreseen.ts';
import { commitName, doneOutcome, RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { foreseenLines, foreseenReport, foreseenStatus, foreseenSummary } from './foreseen.ts';

const plan = makePlan([makeTask('a', 1), makeTask('b', 1)]);
const AB: ForeseenConflict = { task: 'a', other: 'b', paths: ['x.ts'] };

function looked(...found: readonly ForeseenConflict[]): EventBody {
  return { type: 'conflicts.foreseen', found: found.map((one) => ({ ...one, known: false })), gone: [] };
}

function running(): RunLog {
  return new RunLog(plan).open().openGroup(1).start('a').start('b');
}

function conflictOf(log: RunLog, task: string, path: string): RunLog {
  const onto = log.state().integration.tip;
  return log
    .end(task, doneOutcome())
    .accept(task)
    .add(
      { type: 'merge.starting', task, tip: commitName('b2'), onto },
      { type: 'merge.ended', task, result: { is: 'conflict', paths: [path] } },
    );
}

test('without a look nothing is claimed', () => {
  const state = running().state();
  assert.equal(foreseenReport(state), null);
  assert.equal(foreseenSummary(state), 'not looked for');
  assert.equal(foreseenSummary(running().add(looked()).state()), '0');
});

test('what holds is shown, what was merged as what it is', () => {
  const state = running()
    .add(looked(AB, { task: 'b', other: null, paths: ['y.ts'] }))
    .state();
  assert.deepEqual(
    foreseenStatus(state).map(({ tasks, with: whom, paths }) => [tasks, whom, paths]),
    [
      [['a', 'b'], 'task', ['x.ts']],
      [['b'], 'integration-branch', ['y.ts']],
    ],
  );
  assert.deepEqual(foreseenLines(state), [
    'Foreseen: a and b would conflict in x.ts',
    'Foreseen: b would conflict with what is merged in y.ts',
  ]);
});

test('met is what came to a conflict afterwards, in the same file', () => {
  const before = conflictOf(running(), 'a', 'x.ts').add(looked(AB)).state();
  assert.equal(foreseenReport(before)?.[0]?.met, false);
  assert.equal(foreseenSummary(before), '1, of which none was met at a merge; 1 conflict was met unforeseen');
  const elsewhere = conflictOf(running().add(looked(AB)), 'a', 'other.ts').state();
  assert.equal(foreseenReport(elsewhere)?.[0]?.met, false);
  const met = conflictOf(running().add(looked(AB)), 'b', 'x.ts').state();
  assert.equal(foreseenReport(met)?.[0]?.met, true);
  assert.equal(foreseenSummary(met), '1, of which 1 was met at a merge');
});
