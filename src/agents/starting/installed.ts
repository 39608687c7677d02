import { findModule } from '../../process/find-module.ts';
import { findProgram } from '../../process/find-program.ts';
import type { ReadyDriver } from '../driver.ts';

export interface SearchPlace {
  /** As PATH has it. */
  readonly searchPath: string;
  readonly cwd: string;
}

/** What an agent is made of and is not there, for people; null when nothing is missing that can be told before. */
export function missingPart(
  { program, module }: Pick<ReadyDriver, 'program' | 'module'>,
  { searchPath, cwd }: SearchPlace,
): string | null {
  if (program !== null) {
    const found = findProgram(program, searchPath, cwd);
    if (!found.ok) return found.error;
  }
  if (module === null) return null;
  const found = findModule({ ...module, cwd, searchPath });
  return found.ok ? null : found.error;
}
