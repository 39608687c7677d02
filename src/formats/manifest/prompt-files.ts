/** Which file of the plan's folder holds a task's prompt, or is to hold it. */

import { repositoryPath } from '../repository-path.ts';
import { shortName } from './names.ts';
import type { TaskFile } from './task-file.ts';

export const PROMPTS = 'prompts/';
/** Names them all, for people. */
export const PROMPT_LIST = `${PROMPTS}agent-prompts.md`;

export interface PromptOwner {
  readonly id: string;
  /** As the manifest names it. */
  readonly promptFile?: string;
  /** Its usual place. */
  readonly usualPrompt: string;
  readonly file?: TaskFile;
}

export function findPrompt(
  { id, promptFile, usualPrompt, file }: PromptOwner,
  files: ReadonlyMap<string, string>,
): { readonly path: string; readonly text: string } | null {
  const named =
    promptFile === undefined ? [] : promptPaths(promptFile).filter((path) => path.startsWith(PROMPTS));
  const stems = [id, ...(file === undefined ? [] : [file.id?.value ?? id, file.stem])];
  for (const path of [...named, ...stems.map((stem) => `${PROMPTS}${stem}.txt`), usualPrompt]) {
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

/** By task: where the manifest wants its prompt, else where it lies, else its usual name. No two have one place. */
export function placesOfPrompts(
  tasks: readonly PromptOwner[],
  files: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  const taken = new Set([PROMPT_LIST]);
  for (const task of tasks) {
    const path = ownPlace(task, files);
    if (path !== undefined && !taken.has(path)) give(task.id, path);
  }
  for (const { id, usualPrompt } of tasks) if (!places.has(id)) give(id, freePlace(usualPrompt, taken));
  return new Map(tasks.map(({ id }) => [id, places.get(id) ?? '']));

  function give(id: string, path: string): void {
    taken.add(path);
    places.set(id, path);
  }
}

function freePlace(path: string, taken: ReadonlySet<string>): string {
  let free = path;
  for (let number = 2; taken.has(free); number += 1) free = path.replace(/\.txt$/, `-${number}.txt`);
  return free;
}

/** `prompts/task-001.txt` for `task-001-users`, unless another task is called so. */
export function usualPlaces(ids: readonly string[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(shortName(id), (counts.get(shortName(id)) ?? 0) + 1);
  return new Map(
    ids.map((id) => [id, `${PROMPTS}${counts.get(shortName(id)) === 1 ? shortName(id) : id}.txt`]),
  );
}

/** Undefined for one that is in no file, and is not wanted in one that may be written. */
function ownPlace(task: PromptOwner, files: ReadonlyMap<string, string>): string | undefined {
  const named = task.promptFile === undefined ? [] : promptPaths(task.promptFile);
  const paths = [...named, findPrompt(task, files)?.path ?? ''];
  return paths.find((path) => {
    const within = repositoryPath(path);
    return path.startsWith(PROMPTS) && within.ok && within.value === path && !path.endsWith('/');
  });
}
