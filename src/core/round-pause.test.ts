import assert from 'node:assert/strict';
import { test } from 'node:test';

import { roundMs } from './round-pause.ts';

test('more than a pace is meant for have a longer pause, so that all of them together take no more', () => {
  const pauses = [0, 1, 20, 21, 100, 1000].map((count) => roundMs({ everyMs: 200, most: 20 }, count));
  assert.deepEqual(pauses, [200, 200, 200, 210, 1_000, 10_000]);
});
