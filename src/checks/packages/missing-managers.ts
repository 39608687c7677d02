import type { PackageChange } from '../../core/plan.ts';
import { findProgram } from '../../process/find-program.ts';
import { installCommands } from './install-commands.ts';
import { packageFilesIn } from './package-files.ts';

/**
 * Why package managers that the changes need are not there, for people; empty when all are. By the files of the checkout:
 * it may differ from the commit that a run begins at, and then the run tells.
 */
export async function missingManagers(
  checkout: string,
  changes: readonly PackageChange[],
  searchPath: string,
): Promise<readonly string[]> {
  const texts = await packageFilesIn(checkout);
  if (!(texts instanceof Map)) return [];
  const commands = installCommands(changes, { paths: new Set(texts.keys()), texts });
  return [...new Set(commands.flatMap(([program]) => program ?? []))].flatMap((program) => {
    const found = findProgram(program, searchPath, checkout);
    return found.ok ? [] : [found.error];
  });
}
