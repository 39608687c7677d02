// biome-ignore-all lint/style/noProcessEnv: a program of its own, started as an agent
// biome-ignore-all lint/plugin: a program of its own, started as an agent

/**
 * The recipe agent's program: `agent-main.ts` takes its assignment as JSON on standard input, `agent-main.ts <file>`
 * finds it in a recipe's file, by COX_TASK_ID and COX_ATTEMPT. It stands in its worktree.
 */

import { readFileSync } from 'node:fs';
import { WorktreeFiles } from '../bridges/worktree-files.ts';
import { performSteps } from './perform.ts';
import type { Assignment } from './step.ts';

/** The recipe cannot be read, or knows nothing of the task. */
const BAD_RECIPE = 2;

async function main(): Promise<number> {
  const file = process.argv[2];
  const assignment = file === undefined ? given() : await fromFile(file);
  if (assignment === null) return BAD_RECIPE;
  const worktree = process.cwd();
  const contextFolder = process.env['COX_CONTEXT_DIR'];
  return performSteps({ files: new WorktreeFiles(worktree), assignment, worktree, contextFolder });
}

function given(): Assignment {
  return JSON.parse(readFileSync(0, 'utf8'));
}

// Loaded only here, for the readers of YAML and of schemas cost more than all the rest of the start.
async function fromFile(file: string): Promise<Assignment | null> {
  const { parseRecipe, describeRecipeProblem } = await import('./parse.ts');
  const { assign } = await import('./assign.ts');
  const text = readText(file);
  if (text === null) return null;
  const parsed = parseRecipe(text, file);
  if (parsed.ok)
    return assign(parsed.value, process.env['COX_TASK_ID'] ?? '', Number(process.env['COX_ATTEMPT'] ?? '1'));
  for (const problem of parsed.error) complain(describeRecipeProblem(problem));
  return null;
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    complain(`the recipe cannot be read: ${error instanceof Error ? error.message : file}`);
    return null;
  }
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

process.exitCode = await main();
// A step may have left timers behind.
process.exit();
