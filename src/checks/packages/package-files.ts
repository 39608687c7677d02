import { join } from 'node:path';
import type { CommandResult } from '../../core/event.ts';
import { readPlain } from '../read-plain.ts';
import { PACKAGE_FILES } from './install-commands.ts';

/** Those of package managers, in a folder; a failure says which one cannot be read. */
export async function packageFilesIn(folder: string): Promise<Map<string, string> | CommandResult> {
  const texts = new Map<string, string>();
  for (const path of PACKAGE_FILES) {
    const text = await readPlain(join(folder, path));
    if (text !== null && typeof text !== 'string') return unfit(path, text.problem);
    if (text !== null) texts.set(path, text);
  }
  return texts;
}

export function unfit(path: string, problem: string): CommandResult {
  const output = `${path} cannot be taken over: ${problem}`;
  return { command: `read ${path}`, passed: false, exitCode: null, durationMs: 0, output };
}
