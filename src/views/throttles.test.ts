import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunLog, START } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { limitLines, limitStatus } from './throttles.ts';

test('a service that refuses work is shown with the end of the wait, and with what follows it', () => {
  const until = START + 600_000;
  const log = new RunLog(makePlan([makeTask('a', 1)])).open().openGroup(1).start('a');
  assert.deepEqual(limitStatus(log.state()), []);
  log.end('a', { is: 'quota', until, usage: {}, exitCode: null });
  const state = log.state();
  assert.deepEqual(limitStatus(state), [
    { agent: 'recipe', until: '2025-11-29T14:40:52.000Z', atOnce: 1, refused: false },
  ]);
  assert.match(limitLines(state, START)[0] ?? '', /^recipe: .* until .*14:40.*then one agent is tried$/);
  assert.match(limitLines(state, until)[0] ?? '', /one agent is tried before the others/);
});
