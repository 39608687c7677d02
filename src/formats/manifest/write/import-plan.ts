/** Any plan as a manifest folder that is valid, and what of the plan is not in it. */

import type { Finding } from '../../../core/finding.ts';
import { isValid } from '../../../core/finding.ts';
import type { Plan } from '../../../core/plan.ts';
import { err, ok, type Result } from '../../../core/result.ts';
import { readManifest } from '../read-manifest.ts';
import { lostBetween } from './compare-plans.ts';
import { fitPlan } from './fit-plan.ts';
import { promptTexts } from './prompt-texts.ts';
import { type ManifestFacts, manifestFiles } from './write-manifest.ts';

export interface Imported {
  /** By path relative to the folder. */
  readonly files: ReadonlyMap<string, string>;
  /** As it is read back. */
  readonly plan: Plan;
  /** What is not as it was, for people; untrusted text may be part of it. */
  readonly changes: readonly string[];
}

/** The findings say why no manifest can hold the plan. `folder` is what commands in the files call it. */
export function importPlan(
  given: Plan,
  folder: string,
  facts: ManifestFacts,
): Result<Imported, readonly Finding[]> {
  const { plan: fitted, changes } = fitPlan(given);
  const files = manifestFiles(fitted, facts);
  // Dependencies that were taken with a warning are taken with one here.
  const read = readManifest({ files }, { allowUnpinned: true });
  const { plan, findings } = read;
  if (plan === undefined || !isValid(findings)) return err(findings);
  return ok({
    files: new Map([...files, ...promptTexts(plan, folder)]),
    plan,
    changes: [...changes, ...lostBetween(fitted, plan)],
  });
}
