import assert from 'node:assert/strict';
import { test } from 'node:test';

import { digestOf } from './go-on.ts';
import type { AttemptRecord } from './task-state.ts';

function attempt(stash: string | undefined): AttemptRecord {
  const work = { tip: 'b', commits: 0, files: [], linesAdded: 0, linesRemoved: 0 };
  return {
    number: 1,
    role: 'executor',
    branch: 'x',
    base: 'b',
    startFrom: 'b',
    agent: { driver: 'command', options: {} },
    requestedAt: 0,
    outcome: {
      is: 'failed',
      failure: { reason: 'idle-timeout', afterMs: 1 },
      work: stash === undefined ? work : { ...work, stash },
      usage: {},
      exitCode: null,
    },
  };
}

test('a try that left nothing but its stash is told of, with what takes it out', () => {
  assert.equal(digestOf([attempt(undefined)]), '');
  assert.match(
    digestOf([attempt('abc123')]),
    /Try 1, by command, left no change\. .*`git stash apply abc123`/,
  );
});
