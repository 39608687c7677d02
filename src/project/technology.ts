/** What a project is written in, and what then suits it. */

import { join } from 'node:path';
import type { Technology } from '../core/technology.ts';
import { kindOf } from './read-folder.ts';

/** The first whose file is there. */
const SIGNS: readonly (readonly [file: string, technology: Technology])[] = [
  ['manage.py', 'django'],
  ['tsconfig.json', 'typescript'],
  ['pyproject.toml', 'python'],
  ['go.mod', 'go'],
  ['Cargo.toml', 'rust'],
  ['package.json', 'javascript'],
];

/** Null when nothing tells. */
export async function technologyOf(root: string): Promise<Technology | null> {
  for (const [file, technology] of SIGNS) {
    if ((await kindOf(join(root, file))) === 'file') return technology;
  }
  return null;
}

/** Settings that would suit it, by their keys. */
export function suggestionsFor(technology: Technology | null): Readonly<Record<string, string>> {
  switch (technology) {
    case 'python':
    case 'django':
      return { 'slots.setup': 'uv sync', mergeTest: 'uv run pytest -q' };
    case 'typescript':
    case 'javascript':
      return { 'slots.setup': 'npm ci', mergeTest: 'npm test' };
    case 'go':
      return { mergeTest: 'go test ./...' };
    case 'rust':
      return { mergeTest: 'cargo test' };
    case null:
      return {};
  }
}
