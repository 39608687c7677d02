/** What each step of a recipe may hold. A step is its name alone (`hang`) or a map of one name to its value. */

import { z } from 'zod';
import { PROMISE_WORDS } from '../completion/promise.ts';
import { durationMs } from './duration.ts';
import type { Step, StepName } from './step.ts';

const nonEmpty = z.string().refine((text) => text !== '', 'must not be empty');
const path = nonEmpty.refine(staysInside, 'must be a relative path that does not leave the worktree');
const positive = z.number().int().positive();
const exitCode = z.number().int().min(0).max(255);

const duration = z.union([z.number(), z.string()]).transform((value, context) => {
  const ms = durationMs(value);
  if (ms !== null) return ms;
  context.addIssue({
    code: 'custom',
    message: 'must be a time such as 250ms, 2s, 1m or a number of milliseconds',
  });
  return z.NEVER;
});

const content = z
  .strictObject({ path, text: z.string().optional(), lines: z.array(z.string()).optional() })
  .refine(
    (value) => (value.text === undefined) !== (value.lines === undefined),
    'must have either text or lines',
  )
  .transform(({ path, text, lines }) => ({
    path,
    text: text ?? (lines ?? []).map((line) => `${line}\n`).join(''),
  }));

const run = z.union(
  [
    nonEmpty.transform((shell) => ({ argv: ['sh', '-c', shell] })),
    z.strictObject({ shell: nonEmpty }).transform(({ shell }) => ({ argv: ['sh', '-c', shell] })),
    z.strictObject({ argv: z.array(z.string()).refine((argv) => argv.length > 0, 'must not be empty') }),
  ],
  'must be a shell command, {shell: …} or {argv: […]}',
);

const promiseWord = z.enum([...PROMISE_WORDS, 'NONE']);

type StepSchemas = { readonly [Name in StepName]: z.ZodType<Extract<Step, { readonly do: Name }>> };

/** A step written as its name alone has the value `null`. */
export const STEPS: StepSchemas = {
  write: content.transform((value) => ({ do: 'write', ...value })),
  append: content.transform((value) => ({ do: 'append', ...value })),
  edit: z
    .strictObject({ path, find: nonEmpty, replace: z.string() })
    .transform((value) => ({ do: 'edit', ...value })),
  delete: path.transform((value) => ({ do: 'delete', path: value })),
  run: run.transform(({ argv }) => ({ do: 'run', argv })),
  commit: text('message').transform((message) => ({ do: 'commit', message })),
  progress: z
    .strictObject({ percent: z.number().min(0).max(100).exactOptional(), step: z.string().exactOptional() })
    .transform((value) => ({ do: 'progress', ...value })),
  say: text('text').transform((value) => ({ do: 'say', text: value })),
  usage: z
    .strictObject({
      inputTokens: z.number().nonnegative().exactOptional(),
      outputTokens: z.number().nonnegative().exactOptional(),
      costUsd: z.number().nonnegative().exactOptional(),
    })
    .transform((value) => ({ do: 'usage', ...value })),
  sleep: duration.transform((ms) => ({ do: 'sleep', ms })),
  failTimes: z
    .union(
      [
        positive.transform((times) => ({ times, code: 1 })),
        z.strictObject({ times: positive, code: exitCode.default(1) }),
      ],
      'must be a number of attempts or {times, code}',
    )
    .transform((value) => ({ do: 'failTimes', ...value })),
  exit: exitCode.transform((code) => ({ do: 'exit', code })),
  hang: z
    .union(
      [
        z.literal([true, null]).transform(() => ({ ignoreTerm: false })),
        z.strictObject({ ignoreTerm: z.boolean() }),
      ],
      'must be true or {ignoreTerm: true}',
    )
    .transform((value) => ({ do: 'hang', ...value })),
  lie: z.literal([true, null]).transform(() => ({ do: 'lie' })),
  flood: positive.transform((bytes) => ({ do: 'flood', bytes })),
  orphan: z
    .union([z.literal([true, null]).transform(() => 60_000), duration], 'must be true or the time it lives')
    .transform((ms) => ({ do: 'orphan', ms })),
  ask: text('question').transform((question) => ({ do: 'ask', question })),
  quota: z
    .strictObject({ retryAfter: duration })
    .transform(({ retryAfter }) => ({ do: 'quota', retryAfter })),
  touchMarker: z.literal([true, null]).transform(() => ({ do: 'touchMarker' })),
  promise: z
    .union(
      [
        promiseWord.transform((word) => ({ word, detail: '' })),
        z.strictObject({ word: promiseWord, detail: z.string().default('') }),
      ],
      'must be a promise such as TASK_DONE or {word, detail}',
    )
    .transform((value) => ({ do: 'promise', ...value })),
  expectFeedback: text('contains').transform((contains) => ({ do: 'expectFeedback', contains })),
  assertFile: z
    .union(
      [
        path.transform((value) => ({ path: value, absent: false })),
        z.strictObject({ path, contains: z.string().exactOptional(), absent: z.boolean().default(false) }),
      ],
      'must be a path or {path, contains, absent} with a path inside the worktree',
    )
    .transform((value) => ({ do: 'assertFile', ...value })),
};

export const STEP_NAMES: readonly string[] = Object.keys(STEPS);

export function isStepName(name: string): name is StepName {
  return Object.hasOwn(STEPS, name);
}

/** A bare string, or a map with the one key. */
function text(key: string): z.ZodType<string> {
  return z
    .union([nonEmpty, z.strictObject({ [key]: nonEmpty })], `must be a text or {${key}: …}`)
    .transform((value) => (typeof value === 'string' ? value : (value[key] ?? '')));
}

function staysInside(value: string): boolean {
  if (value.startsWith('/') || /[\\\u0000-\u001f]/.test(value)) return false;
  return !value.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
}
