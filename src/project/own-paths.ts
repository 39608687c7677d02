import { join } from 'node:path';
import type { PlanFormat } from '../core/plan.ts';
import { autoProgressPath } from './auto-progress-file.ts';
import { outputFolder } from './output-folder.ts';
import { MEMORY } from './session/memory.ts';
import { SESSION_FILE } from './session/session.ts';

/**
 * Absolute paths and globs of what belongs to a plan, and of what is written for its runs. `repository` is the root of that in
 * which they are.
 */
export function ownPathsOf(source: string, format: PlanFormat, repository: string): readonly string[] {
  const output = outputFolder(source, format);
  return [
    // Beside items that lie at the root there are the user's own files.
    format === 'queue' && source === repository ? join(source, '[0-9][0-9][0-9]*-*.md') : source,
    ...(output === source ? [] : [output]),
    ...(format === 'auto'
      ? [autoProgressPath(repository), ...[MEMORY, SESSION_FILE].map((path) => join(repository, path))]
      : []),
  ];
}
