/** The sample project that `cox demo` works on: a small application, a plan of three waves, and the agent's recipe. */

import { cp, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Sample {
  /** Absolute path of the repository. */
  readonly root: string;
  /** Absolute path of the plan's folder. */
  readonly plan: string;
}

const SOURCE = fileURLToPath(new URL('./sample/', import.meta.url));
const PLAN = join('parallel', 'TS-0001-trip-costs');

/** Makes the sample in the folder, which must not exist. `commit` makes it a repository with everything committed. */
export async function makeSample(folder: string, commit: (root: string) => Promise<void>): Promise<Sample> {
  const plan = join(folder, PLAN);
  await cp(join(SOURCE, 'app'), folder, { recursive: true });
  // A file of the real name would be taken as our own.
  await rename(join(folder, 'gitignore'), join(folder, '.gitignore'));
  await mkdir(plan, { recursive: true });
  await cp(join(SOURCE, 'plan'), plan, { recursive: true });
  await cp(join(SOURCE, 'recipe.yaml'), join(folder, 'recipe.yaml'));
  await cp(join(SOURCE, 'coxswain.config.yaml'), join(folder, 'coxswain.config.yaml'));
  await commit(folder);
  return { root: folder, plan };
}
