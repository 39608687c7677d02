/** The text of a block line by line, without bullets, fences and the marks of headings. */

import type { RootContent } from 'mdast';
import { headingText, isComment, sourceOf, startOf } from './markdown.ts';

export interface BlockLine {
  readonly text: string;
  /** Where it stands in the file. */
  readonly offset: number;
  /** The first line of a list's item. */
  readonly bullet: boolean;
  /** Grows with each list that it is in; absent for none. */
  readonly depth?: number;
  /** Of code, with its indentation. */
  readonly code?: string;
}

interface Block {
  readonly node: RootContent;
  /** How many lists it is in. */
  readonly depth: number;
  /** What an item of a list begins with. */
  readonly isFirst: boolean;
}

/** Without recursion: lists can lie as deep within each other as the text is long. */
export function linesOf(
  text: string,
  node: RootContent,
  { withHtml = false }: { readonly withHtml?: boolean } = {},
): readonly BlockLine[] {
  const lines: BlockLine[] = [];
  const open: Block[] = [{ node, depth: 0, isFirst: false }];
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    if (block.node.type === 'list') open.push(...blocksIn(block).toReversed());
    else if (block.node.type !== 'html') lines.push(...linesIn(text, block));
    else if (withHtml && !isComment(text, block.node)) lines.push(...linesIn(text, block));
  }
  return lines;
}

function blocksIn({ node, depth }: Block): readonly Block[] {
  const items = node.type === 'list' ? node.children : [];
  return items.flatMap((item) =>
    item.children.map((child, index) => ({ node: child, depth: depth + 1, isFirst: index === 0 })),
  );
}

function linesIn(text: string, { node, depth, isFirst }: Block): readonly BlockLine[] {
  const lines = ownLines(text, node);
  if (depth === 0) return lines;
  return lines.map((line, number) => ({
    ...line,
    depth: line.depth ?? depth,
    bullet: line.bullet || (isFirst && number === 0),
  }));
}

function ownLines(text: string, node: RootContent): readonly BlockLine[] {
  switch (node.type) {
    case 'paragraph':
    case 'html':
      return splitLines(sourceOf(text, node), startOf(node));
    case 'heading':
      return [
        { text: `${headingText(text, node).replace(/:$/, '')}:`, offset: startOf(node), bullet: false },
      ];
    case 'code': {
      const indent = (node.position?.start.column ?? 1) - 1;
      return splitLines(sourceOf(text, node), startOf(node)).flatMap((line) => {
        if (/^(?:```|~~~)/.test(line.text)) return [];
        const code = `${before(text, line.offset).slice(indent)}${line.text}`;
        const bullet = /^[-*+]\s+/.exec(line.text)?.[0].length ?? 0;
        if (bullet === 0) return [{ ...line, code }];
        // Its lists are not parsed: what is written further to the right lies deeper.
        const depth = before(text, line.offset).length + 1;
        return [{ text: line.text.slice(bullet), offset: line.offset + bullet, bullet: true, depth, code }];
      });
    }
    default:
      return [];
  }
}

/** What stands before a place in its line. */
function before(text: string, offset: number): string {
  let start = offset;
  while (start > 0 && text[start - 1] !== '\n' && text[start - 1] !== '\r') start -= 1;
  return text.slice(start, offset);
}

/** The line with its bullet. */
export function asWritten(text: string, { text: words, offset }: BlockLine): string {
  const bullet = before(text, offset);
  return /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+$/.test(bullet) ? bullet + words : words;
}

function splitLines(text: string, offset: number): readonly BlockLine[] {
  const lines: BlockLine[] = [];
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    const indent = match[0].length - match[0].trimStart().length;
    lines.push({ text: match[0].trim(), offset: offset + match.index + indent, bullet: false });
  }
  return lines;
}
