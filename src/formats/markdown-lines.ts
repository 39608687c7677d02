/** The text of a block line by line, without bullets, fences and the marks of headings. */

import type { List, RootContent } from 'mdast';
import { headingText, sourceOf, startOf } from './markdown.ts';

export interface BlockLine {
  readonly text: string;
  /** Where it stands in the file. */
  readonly offset: number;
  /** The first line of a list's item. */
  readonly bullet: boolean;
  /** How many lists it is in; absent for none. */
  readonly depth?: number;
}

const DEEPEST_LIST = 8;

export function linesOf(text: string, node: RootContent): readonly BlockLine[] {
  return linesWithin(text, node, 0);
}

function linesWithin(text: string, node: RootContent, depth: number): readonly BlockLine[] {
  switch (node.type) {
    case 'paragraph':
      return splitLines(sourceOf(text, node), startOf(node));
    case 'heading':
      return [
        { text: `${headingText(text, node).replace(/:$/, '')}:`, offset: startOf(node), bullet: false },
      ];
    case 'list':
      return depth < DEEPEST_LIST ? listLines(text, node, depth) : [];
    case 'code':
      return splitLines(sourceOf(text, node), startOf(node)).flatMap((line) => {
        const bullet = /^[-*+]\s+/.exec(line.text)?.[0].length ?? 0;
        if (/^(?:```|~~~)/.test(line.text)) return [];
        return [{ text: line.text.slice(bullet), offset: line.offset + bullet, bullet: bullet > 0 }];
      });
    default:
      return [];
  }
}

function listLines(text: string, list: List, depth: number): readonly BlockLine[] {
  return list.children.flatMap((item) =>
    item.children.flatMap((child, index) => {
      const lines = linesWithin(text, child, depth + 1);
      return lines.map((line, number) => ({
        ...line,
        depth: line.depth ?? depth + 1,
        bullet: line.bullet || (index === 0 && number === 0),
      }));
    }),
  );
}

function splitLines(text: string, offset: number): readonly BlockLine[] {
  const lines: BlockLine[] = [];
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    const indent = match[0].length - match[0].trimStart().length;
    lines.push({ text: match[0].trim(), offset: offset + match.index + indent, bullet: false });
  }
  return lines;
}
