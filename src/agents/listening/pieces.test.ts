import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Pieces } from './pieces.ts';

test('lines are whole, however they were cut', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const taken = new Pieces();
      const lines = [...pieces.flatMap((each) => taken.add(each)), ...taken.end()];
      const expected = pieces.join('').split('\n');
      assert.deepEqual(lines, expected.at(-1) === '' ? expected.slice(0, -1) : expected);
      assert.deepEqual(taken.end(), []);
    }),
  );
});

test('a line without an end is given in parts', () => {
  const taken = new Pieces();
  const part = 'x'.repeat(700_000);
  assert.deepEqual(taken.add(part), []);
  assert.deepEqual(taken.add(part), [part + part]);
  assert.deepEqual(taken.add('y\n'), ['y']);
});
