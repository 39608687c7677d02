import type { RunSettings } from '../core/settings.ts';
import type { Amount } from '../core/usage.ts';
import type { OptionValues } from './options.ts';

export function budgetSettings(values: OptionValues): Pick<RunSettings, 'budget' | 'prices'> {
  const task = amount(values.budgetTaskUsd, values.budgetTaskTokens);
  const attempt = amount(values.budgetAttemptUsd, values.budgetAttemptTokens);
  const { prices } = values;
  return {
    budget: {
      ...amount(values.budgetUsd, values.budgetTokens),
      ...(task === undefined ? {} : { task }),
      ...(attempt === undefined ? {} : { attempt }),
    },
    ...(prices.length === 0 ? {} : { prices }),
  };
}

function amount(usd: number | undefined, tokens: number | undefined): Amount | undefined {
  if (usd === undefined && tokens === undefined) return undefined;
  return { ...(usd === undefined ? {} : { usd }), ...(tokens === undefined ? {} : { tokens }) };
}
