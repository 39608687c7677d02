/** What an attempt tried to reach and may not, kept in a file for whoever explains the attempt's failure. */

import { readFileSync } from 'node:fs';
import { z } from 'zod';

const WHY = ['not-listed', 'not-public'] as const;
const REFUSAL = z.strictObject({ target: z.string().refine((text) => text.length <= 300), why: z.enum(WHY) });

export interface Refusal {
  /** `host:port`, in canonical spelling. */
  readonly target: string;
  readonly why: (typeof WHY)[number];
}

/** In the order of the first tries; empty when there is no such file. */
export function readRefusals(file: string): readonly Refusal[] {
  return textOf(file)
    .split('\n')
    .flatMap((line) => {
      const refusal = REFUSAL.safeParse(jsonOf(line));
      return refusal.success ? [refusal.data] : [];
    });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
