/**
 * Syntax trees of source files. The parsers take any text: where it does not follow the grammar, the tree holds an
 * error and goes on behind it.
 */

import type { Parser, SyntaxNode, Tree } from '@lezer/common';

export type { SyntaxNode } from '@lezer/common';

export type Language = 'javascript' | 'typescript' | 'tsx' | 'python';

/** From the first character on; the end does not belong to it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Source {
  readonly language: Language;
  readonly text: string;
  readonly top: SyntaxNode;
  /** Of an offset, counted from 1. */
  readonly lineAt: (offset: number) => number;
}

/** In UTF-16 code units. A megabyte takes about a second; no file that people write is larger. */
const LONGEST_TEXT = 1024 * 1024;
/** What is nested deeper is not looked into: walks over the tree are recursive. */
const DEEPEST = 200;
/** How long a tree may be built before others have their turn, and how many turns it may have: some texts take minutes. */
const TURN_MS = 20;
const MOST_TURNS = 3_000;

const LANGUAGES: Readonly<Record<string, Language>> = {
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  py: 'python',
  pyi: 'python',
};

/** By the file's ending; null for a language that is not looked into. */
export function languageOf(path: string): Language | null {
  const ending = /\.([a-z]+)$/.exec(path)?.[1] ?? '';
  return Object.hasOwn(LANGUAGES, ending) ? (LANGUAGES[ending] ?? null) : null;
}

/** Null for a text that is too large, or takes too long. */
export async function parseSource(text: string, language: Language): Promise<Source | null> {
  if (text.length > LONGEST_TEXT) return null;
  const tree = await grow(await parserOf(language), text);
  if (tree === null) return null;
  const starts = lineStarts(text);
  return { language, text, top: tree.topNode, lineAt: (offset) => lineOf(starts, offset) };
}

/** Loaded when the first file is read: their tables take longer than the rest of the program to start. */
async function parserOf(language: Language): Promise<Parser> {
  if (language === 'python') return (await import('@lezer/python')).parser;
  const { parser } = await import('@lezer/javascript');
  const dialects = { javascript: 'jsx', typescript: 'ts', tsx: 'ts jsx' };
  return parser.configure({ dialect: dialects[language] });
}

/** In short turns: it is the text of an agent, and may be as slow to parse as that one likes. */
async function grow(parser: Parser, text: string): Promise<Tree | null> {
  const parse = parser.startParse(text);
  for (let turns = 0; turns < MOST_TURNS; turns += 1) {
    const begun = performance.now();
    do {
      const tree = parse.advance();
      if (tree !== null) return tree;
    } while (performance.now() - begun < TURN_MS);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return null;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

export function textOf({ text }: Pick<Source, 'text'>, { from, to }: Span): string {
  return text.slice(from, to);
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** The first child of one of these names. */
export function childOf(node: SyntaxNode, ...names: readonly string[]): SyntaxNode | null {
  return childrenOf(node).find(({ name }) => names.includes(name)) ?? null;
}

/** All nodes of a name below another, outer ones first, as deep as is looked. */
export function nodesBelow(top: SyntaxNode, ...names: readonly string[]): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  let depth = 0;
  top.cursor().iterate(
    (cursor) => {
      if (names.includes(cursor.name)) found.push(cursor.node);
      // A node that is not entered is not left either.
      if (depth >= DEEPEST) return false;
      depth += 1;
      return true;
    },
    () => {
      depth -= 1;
    },
  );
  return found;
}

export function isComment({ name }: SyntaxNode): boolean {
  return name === 'LineComment' || name === 'BlockComment' || name === 'Comment';
}

/** The text between quotes, without them; null for another node, and for a string that is put together. */
export function plainString(source: Source, node: SyntaxNode | null): string | null {
  if (node === null || (node.name !== 'String' && node.name !== 'TemplateString')) return null;
  if (node.firstChild !== null && childOf(node, 'Interpolation') !== null) return null;
  const written = textOf(source, node);
  const match = /^[a-zA-Z]{0,2}("""|'''|"|'|`)([\s\S]*)\1$/.exec(written);
  return match?.[2] ?? null;
}
