/** The contracts of a plan, from its folder. */

import { lstat, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

import type { TextFile } from '../../core/plan.ts';

export interface ReadContracts {
  readonly contracts: readonly TextFile[];
  /** For people: which could not be read, and why. */
  readonly unread: readonly string[];
}

const MOST_BYTES = 4 * 1024 * 1024;

/** Names are relative to the folder; without a folder none can be read. */
export async function readContracts(folder: string | null, names: readonly string[]): Promise<ReadContracts> {
  const contracts: TextFile[] = [];
  const unread: string[] = [];
  for (const name of new Set(names)) {
    const text = folder === null ? null : await readWithin(folder, name);
    if (text === null) unread.push(`${name}: cannot be read in the plan's folder`);
    else contracts.push({ path: name, text });
  }
  return { contracts, unread };
}

/** Null for what is no plain file of the folder, by links or by its name. */
async function readWithin(folder: string, name: string): Promise<string | null> {
  try {
    const file = await realpath(join(folder, name));
    if (!file.startsWith(`${await realpath(folder)}${sep}`)) return null;
    const stat = await lstat(file);
    return stat.isFile() && stat.size <= MOST_BYTES ? await readFile(file, 'utf8') : null;
  } catch {
    return null;
  }
}
