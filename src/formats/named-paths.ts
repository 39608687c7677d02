/** Paths of the repository that a text names, in backticks or as plain words. */

import type { ScopeEntry } from '../core/plan.ts';
import type { BlockLine } from './markdown-lines.ts';
import { expandEntry } from './scope-entry.ts';

const TICKED = /`([^`\n]+)`/g;
/** With its punctuation, which may be a part of the path. */
const WORD = /[^\s`"'<>|,;]+/g;
const AROUND = /^[([{*_]+|[)\]}*_:!?.]+$/g;
/** Endings that make a plain word a file's name, where no slash does. */
const FILE =
  /^[\w@.+-]*\w\.(?:astro|bash|c|cc|cfg|cjs|clj|conf|cpp|cs|css|csv|cts|dart|ejs|env|ex|exs|go|gradle|graphql|h|hbs|hpp|hs|htm|html|ini|ipynb|java|js|json|jsonc|jsx|kt|kts|less|lock|lua|md|mdx|mjs|ml|mts|php|pl|properties|proto|ps1|py|pyi|r|rb|rs|rst|sass|scala|scss|sh|sol|sql|svelte|svg|swift|tf|toml|ts|tsx|txt|vue|xml|yaml|yml|zig)$/i;
const BARE_NAME = /^(?:Dockerfile|Makefile|Gemfile|Rakefile|Procfile|Jenkinsfile|Vagrantfile|LICENSE|\.env)$/;
/** Products that are called like files. */
const NO_FILE =
  /^(?:node|next|nuxt|vue|react|three|express|nest|backbone|ember|angular|d3|chart|p5|socket)\.js$/i;
const MOST_NAMED = 500;
const LONGEST = 1000;

/** Each once, in the order of the text. Whole fenced blocks count: what a task quotes it is about to change. */
export function namedPaths(lines: readonly BlockLine[]): readonly ScopeEntry[] {
  const found = new Map<string, ScopeEntry>();
  for (const piece of piecesOf(lines)) {
    const path = pathOf(piece);
    if (path === null || found.has(path)) continue;
    const entries = expandEntry(path);
    for (const entry of entries.ok ? entries.value : []) found.set(path, { pattern: entry.pattern });
    if (found.size >= MOST_NAMED) break;
  }
  return [...found.values()];
}

function* piecesOf(lines: readonly BlockLine[]): Generator<string> {
  for (const { text } of lines) {
    for (const ticked of text.matchAll(TICKED)) yield* (ticked[1] ?? '').match(WORD) ?? [];
    yield* text.replace(TICKED, ' ').match(WORD) ?? [];
  }
}

/** Null for a word that is no path: an address, `and/or`, a version. */
function pathOf(word: string): string | null {
  // Taking off what stands around it takes quadratic time over many such signs.
  if (word.length > LONGEST) return null;
  if (word.includes('://') || word.startsWith('/') || word.startsWith('@')) return null;
  const [bare = ''] = word.replace(AROUND, '').replace(/^\.\//, '').split('::');
  const path = bare.replace(/:\d+(?::\d+)?$/, '');
  if (path === '' || /[()=&%$#]/.test(path) || NO_FILE.test(path)) return null;
  if (!path.includes('/')) return FILE.test(path) || BARE_NAME.test(path) ? path : null;
  const names = path.split('/').filter((name) => name !== '');
  const last = names.at(-1) ?? '';
  const isPath =
    path.endsWith('/') || names.length > 2 || FILE.test(last) || BARE_NAME.test(last) || /[*?{]/.test(path);
  return isPath && names.length > 0 ? path : null;
}
