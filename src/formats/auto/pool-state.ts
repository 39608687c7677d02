/** `.claude/pool-state.json`: which slot of the pool is whose. Total: any text gives a state or a problem with its place. */

import { z } from 'zod';
import { err, ok, type Result } from '../../core/result.ts';
import { FindingList } from '../finding-list.ts';
import { LocatedText } from '../located-text.ts';
import { readJson } from '../read-json.ts';

export const MOST_SLOTS = 100;

const slot = z.looseObject({
  id: z.string().regex(/^wt-[1-9]\d{0,2}$/, 'must be wt- and a number'),
  status: z.enum(['idle', 'busy', 'error'], 'must be idle, busy or error'),
  task_id: z.string('must be a text or null').nullable().default(null),
  path: z.string('must be a text').refine((path) => path !== '', 'must be a path'),
  branch: z.string('must be a text or null').nullable().default(null),
  acquired_at: z.string('must be a text or null').nullable().default(null),
});

const state = z
  .looseObject({
    version: z.literal('1.0', 'must be "1.0"'),
    pool_size: z
      .int('must be a whole number')
      .min(1, 'must be 1 or more')
      .max(MOST_SLOTS, `must be ${MOST_SLOTS} or less`),
    created_at: z.string('must be a text').default(''),
    worktrees: z.array(slot, 'must be a list'),
  })
  .superRefine(({ worktrees }, context) => {
    const seen = new Set<string>();
    for (const [index, { id, status, task_id: task, branch }] of worktrees.entries()) {
      if (seen.has(id)) problem(context, index, `${id} is there twice`);
      seen.add(id);
      if (status === 'busy' && (task === null || branch === null))
        problem(context, index, `${id} is busy, without a task or a branch`);
    }
  });

function problem(context: z.RefinementCtx, index: number, message: string): void {
  context.addIssue({ code: 'custom', message, path: ['worktrees', index] });
}

/** What the file has beside these fields stays. */
export type PoolState = z.infer<typeof state>;
export type PoolSlot = PoolState['worktrees'][number];

/** `name` is the file's, for the problem: `name:line:column what. remedy`. */
export function readPoolState(name: string, text: string): Result<PoolState, string> {
  const source = new LocatedText(name, text);
  const findings = new FindingList();
  const json = readJson(source, findings);
  if (json === null) {
    const [first] = findings.errors;
    return err(
      first === undefined ? `${name} is no JSON` : `${name}:${first.line}:${first.column} ${first.message}`,
    );
  }
  const parsed = state.safeParse(json.value);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const { line, column } = json.at(path);
  const what = path.length === 0 ? 'the file' : path.map(String).join('.');
  return err(`${name}:${line}:${column} ${what}: ${issue?.message ?? 'is wrong'}`);
}

export function poolStateText(value: PoolState): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export function newPoolState(
  paths: readonly { readonly id: string; readonly path: string }[],
  at: string,
): PoolState {
  return {
    version: '1.0',
    pool_size: paths.length,
    created_at: at,
    worktrees: paths.map(({ id, path }) => idleSlot(id, path)),
  };
}

export function idleSlot(id: string, path: string): PoolSlot {
  return { id, status: 'idle', task_id: null, path, branch: null, acquired_at: null };
}
