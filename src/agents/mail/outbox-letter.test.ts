import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLetter } from './outbox-letter.ts';

const LETTER = { to_agent: 'task-002', message_type: 'question', subject: 'Which port?' };

function read(change: Readonly<Record<string, unknown>>) {
  return readLetter(JSON.stringify({ ...LETTER, ...change }));
}

test('a letter says to whom and what; the rest may be left out', () => {
  const letter = read({});
  assert.ok(letter.ok);
  assert.partialDeepStrictEqual(letter.value, {
    id: null,
    to: 'task-002',
    type: 'question',
    priority: 'normal',
    subject: 'Which port?',
    wantsResponse: false,
    files: [],
  });
});

test('what is no letter is refused with what to mend', () => {
  for (const [change, problem] of [
    [{ message_type: 'gossip' }, /^message_type: /],
    [{ to_agent: ' ' }, /^to_agent: must have 1 to 200 characters/],
    [{ to_agent: 'x'.repeat(201) }, /^to_agent: must have 1 to 200 characters/],
    // Of such a value no length can be compared.
    [{ to_agent: { length: { toString: 1, valueOf: 1 } } }, /^to_agent: /],
  ] as const) {
    const letter = read(change);
    assert.match(letter.ok ? '' : letter.error, problem);
  }
  assert.match(readLetter('{').ok ? '' : 'refused', /refused/);
});

test('any JSON in any field gives a letter or a problem', () => {
  const field = fc.constantFrom(...Object.keys(LETTER), 'payload', 'metadata', 'in_reply_to', 'priority');
  const key = fc.constantFrom('length', 'toString', 'valueOf', 'a');
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.jsonValue(), fc.dictionary(key, tie('value'))),
  }));
  fc.assert(
    fc.property(field, value, (name, given) => {
      const letter = read({ [name]: given });
      assert.ok(letter.ok || letter.error !== '');
    }),
  );
});
