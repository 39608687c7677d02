/** Which checks a project has, by the files of a commit. Pure. */

import type { CheckKind, FoundCheck, ProjectFiles } from './found-check.ts';
import { detectNode } from './node.ts';
import { detectGo, detectMake, detectRust } from './others.ts';
import { detectPython } from './python.ts';

export interface NamedCheck extends FoundCheck {
  /** Unique in its list: the kind, with the tool behind it where there are several of the kind. */
  readonly name: string;
}

/** In this order they are shown. */
const KINDS: readonly CheckKind[] = ['build', 'type-check', 'lint', 'tests', 'coverage', 'security-audit'];

export function detectChecks(files: ProjectFiles): NamedCheck[] {
  const found = [detectNode, detectPython, detectRust, detectGo].flatMap((detect) => detect(files));
  return nameChecks([...found, ...detectMake(files, found)]);
}

function nameChecks(found: readonly FoundCheck[]): NamedCheck[] {
  return KINDS.flatMap((kind) => {
    const same = found.filter((each) => each.kind === kind);
    return same.map((each) => ({ ...each, name: same.length === 1 ? kind : `${kind}-${each.tool}` }));
  });
}
