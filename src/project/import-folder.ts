/** Writes any plan as a manifest folder. */

import type { Finding } from '../core/finding.ts';
import type { Plan } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import { importPlan } from '../formats/manifest/write/import-plan.ts';
import type { ManifestFacts } from '../formats/manifest/write/write-manifest.ts';
import { type FolderProblem, makeNewFolder } from './new-folder.ts';

export interface ImportRequest {
  readonly plan: Plan;
  /** Absolute path of a folder that does not exist, or is empty. */
  readonly folder: string;
  /** The repository's, or of the current folder where there is none. */
  readonly root: string;
  /** What commands in the files call it. */
  readonly shown: string;
  readonly facts: ManifestFacts;
}

export interface ImportedFolder {
  readonly files: readonly string[];
  /** What is not as it was in the plan. */
  readonly changes: readonly string[];
}

export type ImportProblem =
  | FolderProblem
  /** The findings say what no manifest can hold. */
  | { readonly reason: 'unfit'; readonly findings: readonly Finding[] };

export async function importFolder({
  plan,
  folder,
  root,
  shown,
  facts,
}: ImportRequest): Promise<Result<ImportedFolder, ImportProblem>> {
  const imported = importPlan(plan, shown, facts);
  if (!imported.ok) return err({ reason: 'unfit', findings: imported.error });
  const { files, changes } = imported.value;
  const made = await makeNewFolder(folder, files, root);
  return made.ok ? ok({ files: [...files.keys()], changes }) : made;
}
