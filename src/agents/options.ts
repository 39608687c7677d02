/** Kinds of values that options of drivers take, and how they become arguments. */

import { z } from 'zod';

/** Stands alone as an argument, so it can be no flag by mistake. */
export const text = z
  .string()
  .refine((value) => value.trim() !== '', 'must not be empty')
  .refine((value) => !value.startsWith('-'), 'must not begin with a hyphen');

export const words = z.array(z.string());

/** The flag with its value, or nothing. */
export function optional(flag: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [flag, String(value)];
}
