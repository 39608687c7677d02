import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PRICE_TABLE } from './price-table.ts';
import { costOf, plainModel, priceOf, withCost } from './prices.ts';

const NAMES: readonly (readonly [string, string])[] = [
  ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4-5'],
  ['openrouter/anthropic/claude-haiku-4.5', 'claude-haiku-4-5'],
  ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
  ['claude-opus-5-5[1m]', 'claude-opus-5-5'],
  ['claude-3-5-haiku-latest', 'claude-3-5-haiku'],
  ['models/gemini-3-pro-preview', 'gemini-3-pro'],
  ['gpt-5-2025-08-07', 'gpt-5'],
  ['GPT-5.3-Codex', 'gpt-5.3-codex'],
];

const counts = fc.record({
  inputTokens: fc.nat(1e9),
  outputTokens: fc.nat(1e9),
  cachedTokens: fc.nat(1e9),
  cacheWriteTokens: fc.nat(1e9),
});
const price = fc.record({
  input: fc.integer({ min: 1, max: 100 }),
  output: fc.integer({ min: 1, max: 100 }),
  cacheRead: fc.integer({ min: 0, max: 100 }),
  cacheWrite: fc.integer({ min: 0, max: 100 }),
});

describe('the price of a model', () => {
  for (const [name, plain] of NAMES)
    it(`is known by the name ${name}`, () => {
      assert.equal(plainModel(name), plain);
      assert.deepEqual(priceOf(name), PRICE_TABLE.get(plain));
      assert.ok(priceOf(name) !== undefined);
    });

  it('is the first of the user that fits, by the whole name or the plain one', () => {
    const own = [
      { model: 'acme/*', input: 1, output: 2, cacheRead: 1, cacheWrite: 1 },
      { model: 'claude-haiku*', input: 3, output: 4, cacheRead: 3, cacheWrite: 3 },
    ];
    assert.equal(priceOf('acme/claude-haiku-4-5', own)?.input, 1);
    assert.equal(priceOf('us.anthropic.claude-haiku-4-5-v1:0', own)?.input, 3);
    assert.equal(priceOf('claude-sonnet-4-5', own)?.input, 3);
    assert.equal(priceOf('some-model', own), undefined);
  });

  it('may be set for a name with brackets, as programs write contexts that cost more', () => {
    const each = { output: 2, cacheRead: 1, cacheWrite: 1 };
    const own = [
      { model: 'claude-opus-4-8[1m]', input: 10, ...each },
      { model: '*[?]', input: 20, ...each },
    ];
    assert.equal(priceOf('claude-opus-4-8[1m]', own)?.input, 10);
    assert.equal(priceOf('claude-opus-4-8', own), PRICE_TABLE.get('claude-opus-4-8'));
    assert.equal(priceOf('odd[?]', own)?.input, 20);
    assert.equal(priceOf('odd[x]', own), undefined);
  });

  it('stands in the table under a plain name, once', () => {
    for (const name of PRICE_TABLE.keys()) assert.equal(plainModel(name), name);
  });
});

describe('a cost', () => {
  it('is that of each kind of token', () => {
    const each = { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 };
    const used = { inputTokens: 3e6, cachedTokens: 1e6, cacheWriteTokens: 1e6, outputTokens: 2e6 };
    assert.equal(costOf(each, used), 5 + 0.5 + 6.25 + 50);
  });

  it('is never negative, and grows with what is written', () => {
    fc.assert(
      fc.property(price, counts, fc.integer({ min: 1, max: 1000 }), (each, used, more) => {
        const cost = costOf(each, used);
        assert.ok(cost >= 0);
        assert.ok(costOf(each, { ...used, outputTokens: used.outputTokens + more }) > cost);
      }),
    );
  });

  it('is what the agent tells, else an estimate, else known to be unknown, and never 0 for work', () => {
    const used = { inputTokens: 1000, outputTokens: 100 };
    assert.deepEqual(withCost({ ...used, costUsd: 2 }, 'gpt-5', []), { ...used, costUsd: 2 });
    const estimate = (1000 * 1.25 + 100 * 10) / 1e6;
    assert.deepEqual(withCost({ ...used, costUsd: 0 }, 'gpt-5', []), {
      ...used,
      costUsd: estimate,
      estimatedUsd: estimate,
    });
    for (const model of [undefined, 'some-model'])
      assert.deepEqual(withCost({ ...used, costUsd: 0 }, model, []), { ...used, unpricedTokens: 1100 });
    assert.deepEqual(withCost({}, 'gpt-5', []), {});
  });
});
