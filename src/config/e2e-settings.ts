import type { RunSettings } from '../core/settings.ts';
import type { OptionValues } from './options.ts';

/** Nothing without a command that starts the application. */
export function e2eSettings(values: OptionValues): Pick<RunSettings, 'e2e'> {
  const { e2eStart: start, e2eTest: test } = values;
  if (start === undefined || start === '') return {};
  return {
    e2e: {
      start,
      url: values.e2eUrl,
      paths: values.e2ePaths,
      ...(test === undefined || test === '' ? {} : { test }),
      timeoutMs: values.e2eTimeout,
      threshold: values.e2eThreshold,
      baseline: values.e2eBaseline,
    },
  };
}
