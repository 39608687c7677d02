/** Writes the prompts of a manifest folder; what was there before is kept beside it. */

import { join } from 'node:path';
import type { Plan, TaskId } from '../core/plan.ts';
import type { Result } from '../core/result.ts';
import { PROMPT_LIST, PROMPTS } from '../formats/manifest/prompt-files.ts';
import { promptTexts } from '../formats/manifest/write/prompt-texts.ts';
import type { PromptPlace } from '../formats/plan-files.ts';
import { type FolderProblem, replaceFolder } from './new-folder.ts';

export interface PromptRequest {
  /** Absolute. */
  readonly folder: string;
  /** What commands in the files call it. */
  readonly shown: string;
  /** With the prompts that its task files give. */
  readonly made: Plan;
  readonly places: readonly PromptPlace[];
  /** Whose prompts are to be written; with them the list of all. */
  readonly anew: ReadonlySet<TaskId>;
  /** Every other file of the folder stays, byte by byte. */
  readonly keepsOthers: boolean;
  /** Names the folder that the old ones go to. */
  readonly stamp: string;
}

/** The value is the folder that the old ones are in now, or null where there were none. */
export function writePrompts(request: PromptRequest): Promise<Result<string | null, FolderProblem>> {
  const { folder, shown, made, places, anew, keepsOthers, stamp } = request;
  const texts = promptTexts(made, shown, new Map(places.map(({ task, path }) => [task, path])));
  const wanted = new Set([
    PROMPT_LIST,
    ...places.filter(({ task }) => anew.has(task)).map(({ path }) => path),
  ]);
  const files = new Map(
    [...texts]
      .filter(([path]) => wanted.has(path))
      .map(([path, text]) => [path.slice(PROMPTS.length), text] as const),
  );
  const backup = join(folder, `prompts.backup-${stamp}`);
  return replaceFolder(join(folder, 'prompts'), { backup, files, keepsOthers });
}
