/** Kinds of values that options of drivers take, and how they become arguments. */

import { z } from 'zod';
import { CAPABILITIES, withheld } from './tools/capabilities.ts';

/** Stands alone as an argument, so it can be no flag by mistake. */
export const text = z
  .string()
  .refine((value) => value.trim() !== '', 'must not be empty')
  .refine((value) => !value.startsWith('-'), 'must not begin with a hyphen');

export const words = z.array(z.string());

/** Of every program that is started by its name. */
export const programOptions = {
  program: text.optional(),
  model: text.optional(),
  /** More arguments, each as it is. */
  args: words.optional(),
};

/** The only tools that it has, by Claude Code's names. */
export const toolNames = z.array(
  z
    .string()
    .refine(
      (name) => withheld([name]).length < CAPABILITIES.length,
      'is none of Read, Glob, Grep, Edit, Write, Bash, WebFetch, WebSearch, Task',
    ),
);

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** What is wrong with an option, where its own schema does not say it better. */
export function optionWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = KINDS[issue.expected] ?? issue.expected;
      return issue.input === undefined ? `is missing, and must be ${wanted}` : `must be ${wanted}`;
    }
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `there is no option ${issue.keys.join(', ')}`;
    default:
      return undefined;
  }
}

/** The flag with its value, or nothing. */
export function optional(flag: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [flag, String(value)];
}
