/** Recipes for the embedded agent, written as values. */

import { stringify } from 'yaml';
import type { AgentSettings } from '../core/settings.ts';

/** As it stands in a recipe's YAML: a step's name, or a map of its name to its value. */
export type RecipeStep = string | Readonly<Record<string, unknown>>;

export type RecipeTask =
  | readonly RecipeStep[]
  | {
      readonly attempts?: Readonly<Record<number, readonly RecipeStep[]>>;
      readonly default?: readonly RecipeStep[];
    };

export interface RecipeContent {
  readonly tasks?: Readonly<Record<string, RecipeTask>>;
  /** For tasks that are not named. */
  readonly default?: readonly RecipeStep[];
}

/** Settings of an agent that follows the recipe. */
export function recipeAgent(content: RecipeContent): AgentSettings {
  return { driver: 'recipe', options: { recipe: recipeText(content) } };
}

/** Settings of an agent that does the same for every task. */
export function recipeSteps(...steps: readonly RecipeStep[]): AgentSettings {
  return recipeAgent({ default: steps });
}

/** The recipe as YAML, of more than one line. */
export function recipeText(content: RecipeContent): string {
  return `# A recipe for a test\n${stringify(content)}`;
}

/** Writes the files, commits them and is done. */
export function writeAndCommit(
  files: Readonly<Record<string, string>>,
  message: string,
): readonly RecipeStep[] {
  return [
    ...Object.entries(files).map(([path, text]) => ({ write: { path, text } })),
    { commit: { message } },
  ];
}
