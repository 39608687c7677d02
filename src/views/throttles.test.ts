import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunLog, START } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { limitLines, limitStatus, refusedAgents } from './throttles.ts';

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
  log.add({ type: 'run.finished', status: 'failed' });
  assert.deepEqual([limitStatus(log.state()), limitLines(log.state(), START)], [[], []]);
});

test('credentials that are refused for one model are told of with it', () => {
  const failure = { reason: 'agent-error', kind: 'credentials', detail: 'no', of: 'model' } as const;
  const agent = { driver: 'recipe', options: { model: 'big' } };
  const plan = makePlan([makeTask('a', 1)]);
  const log = new RunLog(plan, { ...TEST_SETTINGS, agent }).open().openGroup(1).start('a');
  log.end('a', { is: 'failed', failure, usage: {}, exitCode: 1 });
  assert.deepEqual(refusedAgents(log.state()), [
    "recipe/big: the agent's service refused its credentials for this model: no; log in, set its key, or choose another model",
  ]);
});

test('a service that refuses the credentials is shown as such, not as a wait', () => {
  const failure = { reason: 'agent-error', kind: 'credentials', detail: '401' } as const;
  const fallback = { agents: [{ driver: 'codex', options: {} }], afterMs: 1 };
  const plan = makePlan([makeTask('a', 1)]);
  const log = new RunLog(plan, { ...TEST_SETTINGS, fallback }).open().openGroup(1).start('a');
  log.end('a', { is: 'failed', failure, usage: {}, exitCode: 1 });
  assert.partialDeepStrictEqual(limitStatus(log.state()), [{ agent: 'recipe', refused: true }]);
  assert.match(limitLines(log.state(), START)[0] ?? '', /^recipe: its service refused its credentials/);
});
