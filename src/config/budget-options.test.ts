import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConfig } from './parse-config.ts';
import { prices } from './price-kinds.ts';
import { resolveSettings } from './resolve.ts';

const NOTHING = { flags: {}, env: {}, planWishes: {} } as const;

describe('the settings of money', () => {
  it('bound a run, its tasks and their attempts, each where something is said', () => {
    const text =
      'budget: {usd: 5, taskTokens: 900}\nprices:\n  Acme/*: {input: 3, output: 15, cacheRead: 0.5}\n';
    const projectConfig = parseConfig({ text, name: 'c.yaml', origin: 'project config' });
    assert.ok(projectConfig.ok);
    const resolved = resolveSettings({
      ...NOTHING,
      env: { COX_BUDGET_ATTEMPT_USD: '0.5' },
      projectConfig: projectConfig.value,
    });
    assert.ok(resolved.ok);
    const { budget, prices: rules } = resolved.value.settings;
    assert.deepEqual(budget, { usd: 5, task: { tokens: 900 }, attempt: { usd: 0.5 } });
    assert.deepEqual(rules, [{ model: 'acme/*', input: 3, output: 15, cacheRead: 0.5, cacheWrite: 3 }]);
  });

  it('are none where nothing is said', () => {
    const resolved = resolveSettings(NOTHING);
    assert.ok(resolved.ok);
    assert.deepEqual(resolved.value.settings.budget, {});
    assert.equal(resolved.value.settings.prices, undefined);
  });

  it('have prices of whole rules alone', () => {
    for (const bad of [
      7,
      { m: 3 },
      { m: { input: 1 } },
      { m: { input: 1, output: -1 } },
      { m: { input: 1, output: 2, other: 3 } },
      { '': { input: 1, output: 2 } },
    ])
      assert.equal(prices().safeParse(bad).success, false, JSON.stringify(bad));
  });

  it('name the price that is wrong, and what of it', () => {
    const said = (bad: unknown): string =>
      prices().safeParse({ 'good-*': { input: 1, output: 2 }, 'bad-*': bad }).error?.issues[0]?.message ?? '';
    assert.match(said({ input: 1, ouput: 2 }), /^of "bad-\*" know no `ouput`, but input, output,/);
    assert.match(said({ input: 1 }), /^of "bad-\*" need `output`$/);
    assert.match(said({ input: 1, output: -3 }), /^of "bad-\*" have `output: -3`, which must be a number/);
    assert.match(said({ input: '1', output: 2 }), /^of "bad-\*" have `input: "1"`, which must be a number/);
    assert.match(said(3), /^of "bad-\*" must be \{input, output,/);
  });
});
