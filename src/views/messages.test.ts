import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutboxLetter } from '../core/message.ts';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { messageFacts } from './messages.ts';

const QUESTION: OutboxLetter = {
  id: null,
  to: 'ALL',
  type: 'question',
  priority: 'normal',
  subject: '',
  payload: {},
  conversation: null,
  inReplyTo: null,
  wantsResponse: false,
  files: [],
};

test('messages are counted, and the times to their first answers averaged', () => {
  const run = new RunLog(makePlan([makeTask('a', 1), makeTask('b', 1), makeTask('c', 1)]));
  run.open().openGroup(1).start('a').start('b').start('c');
  const none = { sent: 0, acknowledged: 0, escalated: 0, refused: 0, meanResponseMs: null };
  assert.deepEqual(messageFacts(run.state()), none);
  const left = { attempt: 1, file: '1.json' };
  run.add({ type: 'message.sent', task: 'a', key: '1', ...left, letter: QUESTION });
  const [id = ''] = run.state().mail.records.keys();
  const answer = { ...QUESTION, to: null, type: 'acknowledgment', inReplyTo: id } as const;
  run.wait(9).add({ type: 'message.sent', task: 'b', key: '2', ...left, letter: answer });
  const half = messageFacts(run.state());
  assert.deepEqual([half.sent, half.acknowledged, half.meanResponseMs], [2, 0, 10_000]);
  run.wait(19).add({ type: 'message.sent', task: 'c', key: '3', ...left, letter: answer });
  run.add({ type: 'message.refused', task: 'c', key: '4', ...left, problem: 'no JSON' });
  run.add({ type: 'message.escalated', message: id, waiting: ['c'] });
  const facts = messageFacts(run.state());
  assert.deepEqual(facts, { sent: 3, acknowledged: 1, escalated: 1, refused: 1, meanResponseMs: 20_000 });
});
