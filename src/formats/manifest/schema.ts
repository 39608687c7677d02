/** The shapes of manifest.json and of a task file's front matter. Keys that are not listed are kept. */

import { z } from 'zod';
import { WORK_TYPES } from '../../core/plan.ts';

const workType = z.string().trim().toUpperCase().pipe(z.enum(WORK_TYPES)).nullish();

const packages = z
  .looseObject({
    add: z.array(z.string()).nullish(),
    upgrade: z.array(z.string()).nullish(),
    remove: z.array(z.string()).nullish(),
    add_dev: z.array(z.string()).nullish(),
  })
  .nullish();

const waveTask = z.looseObject({
  id: z.string(),
  agent: z.string().nullish(),
  /** Relative to the plan's folder. */
  prompt_file: z.string().nullish(),
});

const wave = z.looseObject({
  number: z.int().min(0),
  /** `Wave 1` without one. */
  name: z.string().nullish(),
  tasks: z.array(waveTask),
  /** A shell command, or bare Python statements. */
  validation: z.string().nullish(),
});

const metadata = z.looseObject({
  tech_spec: z.string().nullish(),
  generated_at: z.string().nullish(),
  total_tasks: z.int().nullish(),
  max_parallel: z.int().min(1).nullish(),
  critical_path: z.array(z.string()).nullish(),
});

export const manifestSchema = z.looseObject({
  tech_spec_id: z
    .string()
    .trim()
    .refine((id) => id !== '', 'must not be empty')
    .meta({ minLength: 1 }),
  name: z.string().nullish(),
  title: z.string().nullish(),
  technology: z.string().nullish(),
  python_version: z.string().nullish(),
  /** Of each task whose file does not say. */
  work_type: workType,
  dependencies: z.looseObject({ python: packages, node: packages }).nullish(),
  waves: z.array(wave),
  metadata: metadata.nullish(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Those that are read, by what holds them. */
export const MANIFEST_KEYS = {
  manifest: Object.keys(manifestSchema.shape),
  metadata: Object.keys(metadata.shape),
  wave: Object.keys(wave.shape),
  task: Object.keys(waveTask.shape),
} as const;

const word = z.union([z.string(), z.number()], 'expected a word');
/** A list, one value, or several with commas between them. */
const words = z.union([z.array(word), word], 'expected a list of words').nullish();

export const frontMatterSchema = z.looseObject({
  id: word.nullish(),
  component: word.nullish(),
  work_type: workType,
  wave: z.union([z.int(), z.string().regex(/^\s*\d{1,9}\s*$/, 'expected a number')]).nullish(),
  deps: words,
  blocks: words,
  agent: z.string().nullish(),
  skills: words,
  tech_spec: word.nullish(),
  contracts: words,
  resources: words,
  /** With its unit, e.g. `2h`; a number alone is told of. */
  estimate: word.nullish(),
  verify_only: z.boolean().nullish(),
});

export type FrontMatter = z.infer<typeof frontMatterSchema>;
