import { GitFailure } from './failure.ts';
import type { Git } from './runner.ts';

/** Makes the folder a repository on branch `main` with one commit of everything in it. */
export async function commitEverything(git: Git, folder: string): Promise<void> {
  const identity = { name: 'Coxswain', email: 'coxswain@localhost' };
  const steps = [
    ['init', '--quiet', '--initial-branch=main', '.'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'Start'],
  ];
  for (const args of steps) {
    const done = await git.run({ args, cwd: folder, identity });
    if (!done.ok) throw new GitFailure(done.error);
  }
}
