/** Prices as config files name them. */

import type { PriceRule } from '../core/price-table.ts';
import { isMap, kind } from './kinds.ts';

const KEYS = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;
const MOST = 1e6;

/** By model, in the order of the file: `{claude-*: {input: 3, output: 15}}`. In a config file only. */
export function prices() {
  return kind(
    'names of models (a * stands for anything) with {input, output, cacheRead, cacheWrite} in USD per million tokens; what is cached costs as any input where nothing else is said',
    (value): readonly PriceRule[] | undefined => {
      if (!isMap(value)) return undefined;
      const rules = Object.entries(value).map(([model, written]) => ruleOf(model, written));
      return rules.every((rule) => rule !== undefined) ? rules : undefined;
    },
  );
}

function ruleOf(model: string, written: unknown): PriceRule | undefined {
  if (!isMap(written) || model.trim() === '') return undefined;
  const isKnown = Object.entries(written).every(
    ([name, price]) => KEYS.some((key) => key === name) && isPrice(price),
  );
  const { input, output, cacheRead = input, cacheWrite = input } = written;
  if (!isKnown || !isPrice(input) || !isPrice(output) || !isPrice(cacheRead) || !isPrice(cacheWrite))
    return undefined;
  return { model: model.trim().toLowerCase(), input, output, cacheRead, cacheWrite };
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MOST;
}
