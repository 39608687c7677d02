import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clipEnd, clipStart } from './clip.ts';

const text = fc.string({ unit: 'binary', maxLength: 60 });

test('clipped texts stay whole characters within the bound, and short ones stay as they are', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 90 }), (whole, bytes) => {
      const size = Buffer.byteLength(whole);
      for (const [clipped, mark] of [
        [clipEnd(whole, bytes), clipEnd(whole, bytes).slice(0, -1)],
        [clipStart(whole, bytes), clipStart(whole, bytes).slice(1)],
      ] as const) {
        if (size <= bytes) assert.equal(clipped, whole);
        else assert.ok(Buffer.byteLength(mark) <= bytes && whole.includes(mark));
      }
    }),
  );
});

test('the right end is kept', () => {
  assert.equal(clipEnd('abcdef', 3), 'abc…');
  assert.equal(clipStart('abcdef', 3), '…def');
  assert.equal(clipStart('ab€', 2), '…');
});
