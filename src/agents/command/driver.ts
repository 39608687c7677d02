/** The user's own shell command as an agent. Its output is plain text: every line is its own word. */

import { z } from 'zod';
import { type Driver, defineDriver } from '../driver.ts';
import { firstProgram } from './program.ts';
import { startedFiles } from './started-files.ts';

/**
 * Options: `command`, a line for `sh`, from the user's own flag or config, so a shell is right. It finds the prompt on
 * standard input and in `$COX_PROMPT_FILE`, and stands in its worktree.
 */
export const commandDriver: Driver = defineDriver({
  name: 'command',
  abilities: { usage: 'never', verdict: false },
  // Whose credentials the command needs is the user's to say, by the names that the project's config adds.
  environment: [],
  options: z.strictObject({ command: z.string().refine((text) => text.trim() !== '', 'must not be empty') }),
  program: ({ command }) => firstProgram(command),
  startedFiles: ({ command }) => startedFiles(command),
  launch: (options, { spec }) => ({ argv: ['sh', '-c', options.command], env: {}, stdin: spec.prompt }),
  parse: (line) => [{ type: 'text', text: line }],
});
