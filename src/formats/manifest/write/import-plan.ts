/** A plan of another family as a manifest folder that is valid, and what of the plan is not in it. */

import type { Finding } from '../../../core/finding.ts';
import { isValid } from '../../../core/finding.ts';
import type { Plan, TaskId } from '../../../core/plan.ts';
import { err, ok, type Result } from '../../../core/result.ts';
import type { ReadOptions, TaskWords } from '../../plan-files.ts';
import { readManifest } from '../read-manifest.ts';
import { lostBetween } from './compare-plans.ts';
import { fitPlan } from './fit-plan.ts';
import { promptTexts } from './prompt-texts.ts';
import { type ManifestFacts, manifestFiles } from './write-manifest.ts';

export interface ToImport {
  readonly plan: Plan;
  /** By the plan's ids; a new plan has none. */
  readonly words?: ReadonlyMap<TaskId, TaskWords>;
}

export interface ImportPlace {
  /** What commands in the files call the folder. */
  readonly folder: string;
  /** What plans in that place are given of the repository around them. */
  readonly around?: Pick<ReadOptions, 'agentFiles' | 'repositoryFiles'>;
  readonly facts: ManifestFacts;
}

export interface Imported {
  /** By path relative to the folder. */
  readonly files: ReadonlyMap<string, string>;
  /** As it is read back. */
  readonly plan: Plan;
  /** What is not as it was, for people; untrusted text may be part of it. */
  readonly changes: readonly string[];
}

/** The findings say why no manifest can hold the plan. */
export function importPlan(
  given: ToImport,
  { folder, around, facts }: ImportPlace,
): Result<Imported, readonly Finding[]> {
  const { plan: fitted, idsBefore, changes } = fitPlan(given.plan);
  const words = new Map<TaskId, TaskWords>();
  for (const [id, before] of idsBefore) {
    const own = given.words?.get(before);
    if (own !== undefined) words.set(id, own);
  }
  const files = manifestFiles(fitted, words, facts);
  // Dependencies that were taken with a warning are taken with one here.
  const { findings, ...read } = readManifest({ files }, { ...around, allowUnpinned: true });
  const { plan } = read;
  if (plan === undefined || !isValid(findings)) return err(findings);
  return ok({
    files: new Map([...files, ...promptTexts(plan, folder)]),
    plan,
    changes: [...changes, ...lostBetween({ plan: fitted, words }, { ...read, plan })],
  });
}
