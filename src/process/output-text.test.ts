import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lastPart } from './output-text.ts';

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
