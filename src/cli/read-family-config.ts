/** Reads the files that a plan's family has beside the plan: settings with names of its own. */

import { isAbsolute, join, resolve } from 'node:path';
import {
  AUTO_CONTEXT,
  type AutoContext,
  autoEnvironment,
  parseAutoContext,
} from '../config/families/auto-context.ts';
import type { FamilyText } from '../config/families/family-file.ts';
import { PROJECT_ICC, parseIccConfigs, USER_ICC } from '../config/families/icc-config.ts';
import type { FamilyLayers } from '../config/layers.ts';
import type { ConfigProblem } from '../config/problem.ts';
import type { PlanFormat } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import { isWithin } from '../project/read-folder.ts';
import { readConfigText } from './read-config.ts';

export interface FamilyConfig extends Omit<AutoContext, 'layer'> {
  readonly layers: FamilyLayers;
}

/** `root` is the repository's top level; null outside of one. */
export async function readFamilyConfig(
  format: PlanFormat,
  root: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Result<FamilyConfig, readonly ConfigProblem[]>> {
  switch (format) {
    case 'auto':
      return await autoConfig(root, env);
    case 'queue':
      return await queueConfig(root, env['HOME'] ?? '');
    default:
      return ok({ layers: { format, environment: new Map(), files: new Map() }, notes: [] });
  }
}

async function autoConfig(
  root: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Result<FamilyConfig, readonly ConfigProblem[]>> {
  const read = await readFirst(root, [AUTO_CONTEXT]);
  if (!read.ok) return read;
  const parsed = parseAutoContext(
    read.value ?? { name: AUTO_CONTEXT, text: '' },
    (folder) => root !== null && isWithin(root, resolve(root, folder)),
  );
  if (!parsed.ok) return parsed;
  const { layer, ...rest } = parsed.value;
  return ok({ ...rest, layers: { format: 'auto', environment: autoEnvironment(env), files: layer } });
}

async function queueConfig(
  root: string | null,
  home: string,
): Promise<Result<FamilyConfig, readonly ConfigProblem[]>> {
  const user = await readFirst(isAbsolute(home) ? home : null, [USER_ICC]);
  const project = await readFirst(root, PROJECT_ICC);
  if (!user.ok || !project.ok) return err([user, project].flatMap((each) => (each.ok ? [] : each.error)));
  const named = user.value === null ? null : { ...user.value, name: join(home, user.value.name) };
  const files = parseIccConfigs([named, project.value].filter((file) => file !== null));
  if (!files.ok) return files;
  const { layer, notes } = files.value;
  return ok({ layers: { format: 'queue', environment: new Map(), files: layer }, notes });
}

/** The first of the files that is there; null when none is. */
async function readFirst(
  folder: string | null,
  names: readonly string[],
): Promise<Result<FamilyText | null, readonly ConfigProblem[]>> {
  for (const name of folder === null ? [] : names) {
    const text = await readConfigText(join(folder ?? '', name), { name, origin: 'project config' });
    if (!text.ok || text.value !== null) return text.ok ? ok({ name, text: text.value ?? '' }) : text;
  }
  return ok(null);
}
