import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newMessage } from '../core/message.ts';
import { messageText, readMessage } from './message-file.ts';

const LETTER = {
  from: 'a',
  to: 'b',
  type: 'question',
  priority: 'high',
  subject: 'Which?',
  payload: { of: ['x'] },
  conversation: null,
  inReplyTo: null,
  task: 'task-1',
  run: null,
} as const;

test('what is written is read again; two letters of one moment have ids of their own', () => {
  const at = Date.UTC(2025, 10, 29, 14, 30, 52);
  const [one, two] = [newMessage(LETTER, at, '1'), newMessage(LETTER, at, '2')];
  assert.match(one.message_id, /^msg_20251129_143052_[0-9a-f]{6}$/);
  assert.notEqual(one.message_id, two.message_id);
  assert.deepEqual(readMessage(messageText(one)), { ...one, acknowledged_at: null });
  assert.equal(one.requires_response, true);
});

test('a message of few fields is read, with whatever else it has', () => {
  const read = readMessage(
    '{"message_id":"msg_001","message_type":"interface_contract","own":1,"priority":"odd"}',
  );
  assert.deepEqual(
    [read?.message_id, read?.priority, read?.subject, read?.['own']],
    ['msg_001', 'normal', '', 1],
  );
  assert.equal(readMessage('\uFEFF{"message_id":"m","message_type":"question"}')?.message_id, 'm');
  for (const text of ['{"message_id":"../x","message_type":"a"}', '{"message_type":"a"}', '[]', ''])
    assert.equal(readMessage(text), null);
});

test('any text gives a message or nothing', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.object().map((more) => JSON.stringify({ message_id: 'm', message_type: 'question', ...more })),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const read = readMessage(text);
      if (read !== null) assert.match(read.message_id, /^[\w.-]+$/);
    }),
  );
});
