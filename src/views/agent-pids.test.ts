import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { agentPids } from './agent-pids.ts';

const PLAN = makePlan([
  makeTask('2.1', 1, { agent: 'Builder-1' }),
  makeTask('2.2', 1, { agent: 'Builder 2', reviewers: ['Validator-1'] }),
  makeTask('2.3', 1, { agent: 'Builder-3' }),
]);

test('each agent that is at work has a line, whoever it is; others have none', () => {
  const qa = { agent: { driver: 'command', options: { command: 'review' } }, rejections: 3, tries: 3 };
  const log = new RunLog(PLAN, { ...TEST_SETTINGS, qa }).open().openGroup(1);
  const pids: Readonly<Record<string, number>> = { '2.1/1': 41, '2.2/1': 42, '2.2/2': 43, '2.1/2': 44 };
  const shown = () => agentPids(log.state(), (task, attempt) => pids[`${task}/${attempt}`] ?? null);
  assert.equal(shown(), '');
  log.start('2.1').start('2.2').start('2.3');
  assert.equal(shown(), 'builder-1:41\nbuilder-2:42\n');
  log.end('2.1').end('2.2');
  assert.equal(shown(), '');
  log.startReview('2.2', 2);
  assert.equal(shown(), 'validator-1:43\n', 'by the name that the plan gives');
  log.startReview('2.1', 2);
  assert.equal(shown(), 'qa:44\nvalidator-1:43\n', 'the plan names none');
});
