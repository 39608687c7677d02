import type { Git } from '../base/runner.ts';

/** Whether git leaves a path of the checkout out of account: its rules say so, and it is not tracked. */
export async function isIgnored(git: Git, top: string, path: string): Promise<boolean> {
  const asked = await git.run({ args: ['check-ignore', '--quiet', '--', path], cwd: top, codes: [0, 1] });
  return asked.ok && asked.value.code === 0;
}
