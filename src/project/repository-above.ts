import { dirname, join } from 'node:path';
import { kindOf } from './read-folder.ts';

/** The nearest folder with a `.git`, from the plan's own upwards. */
export async function repositoryAbove(folder: string): Promise<string | null> {
  let at = folder;
  for (;;) {
    // A worktree's `.git` is a file.
    if ((await kindOf(join(at, '.git'))) !== null) return at;
    const parent = dirname(at);
    if (parent === at) return null;
    at = parent;
  }
}
