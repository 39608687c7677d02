/** What a decomposer's plan says of the order of tasks. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const PLANS = join('.claude', 'plans');
/** The newest ones, by name. */
const MOST_PLANS = 20;

/** By task those that come before it, of the plan that knows most of these tasks. */
export async function dependenciesIn(
  root: string,
  tasks: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const wanted = new Set(tasks);
  const names = await planNames(join(root, PLANS));
  if (names.length === 0) return new Map();
  // The parsers of plans are a third of all modules.
  const { loadPlan } = await import('../load-plan.ts');
  let best: ReadonlyMap<string, readonly string[]> = new Map();
  for (const name of names) {
    const loaded = await loadPlan({ path: join(root, PLANS, name), format: 'auto', repository: root });
    if (loaded.is !== 'read' || loaded.plan === null) continue;
    const known = loaded.plan.tasks.filter(({ id }) => wanted.has(id));
    if (known.length > best.size) best = new Map(known.map(({ id, dependsOn }) => [id, dependsOn]));
  }
  return best;
}

async function planNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^auto-.*\.md$/.test(name))
    .sort()
    .reverse()
    .slice(0, MOST_PLANS);
}
