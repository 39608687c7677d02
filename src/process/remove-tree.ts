import { rm } from 'node:fs/promises';

import { DEFAULT_PATH } from './find-program.ts';
import { runCommand } from './run-command.ts';

const TIMEOUT_MS = 10 * 60_000;

/**
 * Removes a folder with all that is in it, also where a path is longer than the system takes in one piece or a folder
 * may not be written by its owner. False when something is left. What is not there is no failure.
 */
export async function removeTree(folder: string): Promise<boolean> {
  try {
    await rm(folder, { recursive: true, force: true });
    return true;
  } catch {
    const env = { PATH: DEFAULT_PATH };
    const limits = { cwd: '/', env, timeoutMs: TIMEOUT_MS, maxBytes: 1_000_000 };
    await runCommand({ argv: ['chmod', '-R', 'u+rwX', '--', folder], ...limits });
    const removed = await runCommand({ argv: ['rm', '-rf', '--', folder], ...limits });
    return removed.ok && removed.value.exitCode === 0;
  }
}
