/** Makes the folder of a new plan. */

import type { Result } from '../core/result.ts';
import { type Starter, starterPlan } from '../formats/manifest/write/starter-plan.ts';
import {
  type ImportedFolder,
  type ImportProblem,
  type ImportRequest,
  importFolder,
} from './import-folder.ts';

export interface InitRequest extends Omit<ImportRequest, 'plan' | 'words' | 'from' | 'facts'> {
  readonly starter: Starter;
  readonly generatedAt: string;
}

export function initFolder({
  starter,
  generatedAt,
  ...where
}: InitRequest): Promise<Result<ImportedFolder, ImportProblem>> {
  return importFolder({ ...where, plan: starterPlan(starter), facts: { generatedAt } });
}
