/** Whether the package managers are there that are to install a plan's packages. */

import type { Cli } from './cli.ts';
import { EXIT, type Stop } from './exit.ts';
import type { SettledPlan } from './settled-plan.ts';

/** Null when they are, or none is needed. */
export async function managersNotThere(
  cli: Cli,
  { valid, repository }: Pick<SettledPlan, 'valid' | 'repository'>,
): Promise<Stop | null> {
  const { dependencies = [] } = valid.plan;
  if (dependencies.length === 0 || !repository.ok) return null;
  const missing = await cli.parts.missingManagers(repository.value, dependencies);
  if (missing.length === 0) return null;
  const message = `the packages of the plan cannot be installed: ${missing.join('; ')}`;
  return { code: EXIT.refused, message, remedy: 'Or take them out of `dependencies` in manifest.json.' };
}
