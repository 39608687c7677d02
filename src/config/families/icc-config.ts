/** The `icc.config.json` of a queue's family: how freely a queue runs. */

import { z } from 'zod';
import { err, ok, type Result } from '../../core/result.ts';
import type { OptionName } from '../options.ts';
import type { Layer, SetValue } from '../parse-config.ts';
import type { ConfigProblem } from '../problem.ts';
import { type FamilyNote, type FamilyText, misspelt, NO_FIELDS, readFamilyFile } from './family-file.ts';

/** Below the user's home. */
export const USER_ICC = '.claude/icc.config.json';
/** Below the repository's root; the first that is there counts. */
export const PROJECT_ICC: readonly string[] = [
  '.icc/config.json',
  'icc.config.json',
  '.claude/icc.config.json',
];

const parallel = z
  .int('must be a whole number from 1 to 10')
  .min(1, 'must be at least 1')
  .max(10, 'must be at most 10')
  .nullish();
const common = {
  max_parallel: parallel,
  continue_on_error: z.boolean('must be true or false').nullish(),
};
const schema = z.looseObject(
  {
    autonomy: z
      .looseObject(
        {
          ...common,
          level: z
            .string('must be L1, L2 or L3')
            .trim()
            .toUpperCase()
            .pipe(z.enum(['L1', 'L2', 'L3'], 'must be L1, L2 or L3'))
            .nullish(),
          l3_settings: z.looseObject(common, NO_FIELDS).nullish(),
        },
        NO_FIELDS,
      )
      .nullish(),
  },
  NO_FIELDS,
);

const autonomy = schema.shape.autonomy.unwrap().unwrap().shape;
const KNOWN = [
  [[], Object.keys(schema.shape)],
  [['autonomy'], Object.keys(autonomy)],
  [['autonomy', 'l3_settings'], Object.keys(common)],
] as const;

export interface IccConfig {
  readonly layer: Layer;
  /** What is nearly one of its fields. */
  readonly notes: readonly FamilyNote[];
}

interface Found {
  readonly raw: unknown;
  readonly where: string;
}

/** Deep-merged: of each field the last file that has it counts, given the user's first and the project's behind it. */
export function parseIccConfigs(files: readonly FamilyText[]): Result<IccConfig, readonly ConfigProblem[]> {
  const fields = new Map<string, Found>();
  const problems: ConfigProblem[] = [];
  const notes: FamilyNote[] = [];
  for (const file of files) {
    const read = readFamilyFile(file, schema);
    if (!read.ok) {
      problems.push(...read.error);
      continue;
    }
    const { value, where } = read.value;
    notes.push(...misspelt(read.value, KNOWN));
    const { level, max_parallel, continue_on_error, l3_settings } = { ...value.autonomy };
    const set = (path: readonly string[], raw: unknown): void => {
      if (raw !== undefined && raw !== null)
        fields.set(path.join('.'), { raw, where: where(['autonomy', ...path]) });
    };
    set(['level'], level);
    set(['max_parallel'], max_parallel);
    set(['continue_on_error'], continue_on_error);
    set(['l3_settings', 'max_parallel'], l3_settings?.max_parallel);
    set(['l3_settings', 'continue_on_error'], l3_settings?.continue_on_error);
  }
  return problems.length > 0 ? err(problems) : ok({ layer: layerOf(fields), notes });
}

function layerOf(fields: ReadonlyMap<string, Found>): Layer {
  const layer = new Map<OptionName, SetValue>();
  const level = fields.get('level');
  // What is said of L3 alone counts in L3 alone, and before what is said of all.
  const say = (name: string): Found | undefined =>
    (level?.raw === 'L3' ? fields.get(`l3_settings.${name}`) : undefined) ?? fields.get(name);
  const most = say('max_parallel');
  if (most !== undefined) layer.set('maxParallel', most);
  if (level !== undefined) {
    layer.set('onFailure', { raw: level.raw === 'L3' ? 'continue' : 'stop', where: level.where });
    const asked: Readonly<Record<string, string>> = { L1: 'every', L2: 'run', L3: 'never' };
    layer.set('confirm', { raw: asked[String(level.raw)], where: level.where });
  }
  const goesOn = say('continue_on_error');
  if (goesOn !== undefined)
    layer.set('onFailure', { raw: goesOn.raw === true ? 'continue' : 'stop', where: goesOn.where });
  return layer;
}
