/** The embedded agent: a real child process that does what a recipe says. For demonstrations, rehearsals and tests. */

import { z } from 'zod';
import { ownFile } from '../bridges/own-file.ts';
import { type Driver, defineDriver } from '../driver.ts';
import { parseEventLine } from '../lines/event-line.ts';
import { assign } from './assign.ts';
import { describeRecipeProblem, parseRecipe, type Recipe } from './parse.ts';

const MAIN = ownFile('agent-main', import.meta.url);
const NODE: readonly string[] = [
  process.execPath,
  '--experimental-strip-types',
  '--disable-warning=ExperimentalWarning',
];

/**
 * Options: `recipe`, the recipe's text, or (when it is a single line) the path of its file, absolute or relative to
 * the worktree. A text is checked before anything starts; a file is read and checked by the agent itself.
 */
export const recipeDriver: Driver = defineDriver({
  name: 'recipe',
  abilities: { verdict: false },
  environment: [],
  options: z.strictObject({ recipe: z.string().refine((text) => text.trim() !== '', 'must not be empty') }),
  problems: ({ recipe }) => {
    if (!isText(recipe)) return [];
    const parsed = parseRecipe(recipe, 'recipe');
    return parsed.ok ? [] : parsed.error.map(describeRecipeProblem);
  },
  launch: ({ recipe }, { spec }) => {
    const { task, number } = spec.id;
    if (!isText(recipe)) return { argv: [...NODE, MAIN, recipe.trim()], env: {}, stdin: '' };
    const parsed = parseRecipe(recipe, 'recipe');
    const assignment = parsed.ok ? assign(parsed.value, task, number) : assign(EMPTY, task, number);
    return { argv: [...NODE, MAIN], env: {}, stdin: JSON.stringify(assignment) };
  },
  parse: parseEventLine,
});

const EMPTY: Recipe = { tasks: new Map(), otherwise: null };

function isText(recipe: string): boolean {
  return recipe.trim().includes('\n') || recipe.includes(': ');
}
