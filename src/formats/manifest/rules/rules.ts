/** All rules of a manifest folder that can be read. */

import { checkContracts } from './contracts.ts';
import { checkDependencies } from './dependencies.ts';
import { checkMetadata } from './metadata.ts';
import { checkNamedTasks } from './named-tasks.ts';
import { checkOwnership } from './ownership.ts';
import { checkPrompts } from './prompts.ts';
import { checkRequirements } from './requirements.ts';
import type { Rule } from './rule.ts';
import { checkScopes } from './scope.ts';
import { checkTitles } from './titles.ts';
import { checkWaves } from './waves.ts';
import { checkWords } from './words.ts';

export const RULES: readonly Rule[] = [
  checkWaves,
  checkOwnership,
  checkTitles,
  checkScopes,
  checkRequirements,
  checkContracts,
  checkPrompts,
  checkDependencies,
  checkMetadata,
  checkWords,
  checkNamedTasks,
];
