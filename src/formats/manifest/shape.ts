/** Checks a value against its schema; what need not be right is left out instead of refusing all. */

import type { z } from 'zod';

export interface ShapeIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The value is not there at all. */
  readonly missing: boolean;
}

export interface Shaped<T> {
  /** Absent when what is wrong cannot be left out. */
  readonly value?: T;
  readonly issues: readonly ShapeIssue[];
}

/** `optional`: top-level keys that are dropped when they have not the right shape. */
export function readShape<T>(schema: z.ZodType<T>, value: unknown, optional: ReadonlySet<string>): Shaped<T> {
  const first = schema.safeParse(value);
  if (first.success) return { value: first.data, issues: [] };
  const issues = first.error.issues.map((issue) => ({
    path: issue.path,
    message: issue.message.replace(/^Invalid input: /, ''),
    missing: valueAt(value, issue.path) === undefined,
  }));
  const bad = new Set(issues.map((issue) => String(issue.path[0])));
  if (!bad.isSubsetOf(optional) || typeof value !== 'object' || value === null) return { issues };
  const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !bad.has(key)));
  const second = schema.safeParse(rest);
  return second.success ? { value: second.data, issues } : { issues };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.getOwnPropertyDescriptor(at, key)?.value;
  }
  return at;
}

/** `waves[0].tasks[1].id` */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}
