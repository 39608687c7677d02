/**
 * The one table of options: what feeds the flags of `run`, the help, the reading of the environment and of config
 * files, and the built-in values. An option that is not here does not exist.
 */

import { z } from 'zod';
import { AGENT_OPTIONS } from './agent-options.ts';
import { BUDGET_OPTIONS } from './budget-options.ts';
import { CONFLICT_OPTIONS } from './conflict-options.ts';
import { E2E_OPTIONS } from './e2e-options.ts';
import { LIMIT_OPTIONS } from './limit-options.ts';
import { MACHINE_OPTIONS } from './machine-options.ts';
import { meta, type OptionMeta } from './option-meta.ts';
import { PARALLEL_OPTIONS } from './parallel-options.ts';
import { PREFLIGHT_OPTIONS } from './preflight-options.ts';
import { PROJECT_OPTIONS } from './project-options.ts';
import { PROOF_OPTIONS } from './proof-options.ts';
import { QUESTION_OPTIONS } from './question-options.ts';
import { RUN_OPTIONS } from './run-options.ts';

/** Every option with the schema of its value. */
export const OPTIONS = z.object({
  ...RUN_OPTIONS,
  ...BUDGET_OPTIONS,
  ...AGENT_OPTIONS,
  ...QUESTION_OPTIONS,
  ...PARALLEL_OPTIONS,
  ...PREFLIGHT_OPTIONS,
  ...PROOF_OPTIONS,
  ...E2E_OPTIONS,
  ...CONFLICT_OPTIONS,
  ...MACHINE_OPTIONS,
  ...LIMIT_OPTIONS,
  ...PROJECT_OPTIONS,
});

export type OptionName = keyof typeof OPTIONS.shape;
export type OptionValues = z.output<typeof OPTIONS>;

export interface Option extends OptionMeta {
  readonly name: OptionName;
  readonly schema: z.ZodType;
  /** As a user would write it; undefined when there is none. */
  readonly builtIn: unknown;
}

/** In the order of the table. */
export const OPTION_LIST: readonly Option[] = OPTIONS.keyof().options.map((name) => {
  const schema = OPTIONS.shape[name];
  const found = meta.get(schema);
  if (found === undefined) throw new Error(`the option ${name} is not described`);
  return {
    ...found,
    name,
    schema,
    builtIn: schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined,
  };
});
