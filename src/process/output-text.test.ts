import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanOutput, lastPart } from './output-text.ts';

test('colours, titles and cursor movements go, text and line ends stay', () => {
  assert.equal(cleanOutput('\u001b[31mred\u001b[0m\r\n\u001b]0;title\u0007ok\tt\u0008\u0007'), 'red\nok\tt');
  assert.equal(cleanOutput('10%\r20%\u001b7\u001b(B'), '10%\n20%');
  assert.equal(cleanOutput('a\u202eb\u2066c\u009b2Jd'), 'abcd');
});

test('nothing that steers a terminal is left of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(cleanOutput(text), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }),
  );
});

test('the last part keeps whole lines and never breaks a character', () => {
  assert.equal(lastPart('one\ntwo\nthree\n', { bytes: 9 }), 'three');
  assert.equal(lastPart('one\ntwo\nthree\n', { bytes: 100, lines: 2 }), 'two\nthree');
  assert.equal(lastPart('ääääää', { bytes: 5 }), 'ää');
});

test('the last part is never longer than asked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(64), (text, bytes) => {
      assert.ok(Buffer.byteLength(lastPart(text, { bytes })) <= bytes);
    }),
  );
});
