/** Prices as config files name them. */

import type { PriceRule } from '../core/price-table.ts';
import { err, ok, type Result } from '../core/result.ts';
import { explained, isMap } from './kinds.ts';

const KEYS = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;
const MOST = 1e6;

/** By model, in the order of the file: `{claude-*: {input: 3, output: 15}}`. In a config file only. */
export function prices() {
  return explained(
    'names of models (a * stands for anything) with {input, output, cacheRead, cacheWrite} in USD per million tokens; what is cached costs as any input where nothing else is said',
    (value): Result<readonly PriceRule[], string> | undefined => {
      if (!isMap(value)) return undefined;
      const rules: PriceRule[] = [];
      for (const [model, written] of Object.entries(value)) {
        const rule = ruleOf(model, written);
        if (!rule.ok) return err(`of ${JSON.stringify(model)} ${rule.error}`);
        rules.push(rule.value);
      }
      return ok(rules);
    },
  );
}

/** The error names the first thing that is wrong. */
function ruleOf(model: string, written: unknown): Result<PriceRule, string> {
  if (model.trim() === '') return err('need the name of a model');
  if (!isMap(written)) return err(`must be {${KEYS.join(', ')}}`);
  const odd = Object.keys(written).find((name) => !KEYS.some((key) => key === name));
  if (odd !== undefined) return err(`know no \`${odd}\`, but ${KEYS.join(', ')}`);
  const { input, output, cacheRead = input, cacheWrite = input } = written;
  if (!isPrice(input)) return err(wrong('input', input));
  if (!isPrice(output)) return err(wrong('output', output));
  if (!isPrice(cacheRead)) return err(wrong('cacheRead', cacheRead));
  if (!isPrice(cacheWrite)) return err(wrong('cacheWrite', cacheWrite));
  return ok({ model: model.trim().toLowerCase(), input, output, cacheRead, cacheWrite });
}

function wrong(key: (typeof KEYS)[number], value: unknown): string {
  return value === undefined
    ? `need \`${key}\``
    : `have \`${key}: ${JSON.stringify(value)}\`, which must be a number from 0 to ${MOST}`;
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MOST;
}
