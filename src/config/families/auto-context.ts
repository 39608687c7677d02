/** `.claude/auto-context.yaml`, and the variables that stand for parts of it. */

import { z } from 'zod';
import { WORK_TYPES, type WorkType } from '../../core/plan.ts';
import { ok, type Result } from '../../core/result.ts';
import type { OptionName } from '../options.ts';
import type { Layer, SetValue } from '../parse-config.ts';
import type { ConfigProblem } from '../problem.ts';
import { type FamilyNote, type FamilyText, misspelt, NO_FIELDS, readFamilyFile } from './family-file.ts';

export const AUTO_CONTEXT = '.claude/auto-context.yaml';

export interface AutoContext {
  readonly layer: Layer;
  readonly workType?: WorkType;
  readonly branchPrefix?: string;
  /** Where it asks for a test of what is merged. */
  readonly mergeTestWanted?: string;
  /** What is written there and cannot be followed, with what is done instead. */
  readonly notes: readonly FamilyNote[];
}

const flag = z.boolean('must be true or false').nullish();
const count = (least: number, most: number) =>
  z.int(`must be a whole number from ${least} to ${most}`).min(least).max(most).nullish();
const text = z.string('must be a text').nullish();

const schema = z.looseObject(
  {
    parallelization: z
      .looseObject(
        {
          enabled: flag,
          min_tasks: count(1, 1000),
          max_agents: count(1, 1000),
          auto_cleanup: flag,
          retry_on_failure: count(0, 100),
          min_complexity: z.enum(['small', 'medium', 'large'], 'must be small, medium or large').nullish(),
          require_integration_validation: flag,
          worktree_base: text,
          branch_prefix: text,
        },
        NO_FIELDS,
      )
      .nullish(),
    work_type: z
      .string('must be a text')
      .trim()
      .toUpperCase()
      .pipe(z.enum([...WORK_TYPES, ''], `must be one of ${WORK_TYPES.join(', ')}`))
      .nullish(),
    overrides: z
      .looseObject({ skip_decomposer: flag, skip_parallel: flag, force_parallel: flag }, NO_FIELDS)
      .nullish(),
    session: z.looseObject({ one_group: flag }, NO_FIELDS).nullish(),
  },
  NO_FIELDS,
);

type Fields = z.infer<typeof schema>;
type IsInside = (folder: string) => boolean;

const SECTIONS = ['parallelization', 'overrides', 'session'] as const;
const KNOWN = [
  [[], Object.keys(schema.shape)],
  ...SECTIONS.map((name) => [[name], Object.keys(schema.shape[name].unwrap().unwrap().shape)] as const),
] as const;

/** `isInside`: a folder, absolute or from the repository's top level, lies within the checkout. */
export function parseAutoContext(
  file: FamilyText,
  isInside: IsInside = () => false,
): Result<AutoContext, readonly ConfigProblem[]> {
  const read = readFamilyFile(file, schema);
  if (!read.ok) return read;
  const { value, where } = read.value;
  const layer = new Map<OptionName, SetValue>();
  const set = (name: OptionName, path: readonly string[], raw: unknown): void => {
    if (raw !== undefined && raw !== null) layer.set(name, { raw, where: where(path) });
  };
  const { parallelization = {}, overrides, session } = { ...value };
  const at = (key: string): readonly string[] => ['parallelization', key];
  set('parallelEnabled', at('enabled'), parallelization?.enabled);
  set('parallelMinTasks', at('min_tasks'), parallelization?.min_tasks);
  set('maxParallel', at('max_agents'), parallelization?.max_agents);
  set('retries', at('retry_on_failure'), parallelization?.retry_on_failure);
  set('parallelMinComplexity', at('min_complexity'), parallelization?.min_complexity);
  set('oneGroup', ['session', 'one_group'], session?.one_group);
  // Who asks for both wants no parallel work begun by mistake.
  if (overrides?.force_parallel === true) set('parallelOverride', ['overrides', 'force_parallel'], 'force');
  if (overrides?.skip_parallel === true)
    set('parallelOverride', ['overrides', 'skip_parallel'], 'skip-parallel');
  if (overrides?.skip_decomposer === true)
    set('parallelOverride', ['overrides', 'skip_decomposer'], 'skip-decomposer');
  const base = parallelization?.worktree_base?.trim() ?? '';
  const { auto_cleanup: cleanup } = parallelization ?? {};
  if (typeof cleanup === 'boolean') set('slotsCleanup', at('auto_cleanup'), cleanup ? 'merged' : 'never');
  if (isOutside(base, isInside)) set('slotFolder', at('worktree_base'), base);
  const prefix = parallelization?.branch_prefix?.trim() ?? '';
  return ok({
    layer,
    ...(value.work_type ? { workType: value.work_type } : {}),
    ...(isPrefix(prefix) ? { branchPrefix: prefix } : {}),
    ...(parallelization?.require_integration_validation === true
      ? { mergeTestWanted: where(at('require_integration_validation')) }
      : {}),
    notes: [...notesOf(value, where, isInside), ...misspelt(read.value, KNOWN)],
  });
}

/** Of the family's own variables those that are set. Their values are checked with the rest of the environment. */
export function autoEnvironment(env: Readonly<Record<string, string | undefined>>): Layer {
  const names: Readonly<Record<string, OptionName>> = {
    AUTO_PARALLEL_ENABLED: 'parallelEnabled',
    AUTO_PARALLEL_MAX_AGENTS: 'maxParallel',
    AUTO_PARALLEL_MIN_TASKS: 'parallelMinTasks',
  };
  const layer = new Map<OptionName, SetValue>();
  for (const [variable, name] of Object.entries(names)) {
    const raw = env[variable];
    if (raw !== undefined && raw !== '') layer.set(name, { raw, where: variable });
  }
  return layer;
}

/** A worktree within the checkout would find the checkout's own dependencies, and be seen by git as a change. */
function isOutside(folder: string, isInside: IsInside): boolean {
  return (folder.startsWith('/') || /^\.\.(?:\/|$)/.test(folder)) && !isInside(folder);
}

/** What a branch's name may begin with, so that the rest is one part of it. */
function isPrefix(prefix: string): boolean {
  if (/^(?:cox|integration|refs)\/|\.\.|\.lock\/|\.\//.test(prefix)) return false;
  return /^(?:[A-Za-z0-9][\w.-]*\/)*[A-Za-z0-9][\w.-]*[/_.-]$/.test(prefix);
}

function notesOf(
  { parallelization }: Fields,
  where: (path: readonly string[]) => string,
  isInside: IsInside,
): readonly FamilyNote[] {
  const notes: FamilyNote[] = [];
  const note = (key: string, message: string, remedy: string): void => {
    notes.push({ where: where(['parallelization', key]), message: `${key} ${message}`, remedy });
  };
  const { worktree_base: base, branch_prefix: prefix } = parallelization ?? {};
  if (base?.trim().startsWith('~'))
    note(
      'worktree_base',
      "begins with ~, which is not expanded; the worktrees are in the user's state folder instead",
      'Write the whole path of a folder outside of the checkout.',
    );
  else if (base?.trim() && !isOutside(base.trim(), isInside))
    note(
      'worktree_base',
      "lies within the checkout; the worktrees are in the user's state folder instead",
      'Name a folder outside of the checkout, or leave it out.',
    );
  if (prefix?.trim() && !isPrefix(prefix.trim()))
    note(
      'branch_prefix',
      'is no beginning of a branch; auto/ is used instead',
      'Write one such as auto/ or team/auto-.',
    );
  if (parallelization?.auto_cleanup === false)
    note(
      'auto_cleanup',
      'is false, and worktrees of tasks that succeeded are used again all the same',
      'Say how many of failed tasks are kept with slots.kept in coxswain.config.yaml.',
    );
  return notes;
}
