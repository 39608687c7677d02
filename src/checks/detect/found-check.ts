/** What is known of a commit when its checks are looked for, and a check that was found. Plain data. */

export type CheckKind = 'build' | 'type-check' | 'lint' | 'tests' | 'coverage' | 'security-audit';

export interface ProjectFiles {
  /** Of all files and links, from the repository's root. */
  readonly paths: ReadonlySet<string>;
  /** Of the files that `isReadForDetection` names, as far as they are there and can be read. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface FoundCheck {
  readonly kind: CheckKind;
  /** Tells two checks of one kind apart, e.g. `node` and `python`. Kebab-case. */
  readonly tool: string;
  /** For the shell. Of the project nothing goes into it but names from lists of ours. */
  readonly command: string;
  /** The script of package.json that it runs. */
  readonly script?: string;
}

/** Files at the root whose text says which checks a project has. */
const READ: ReadonlySet<string> = new Set([
  'package.json',
  'pyproject.toml',
  'setup.cfg',
  'tox.ini',
  'requirements.txt',
  'requirements-dev.txt',
  'GNUmakefile',
  'makefile',
  'Makefile',
]);

export function isReadForDetection(path: string): boolean {
  return READ.has(path);
}
