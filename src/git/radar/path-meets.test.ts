import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { meetingPairs } from './path-meets.ts';

const segments = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 3 });
const paths = fc.uniqueArray(
  segments.map((parts) => parts.join('/')),
  { maxLength: 5 },
);

test('pairs are those of which a path is equal to, or a folder of, one of the other', () => {
  fc.assert(
    fc.property(fc.array(paths, { maxLength: 6 }), (all) => {
      const meet = (one: string, other: string): boolean => one === other || other.startsWith(`${one}/`);
      const expected = all.flatMap((left, at) =>
        all.slice(at + 1).flatMap((right, next) => {
          const meets = left.some((one) => right.some((other) => meet(one, other) || meet(other, one)));
          return meets ? [[at, at + 1 + next]] : [];
        }),
      );
      assert.deepEqual(meetingPairs(all.map((each) => ({ paths: new Set(each) }))), expected);
    }),
  );
});
