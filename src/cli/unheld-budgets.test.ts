import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doneOutcome, RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import type { KnownAgent } from './context.ts';
import { unheldBudgets, unpricedUse } from './unheld-budgets.ts';

const KNOWN: readonly KnownAgent[] = [
  { name: 'acp', tellsUse: 'as-its-program', part: () => null, wrongOptions: () => [] },
  { name: 'command', tellsUse: 'never', part: () => null, wrongOptions: () => [] },
  { name: 'recipe', tellsUse: 'live', part: () => null, wrongOptions: () => [] },
];

test('a budget does not hold agents that tell nothing, and only who has set one is told', () => {
  const qa = { agent: { driver: 'command', options: {} }, rejections: 1, tries: 1 };
  const lines = ['cox: the budget does not hold the agent command, which tells nothing of what it uses'];
  const settings = { ...TEST_SETTINGS, qa };
  assert.deepEqual(unheldBudgets({ ...settings, budget: { usd: 1 } }, KNOWN), lines);
  assert.deepEqual(unheldBudgets({ ...settings, budget: { attempt: { tokens: 1 } } }, KNOWN), lines);
  assert.deepEqual(unheldBudgets(settings, KNOWN), []);
  const acp = { ...TEST_SETTINGS, agent: { driver: 'acp', options: {} }, budget: { tokens: 1 } };
  assert.match(unheldBudgets(acp, KNOWN).join(), /acp .* only if the program behind it tells/);
  assert.deepEqual(unheldBudgets({ ...TEST_SETTINGS, budget: { usd: 1 } }, KNOWN), []);
});

test('tokens without a price are no part of a budget in money, and are named', () => {
  const ended = (budget: object) =>
    new RunLog(makePlan([makeTask('a', 1)]), { ...TEST_SETTINGS, budget })
      .open()
      .openGroup(1)
      .start('a')
      .end('a', doneOutcome({ usage: { inputTokens: 7, unpricedTokens: 7 } }))
      .state();
  assert.match(unpricedUse(ended({ usd: 1 })).join(), /the cost of 7 tokens is unknown/);
  assert.match(unpricedUse(ended({ task: { usd: 1 } })).join(), /is unknown/);
  assert.deepEqual(unpricedUse(ended({ tokens: 1, attempt: { tokens: 1 } })), []);
});
