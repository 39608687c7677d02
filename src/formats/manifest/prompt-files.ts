/** Which file of the plan's folder holds a task's prompt. */

import { shortName } from './names.ts';
import type { TaskFile } from './task-file.ts';

export const PROMPTS = 'prompts/';

export interface PromptOwner {
  readonly id: string;
  /** As the manifest names it. */
  readonly promptFile?: string;
  readonly file?: TaskFile;
}

export function findPrompt(
  { id, promptFile, file }: PromptOwner,
  files: ReadonlyMap<string, string>,
): { readonly path: string; readonly text: string } | null {
  const named = promptFile === undefined ? [] : promptPaths(promptFile);
  const stems = [id, ...(file === undefined ? [] : [file.id?.value ?? id, file.stem]), shortName(id)];
  for (const path of [...named, ...stems.map((stem) => `${PROMPTS}${stem}.txt`)]) {
    const text = files.get(path);
    if (text !== undefined) return { path, text };
  }
  return null;
}

/** Where a prompt lies that the manifest names: from the plan's folder, or from that of the prompts. */
export function promptPaths(promptFile: string): readonly string[] {
  const path = promptFile.replace(/^(?:\.\/)+/, '');
  return [path, `${PROMPTS}${path}`];
}
