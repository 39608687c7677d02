import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { decide } from './decide.ts';
import type { EventBody } from './event.ts';
import { decisionsText } from './mail.ts';
import { newMessage, type OutboxLetter } from './message.ts';

const plan = makePlan([
  makeTask('a', 1),
  makeTask('b', 1, { agent: 'Builder-2' }),
  makeTask('c', 1, { agent: 'Builder-2', dependsOn: ['b'] }),
]);

const LETTER: OutboxLetter = {
  id: null,
  to: 'b',
  type: 'question',
  priority: 'normal',
  subject: 'Which port?',
  payload: {},
  conversation: null,
  inReplyTo: null,
  wantsResponse: false,
  files: [],
};

function sent(task: string, key: string, letter: Partial<OutboxLetter> = {}): EventBody {
  return {
    type: 'message.sent',
    task,
    attempt: 1,
    key,
    file: `${key}.json`,
    letter: { ...LETTER, ...letter },
  };
}

/** With agents at a and b. */
function log(): RunLog {
  return new RunLog(plan).open().openGroup(1).start('a').start('b');
}

function posts(run: RunLog, task: string): readonly string[] {
  return (run.state().mail.posts.get(task) ?? []).map(({ message }) => message.subject);
}

function firstId(run: RunLog): string {
  return [...run.state().mail.records.keys()][0] ?? '';
}

/** What is decided about messages at that time, in seconds after the last event. */
function escalated(run: RunLog, seconds: number): readonly EventBody[] {
  return decide(run.state(), run.now + seconds * 1000).events.filter(
    ({ type }) => type === 'message.escalated',
  );
}

describe('a message', () => {
  test('is for a task, for each task of an agent, or for everybody but its sender', () => {
    const run = log().add(
      sent('a', '1'),
      sent('a', '2', { to: '@builder-2', subject: 'both' }),
      sent('b', '3', { to: 'ALL', subject: 'all' }),
    );
    assert.deepEqual(posts(run, 'a'), ['all']);
    assert.deepEqual(posts(run, 'b'), ['Which port?', 'both']);
    assert.deepEqual(posts(run, 'c'), ['both', 'all']);
    const [message] = [...run.state().mail.records.values()];
    assert.deepEqual(
      [message?.message.from_agent, message?.message.requires_response, message?.message.metadata.run_id],
      ['a', true, 'run-1'],
    );
  });

  test('that is told of twice is one, and one that names nobody is refused', () => {
    const run = log().add(sent('a', '1'), sent('a', '1'), sent('a', '2', { to: 'zed' }));
    run.add(sent('a', '3', { to: null }), sent('a', '3', { to: null }));
    assert.deepEqual(posts(run, 'b'), ['Which port?']);
    assert.deepEqual(posts(run, 'a'), [
      '2.json was not sent: nobody is called "zed"; give the id of a task, or ALL',
      '3.json was not sent: it names nobody: give `to_agent`, or `in_reply_to` with the id of a message',
    ]);
    assert.deepEqual([run.state().mail.records.size, run.state().mail.refused], [1, 2]);
  });

  test('has the id that its sender has chosen, if nobody has it', () => {
    const run = log().add(sent('a', '1', { id: 'msg_mine' }), sent('b', '2', { id: 'msg_mine', to: 'a' }));
    const [first, second] = run.state().mail.records.keys();
    assert.equal(first, 'msg_mine');
    assert.match(second ?? '', /^msg_2025/);
  });

  test('is acknowledged by an answer of who it was for, with the time', () => {
    const run = log().add(sent('a', '1')).wait(10);
    const id = firstId(run);
    // Neither the sender nor somebody else can.
    run.add(sent('a', '2', { to: 'b', inReplyTo: id }), sent('c', '3', { to: 'a', inReplyTo: id }));
    assert.equal(run.state().mail.records.get(id)?.heard.size, 0);
    run.add(sent('b', '4', { to: null, type: 'acknowledgment', inReplyTo: id, subject: 'seen' }));
    const record = run.state().mail.records.get(id);
    assert.deepEqual([...(record?.heard ?? [])], [['b', (record?.at ?? 0) + 13_000]]);
    assert.deepEqual(posts(run, 'a').at(-1), 'seen');
    assert.ok(!run.state().mail.waiting.has(id));
  });

  test('is escalated once, five minutes after an agent had it', () => {
    const run = log().add(sent('a', '1'), sent('a', '2', { to: 'c' }));
    const id = firstId(run);
    assert.deepEqual(escalated(run, 298), []);
    assert.equal(decide(run.state(), run.now).wakeAt, run.now + 299_000);
    const [event, ...others] = escalated(run, 299);
    assert.deepEqual(event, { type: 'message.escalated', message: id, waiting: ['b'] });
    // The agent of c has not begun.
    assert.deepEqual(others, []);
    if (event !== undefined) run.wait(299).add(event);
    assert.deepEqual(escalated(run, 1000), []);
    assert.deepEqual(posts(run, 'a'), ['Your message is not acknowledged by b']);
    assert.equal(run.state().mail.records.get(id)?.escalatedAt, run.now);
  });

  test('that nobody has to answer is not escalated', () => {
    const run = log().add(sent('a', '1', { type: 'acknowledgment' }), sent('a', '2', { to: 'a' }));
    assert.deepEqual(escalated(run, 10_000), []);
  });
});

test('decisions are those that were announced, from a time on', () => {
  const run = log().add(sent('a', '1'));
  assert.equal(decisionsText(run.state().mail), '');
  const decision = { to: 'ALL', type: 'decision_announcement', payload: { why: 'rotation\n# x' } } as const;
  run.add(sent('a', '2', { ...decision, subject: 'Sign with RS256' }));
  const between = run.now;
  run.add(sent('b', '3', { ...decision, subject: 'Use UTC\n## no heading' }));
  assert.match(
    decisionsText(run.state().mail),
    /^## Sign with RS256\n\na, 2025\S+ \(msg_\S+\)\n\n- why: rotation # x\n\n## Use UTC ## no heading\n/,
  );
  assert.match(decisionsText(run.state().mail, between), /^## Use UTC/);
});

test('decisions from outside of the run are among them, each once, and wait for nobody', () => {
  const announced = (subject: string): EventBody => ({
    type: 'requested.heed',
    decision: newMessage(
      { ...LETTER, from: 'lead', to: 'ALL', type: 'decision_announcement', subject, task: null, run: null },
      0,
      subject,
    ),
  });
  const run = log().add(announced('First'));
  run.add(sent('a', '1', { to: 'ALL', type: 'decision_announcement', subject: 'Second' }));
  run.add(announced('Third'), announced('First'));
  const headings = decisionsText(run.state().mail).match(/^## .*$/gm);
  assert.deepEqual(headings, ['## First', '## Second', '## Third']);
  assert.deepEqual(posts(run, 'a'), []);
  assert.equal(run.state().mail.waiting.size, 1);
});
