/** Markdown as blocks: headings, paragraphs, lists. Text within a block is left as it is written. */

import type { Heading, List, Nodes, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfmTable } from 'micromark-extension-gfm-table';

/**
 * Inline syntax is switched off. Scopes are full of `*` and `__init__`, which are no emphasis; texts are to be
 * copied word for word; and most of the texts over which Markdown parsers take quadratic time are inline. Of the
 * rest, deep quotations are switched off too, and deep lists are refused by `unfit-text.ts`.
 */
const BLOCKS_ONLY = {
  disable: {
    null: [
      'attention',
      'autolink',
      'blockQuote',
      'characterEscape',
      'characterReference',
      'codeText',
      'definition',
      'hardBreakEscape',
      'htmlText',
      'labelEnd',
      'labelStartImage',
      'labelStartLink',
    ],
  },
};

export interface Section {
  /** See `sectionName`. */
  readonly name: string;
  readonly heading: Heading;
  /** Up to the next heading of the same or a higher rank. */
  readonly nodes: readonly RootContent[];
}

export function parseMarkdown(text: string): Root {
  const root = fromMarkdown(text, {
    extensions: [frontmatter(['yaml']), BLOCKS_ONLY],
    mdastExtensions: [frontmatterFromMarkdown(['yaml'])],
  });
  return { ...root, children: root.children.map((node) => asMeant(text, node)) };
}

const LABEL = /^\**[\p{L}][\p{L} _-]{0,40}\**[:：]/u;

/** Lines of text with a rule right below are, to Markdown, a heading of that text. */
function asMeant(text: string, node: RootContent): RootContent {
  if (node.type !== 'heading' || text.charAt(startOf(node)) === '#' || node.depth !== 2) return node;
  const words = headingText(text, node);
  const [first] = node.children;
  const last = node.children.at(-1);
  if (first?.position === undefined || last?.position === undefined) return node;
  if (!/[\r\n]/.test(words) && !LABEL.test(words)) return node;
  const position = { start: first.position.start, end: last.position.end };
  return { type: 'paragraph', children: node.children, position };
}

/** The same, with tables. */
export function parseWithTables(text: string): Root {
  return fromMarkdown(text, {
    extensions: [frontmatter(['yaml']), gfmTable(), BLOCKS_ONLY],
    mdastExtensions: [frontmatterFromMarkdown(['yaml']), gfmTableFromMarkdown()],
  });
}

export function startOf(node: Nodes): number {
  return node.position?.start.offset ?? 0;
}

export function endOf(node: Nodes): number {
  return node.position?.end.offset ?? 0;
}

/** The node's own piece of the text it was parsed from. */
export function sourceOf(text: string, node: Nodes): string {
  return text.slice(startOf(node), endOf(node));
}

/** A note to whoever edits the file. */
export function isComment(text: string, node: RootContent): boolean {
  return node.type === 'html' && /^<!--(?:(?!-->)[\s\S])*-->\s*$/.test(sourceOf(text, node));
}

export function headingText(text: string, heading: Heading): string {
  const [first] = heading.children;
  const last = heading.children.at(-1);
  return first === undefined || last === undefined ? '' : text.slice(startOf(first), endOf(last)).trim();
}

/** Its number, its emphasis, a sign before it, and a colon behind it. */
const AROUND_NAME = /^[^\p{L}\p{N}]*(?:\d{1,3}[.)]\s+)?[^\p{L}\p{N}]*|(?<![\s:*_])[\s:*_]*$/gu;

/** In lower case, as in `scope` of `## 1. **Scope:**`. */
export function sectionName(text: string, heading: Heading): string {
  return headingText(text, heading).toLowerCase().replace(AROUND_NAME, '');
}

/** All sections, also those within others. */
export function sectionsOf(text: string, root: Root): readonly Section[] {
  const sections: Section[] = [];
  for (const [index, node] of root.children.entries()) {
    if (node.type !== 'heading') continue;
    const after = root.children.slice(index + 1);
    const end = after.findIndex((next) => next.type === 'heading' && next.depth <= node.depth);
    sections.push({
      name: sectionName(text, node),
      heading: node,
      nodes: end < 0 ? after : after.slice(0, end),
    });
  }
  return sections;
}

/** The text of a section without its heading, as written. */
export function sectionText(text: string, section: Section): string {
  const [first] = section.nodes;
  const last = section.nodes.at(-1);
  return first === undefined || last === undefined ? '' : text.slice(startOf(first), endOf(last));
}

/** Its list items, each as written without bullet and check box; of a section without a list, its paragraphs. */
export function itemsOf(text: string, section: Section): readonly string[] {
  const lists = section.nodes.filter((node) => node.type === 'list');
  const items = lists.flatMap((list) => listItems(text, list));
  if (items.length > 0) return items;
  return section.nodes.flatMap((node) => (node.type === 'paragraph' ? [sourceOf(text, node)] : []));
}

function listItems(text: string, list: List): readonly string[] {
  return list.children.flatMap((item) => {
    const [first] = item.children;
    if (first === undefined) return [];
    const indent = (first.position?.start.column ?? 1) - 1;
    const source = text.slice(startOf(first), endOf(item)).replace(/^\[[ xX]\][ \t]+/, '');
    return [
      source.replace(new RegExp(`(\\r\\n?|\\n)[ \\t]{1,${Math.max(1, Math.min(indent, 99))}}`, 'g'), '$1'),
    ];
  });
}
