/** The folder for what a confined process may write beside its work; it is shown only `home` and `tmp` of it. */

import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { err, ok, type Result } from '../core/result.ts';
import { removeTree } from '../process/remove-tree.ts';
import { keyCallsFilter } from './system-calls.ts';

export function filterFile(scratch: string): string {
  return join(scratch, 'system-calls.bpf');
}

/** Makes it anew: what an earlier process left there may be links to anywhere. */
export async function makeScratch(scratch: string): Promise<Result<void, string>> {
  try {
    if (!(await removeTree(scratch)))
      return err(`what an earlier process left in ${scratch} cannot be removed`);
    await mkdir(join(scratch, 'home'), { recursive: true, mode: 0o700 });
    await mkdir(join(scratch, 'tmp'));
    await chmod(join(scratch, 'tmp'), 0o1777);
    await writeFile(filterFile(scratch), keyCallsFilter());
    return ok(undefined);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return err(`the folder ${scratch} cannot be made: ${why}`);
  }
}
