import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { RunState } from '../core/run-state.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import { commitName, RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { missingWork } from './missing-work.ts';

const ids = ['1.1', '1.2', '1.3'];
const open = makePlan(ids.map((id) => makeTask(id, 1)));
const marked = makePlan([
  makeTask('1.1', 1, { done: true }),
  makeTask('1.2', 1, { done: true }),
  makeTask('1.3', 1),
]);
const own = new RunLog(marked, TEST_SETTINGS, 'now').state();

function earlier(run: string, tasks: readonly string[]): RunState {
  const log = new RunLog(open, TEST_SETTINGS, run).open().openGroup(1);
  for (const task of tasks) log.complete(task);
  return log.state();
}

/** Whether the base holds what other runs have made. */
const history = (holds: boolean) => ({ contains: async () => holds });

it('tells of tasks that are done on a branch that the base does not hold, by the run that did them last', async () => {
  const [newer, older] = [earlier('newer', ['1.2', '1.3']), earlier('older', ['1.1', '1.2'])];
  assert.deepEqual(await missingWork(own, [own, newer, older], history(false)), [
    { run: 'newer', tasks: ['1.2'] },
    { run: 'older', tasks: ['1.1'] },
  ]);
  assert.deepEqual(await missingWork(own, [newer, older], history(true)), []);
});

it('asks for the base and the tip, and says nothing where git cannot tell, or another plan is meant', async () => {
  const other = earlier('other', ['1.1']);
  const asked: string[] = [];
  const failing = {
    contains: async (commit: string, ancestor: string) => {
      asked.push(commit, ancestor);
      throw new OutsideFailure('no such commit', { mayPass: false });
    },
  };
  assert.deepEqual(await missingWork(own, [other], failing), []);
  assert.deepEqual(asked, [own.base, commitName('c3')]);
  assert.deepEqual(await missingWork(own, [{ ...other, source: '/elsewhere.md' }], history(false)), []);
  assert.deepEqual(await missingWork(earlier('open', []), [other], history(false)), []);
});
