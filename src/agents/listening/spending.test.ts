import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Usage } from '../../core/attempt.ts';
import { claudeCodeDriver } from '../claude-code/driver.ts';
import { codexDriver } from '../codex/driver.ts';
import { countedAgain } from '../sessions/session-facts.ts';
import { Spending } from './spending.ts';

const MODEL = 'claude-opus-5-5';
const costOf = (input: number, output: number): number => (input * 4 + output * 20) / 1e6;

describe('what an attempt uses', () => {
  it('is the sum of its answers, each counted once though it is told in pieces', () => {
    const spending = new Spending();
    for (const inputTokens of [50, 100, 100])
      spending.take({ type: 'usage-added', id: 'a', model: MODEL, usage: { inputTokens } });
    spending.take({ type: 'usage-added', id: 'b', model: MODEL, usage: { inputTokens: 200 } });
    spending.take({ type: 'usage-added', model: MODEL, usage: { outputTokens: 7 } });
    const cost = costOf(300, 7);
    const { costUsd = 0, estimatedUsd, ...counts } = spending.used;
    assert.deepEqual(counts, { inputTokens: 300, outputTokens: 7 });
    assert.ok(Math.abs(costUsd - cost) < 1e-12);
    assert.equal(estimatedUsd, costUsd);
  });

  it('is any number of answers, however few of them are kept', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 300 }), (answers) => {
        const spending = new Spending();
        for (const [at, inputTokens] of answers.entries()) {
          spending.take({ type: 'usage-added', id: `a${at}`, usage: { inputTokens: 1 } });
          spending.take({ type: 'usage-added', id: `a${at}`, usage: { inputTokens } });
        }
        assert.equal(
          spending.used.inputTokens,
          answers.reduce((sum, count) => sum + count, 0),
        );
      }),
    );
  });

  it('costs what its agent says at the end, whatever was estimated before', () => {
    const spending = new Spending({ model: MODEL });
    spending.take({ type: 'usage-added', id: 'a', usage: { inputTokens: 100 } });
    spending.take({ type: 'usage-added', usage: { outputTokens: 90 }, isRough: true });
    spending.take({ type: 'usage', usage: { inputTokens: 100, outputTokens: 70, costUsd: 0.5 } });
    assert.deepEqual(spending.used, { inputTokens: 100, outputTokens: 70, costUsd: 0.5 });
  });

  it('is never less than what was told of single answers, which may be those of helpers', () => {
    const spending = new Spending({ model: 'gpt-5-codex' });
    for (const id of ['a', 'b', 'c'])
      spending.take({ type: 'usage-added', id, usage: { inputTokens: 100, outputTokens: 20 } });
    spending.take({ type: 'usage', usage: { inputTokens: 200, outputTokens: 40 } });
    assert.partialDeepStrictEqual(spending.used, { inputTokens: 300, outputTokens: 60 });
  });

  it('is what was summed up, once for each sum, and what was told since', () => {
    const spending = new Spending();
    const answer = (id: string): void => {
      spending.take({ type: 'usage-added', id, model: MODEL, usage: { inputTokens: 100 } });
      spending.take({ type: 'usage-added', model: MODEL, usage: { outputTokens: 3 }, isRough: true });
    };
    const sum = (inputTokens: number): void =>
      spending.take({
        type: 'usage-summed',
        models: {
          [MODEL]: { inputTokens, outputTokens: 40, costUsd: 0.5 },
          haiku: { inputTokens: 1, outputTokens: 2, costUsd: 0.1 },
        },
      });
    answer('a');
    sum(250);
    assert.deepEqual(spending.used, { inputTokens: 251, outputTokens: 42, costUsd: 0.6 });
    answer('b');
    assert.partialDeepStrictEqual(spending.used, { inputTokens: 351, outputTokens: 45 });
    sum(120);
    assert.deepEqual(spending.used, { inputTokens: 372, outputTokens: 84, costUsd: 1.2 });
  });

  it('is known only about where nothing tells the same counts', () => {
    const spending = new Spending();
    const about = { inputTokens: 9, outputTokens: 9 };
    spending.take({ type: 'usage-added', id: 'x', usage: about, isRough: true });
    assert.partialDeepStrictEqual(spending.used, about);
    spending.take({ type: 'usage-added', id: 'a', usage: { inputTokens: 5, outputTokens: 1 } });
    assert.partialDeepStrictEqual(spending.used, { inputTokens: 5, outputTokens: 1 });
  });

  it('is priced by the model that is told, else by that of the options, else not at all', () => {
    const usage = { inputTokens: 1000, outputTokens: 0 };
    const used = (spending: Spending): Usage => {
      spending.take({ type: 'usage', usage });
      return spending.used;
    };
    assert.equal(used(new Spending({ model: 'gpt-5' })).costUsd, 1.25e-3);
    const told = new Spending({ model: 'opus' });
    told.take({ type: 'model', model: MODEL });
    assert.equal(used(told).costUsd, 4e-3);
    assert.deepEqual(used(new Spending()), { ...usage, unpricedTokens: 1000 });
  });

  it('leaves out what its totals hold of earlier attempts in the session', () => {
    const counted = { inputTokens: 300, outputTokens: 60, cachedTokens: 30, costUsd: 5, estimatedUsd: 2 };
    const codex = new Spending({ counted: countedAgain(codexDriver, counted), model: 'gpt-5-codex' });
    codex.take({ type: 'usage', usage: { inputTokens: 400, outputTokens: 80, cachedTokens: 40 } });
    const { inputTokens, outputTokens, cachedTokens } = codex.used;
    assert.deepEqual(
      { inputTokens, outputTokens, cachedTokens },
      {
        inputTokens: 100,
        outputTokens: 20,
        cachedTokens: 10,
      },
    );
    // 3 were told, 2 estimated of attempts that were ended before they told anything.
    for (const [what, costUsd] of [
      ['that was killed, of which it keeps nothing', 4],
      ['that was asked to end, of which it keeps all', 6.1],
    ] as const) {
      const claude = new Spending({ counted: countedAgain(claudeCodeDriver, counted), model: MODEL });
      claude.take({ type: 'usage-added', id: 'a', usage: { inputTokens: 240_000 } });
      claude.take({ type: 'usage', usage: { inputTokens: 250_000, outputTokens: 20, costUsd } });
      const own = costUsd === 4 ? 1 : 6.1 - 5;
      assert.deepEqual(claude.used, { inputTokens: 250_000, outputTokens: 20, costUsd: own }, what);
    }
  });
});
