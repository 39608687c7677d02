/** Which checks a project has, by the files of a commit. Pure. */

import type { FoundCheck, ProjectFiles } from './found-check.ts';
import { detectNode } from './node.ts';
import { detectGo, detectMake, detectRust } from './others.ts';
import { detectPython } from './python.ts';

/** Kind and tool together are unique. */
export function detectChecks(files: ProjectFiles): FoundCheck[] {
  const found = [detectNode, detectPython, detectRust, detectGo].flatMap((detect) => detect(files));
  return [...found, ...detectMake(files, found)];
}
