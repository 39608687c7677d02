import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { coverageIn, coverageWords } from './coverage-words.ts';

test('a share of lines is found again, to the tenth', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (percent) => {
      const found = coverageIn(`${coverageWords(percent)} (coverage/lcov.info), less than 80 %`);
      assert.ok(found !== null && Math.abs(found - percent) <= 0.051);
    }),
  );
});

test('other texts tell no share', () => {
  for (const text of ['', 'exit 1', 'less than 80 % of lines', '80 % of lines'])
    assert.equal(coverageIn(text), null);
});
