import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeFailure } from './failure.ts';

test('an agent that a signal ended cannot be told from one that exited with its number, and both are said', () => {
  const failure = { reason: 'signal', signal: 'SIGTERM', tail: '' } as const;
  assert.equal(
    describeFailure({ ...failure, status: 143 }),
    'the agent ended with exit 143, as after SIGTERM; see its log',
  );
  assert.equal(describeFailure(failure), 'the agent was ended by SIGTERM; see its log');
});
