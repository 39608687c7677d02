/** The files of a commit that declare routes, and those that they import. */

import type { Commit } from '../../../core/attempt.ts';
import type { CommitReader } from '../../../ports/commit-reader.ts';
import { languageOf, parseSource } from '../../symbols/syntax.ts';
import type { FileFacts } from './facts.ts';
import { fileOf } from './modules.ts';
import { pythonFacts } from './python-facts.ts';
import { scriptFacts } from './script-facts.ts';
import type { Program } from './serve.ts';

export interface ReadProgram extends Program {
  /** As in `Express, FastAPI`; empty when none of them is used. */
  readonly frameworks: readonly string[];
  /** Files that were left out, for there are too many. */
  readonly leftOut: number;
}

const FRAMEWORKS: readonly (readonly [string, RegExp])[] = [
  ['Express', /(?:from|require\(|import)\s*['"]express['"]/],
  ['Fastify', /(?:from|require\(|import)\s*['"]fastify['"]/],
  ['FastAPI', /^\s*(?:from|import)\s+fastapi\b/m],
];

/** Tests make applications of their own; what is installed or built is not the project's. */
const NOT_SERVED =
  /(?:^|\/)(?:node_modules|vendor|dist|build|\.venv|venv|site-packages|tests?|__tests__|e2e|fixtures)\/|\.(?:test|spec|d)\.[cm]?[jt]sx?$|(?:^|\/)(?:test_[^/]*|conftest|[^/]*_test)\.py$/;

const MOST_SEARCHED = 5000;
const MOST_PARSED = 500;

export async function readProgram(commit: Commit, reader: CommitReader): Promise<ReadProgram> {
  const paths = (await reader.list(commit)).filter(
    (path) => languageOf(path) !== null && !NOT_SERVED.test(path),
  );
  const known = new Set(paths);
  const frameworks = new Set<string>();
  const open: string[] = [];
  for (const path of paths.slice(0, MOST_SEARCHED)) {
    const text = (await reader.read(commit, path)) ?? '';
    const found = FRAMEWORKS.filter(([, form]) => form.test(text));
    for (const [name] of found) frameworks.add(name);
    if (found.length > 0) open.push(path);
  }
  const files = new Map<string, FileFacts>();
  const seen = new Set(open);
  for (let path = open.shift(); path !== undefined && files.size < MOST_PARSED; path = open.shift()) {
    const facts = await readFacts(path, (await reader.read(commit, path)) ?? '');
    if (facts === null) continue;
    files.set(path, facts);
    for (const next of importedFiles(facts, known)) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return {
    files,
    fileOf: (from, module) => fileOf(from, module, known),
    frameworks: [...frameworks].toSorted(),
    leftOut: Math.max(0, paths.length - MOST_SEARCHED) + open.length,
  };
}

/** Also files that are imported by name from a package of Python. */
function importedFiles({ path, modules, mounts }: FileFacts, known: ReadonlySet<string>): readonly string[] {
  const found = modules.map((module) => fileOf(path, module, known));
  const names = mounts.flatMap(({ child }) => packageMembers(child));
  return [...found, ...names.map((module) => fileOf(path, module, known))].filter((file) => file !== null);
}

/** `from . import users`, then `users.router`; `from app.api import users`. */
function packageMembers(reference: FileFacts['mounts'][number]['child']): readonly string[] {
  switch (reference.is) {
    case 'import':
      return [
        reference.module.endsWith('.')
          ? `${reference.module}${reference.name}`
          : `${reference.module}.${reference.name}`,
      ];
    case 'member':
    case 'result':
    case 'parameter':
      return packageMembers(reference.of);
    default:
      return [];
  }
}

async function readFacts(path: string, text: string): Promise<FileFacts | null> {
  const language = languageOf(path);
  const source = language === null ? null : await parseSource(text, language);
  if (source === null) return null;
  return language === 'python' ? pythonFacts(path, source) : scriptFacts(path, source);
}
