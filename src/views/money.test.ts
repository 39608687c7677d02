import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRICES_AS_OF } from '../core/price-table.ts';
import { doneOutcome, RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import {
  attemptReports,
  costWords,
  shortCount,
  usedByTasks,
  usedInRun,
  usedWords,
  useStatus,
} from './money.ts';

test('a cost says what of it is estimated, and what is not known is never nothing', () => {
  assert.equal(costWords({ costUsd: 0.42 }), '0.42 USD');
  assert.equal(costWords({ costUsd: 0.00241, estimatedUsd: 0.00241 }), '0.0024 USD (estimated)');
  assert.equal(costWords({ costUsd: 3, estimatedUsd: 1 }), '3.00 USD (1.00 USD of it estimated)');
  assert.equal(
    costWords({ costUsd: 3, unpricedTokens: 1234 }),
    '3.00 USD and the unknown cost of 1.2k tokens',
  );
  assert.equal(costWords({ inputTokens: 5, unpricedTokens: 5 }), 'cost unknown');
  assert.equal(costWords({}), null);
  assert.equal(usedWords({}), null);
  assert.equal(usedWords({ inputTokens: 900, outputTokens: 100, costUsd: 1 }), '1.0k tokens, 1.00 USD');
});

test('as JSON, what is not known is null', () => {
  assert.deepEqual(useStatus({}), { tokens: null, costUsd: null, estimatedUsd: null, unpricedTokens: 0 });
  assert.deepEqual(useStatus({ inputTokens: 5, unpricedTokens: 5 }), {
    tokens: { input: 5, output: null, cached: null },
    costUsd: null,
    estimatedUsd: null,
    unpricedTokens: 5,
  });
  assert.equal(useStatus({ costUsd: 2 }).estimatedUsd, 0);
});

test('a run says what of its budget it has used, and by which prices', () => {
  const log = new RunLog(makePlan([makeTask('a', 1)]), {
    ...TEST_SETTINGS,
    budget: { usd: 5, tokens: 20_000 },
  });
  assert.equal(usedInRun(log.state()), null);
  const usage = { outputTokens: 1000, costUsd: 1, estimatedUsd: 1 };
  log.open().openGroup(1).start('a').end('a', doneOutcome({ usage }));
  assert.equal(
    usedInRun(log.state()),
    `1.0k output tokens, 1.00 USD (estimated) of a budget of 5.00 USD and 20.0k tokens; estimates by prices of ${PRICES_AS_OF}`,
  );
});

test('prices of the user are told apart from those of the program', () => {
  const own = { model: 'm', input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };
  const log = new RunLog(makePlan([makeTask('a', 1)]), { ...TEST_SETTINGS, prices: [own] });
  const usage = { outputTokens: 1, costUsd: 1, estimatedUsd: 1 };
  log.open().openGroup(1).start('a').end('a', doneOutcome({ usage }));
  const words = `; estimates by your prices, else by those of ${PRICES_AS_OF}`;
  assert.ok(usedInRun(log.state())?.endsWith(words), usedInRun(log.state()) ?? '');
});

test('tasks and groups count what agents at work have told, and what of it they keep at their end', () => {
  const log = new RunLog(makePlan([makeTask('a', 1), makeTask('b', 1)])).open().openGroup(1);
  log.start('a').end('a', doneOutcome({ usage: { costUsd: 1, inputTokens: 10 } }));
  log.start('b').add({ type: 'attempt.progress', task: 'b', attempt: 1, used: { costUsd: 2 } });
  assert.deepEqual(usedByTasks(log.state(), ['a', 'b']), { costUsd: 3, inputTokens: 10 });
  const b = log.state().tasks.get('b');
  assert.deepEqual(b && attemptReports(b).map(({ cost_usd, outcome }) => [cost_usd, outcome]), [[2, null]]);
  // A machine that goes down takes nothing back of what was bought.
  log.end('b', { is: 'lost', usage: {}, exitCode: null });
  assert.deepEqual(usedByTasks(log.state(), ['a', 'b']), { costUsd: 3, inputTokens: 10 });
});

test('counts of tokens are short', () => {
  assert.deepEqual([950, 12_345, 999_949, 999_950, 4_500_000].map(shortCount), [
    '950',
    '12.3k',
    '999.9k',
    '1.0M',
    '4.5M',
  ]);
});
