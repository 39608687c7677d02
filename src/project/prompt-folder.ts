/** Writes the prompts of a manifest folder; what was there before is kept beside it. */

import { join } from 'node:path';
import type { Plan, TaskId } from '../core/plan.ts';
import type { Result } from '../core/result.ts';
import { promptTexts } from '../formats/manifest/write/prompt-texts.ts';
import { type FolderProblem, replaceFolder } from './new-folder.ts';

export interface PromptRequest {
  /** Absolute. */
  readonly folder: string;
  /** What commands in the files call it. */
  readonly shown: string;
  /** With the prompts that its task files give. */
  readonly made: Plan;
  /** With those that are there. */
  readonly present: Plan;
  /** Whose prompts are to be written anew; the others stay as they are. */
  readonly anew: ReadonlySet<TaskId>;
  /** Names the folder that the old ones go to. */
  readonly stamp: string;
}

/** The value is the folder that the old ones are in now, or null where there were none. */
export function writePrompts(request: PromptRequest): Promise<Result<string | null, FolderProblem>> {
  const { folder, shown, made, present, anew, stamp } = request;
  const old = new Map(present.tasks.map((task) => [task.id, task]));
  const tasks = made.tasks.map((task) => (anew.has(task.id) ? task : (old.get(task.id) ?? task)));
  const texts = promptTexts({ ...made, tasks }, shown);
  const files = new Map([...texts].map(([path, text]) => [path.replace(/^prompts\//, ''), text]));
  return replaceFolder(join(folder, 'prompts'), join(folder, `prompts.backup-${stamp}`), files);
}
