/** What an item says in words, all of which its agent is told: what is no field, no criterion and no note. */

import type { Root } from 'mdast';
import { endOf, headingText, isComment, type Section, sectionText, sourceOf, startOf } from '../markdown.ts';
import { asWritten, type BlockLine, linesOf } from '../markdown-lines.ts';
import { type FieldReader, fieldLinesOf, headerOf, mayHoldFields } from './item-fields.ts';

export interface HeaderWords {
  /** As they are written. */
  readonly words: readonly string[];
  /** The same, line by line. */
  readonly lines: readonly BlockLine[];
}

/** Reads the fields below the title; the value is what else stands there. */
export function readHeader(text: string, root: Root, fields: FieldReader): HeaderWords {
  const words: string[] = [];
  const lines: BlockLine[] = [];
  for (const node of headerOf(text, root)) {
    if (node.type === 'yaml' || node.type === 'thematicBreak' || isComment(text, node)) continue;
    const read = mayHoldFields(node) ? fieldLinesOf(text, node) : linesOf(text, node);
    const left = mayHoldFields(node) ? read.filter((line) => fields.read(line)) : read;
    lines.push(...left);
    if (left.length === read.length) words.push(sourceOf(text, node));
    else if (left.length > 0) words.push(left.map((line) => asWritten(text, line)).join('\n'));
  }
  return { words, lines };
}

export interface ItemWords {
  /** All of it, as it is written. */
  readonly description: string;
  /** Of it what stands below the heading of that name, and all else, with the notes and with their headings. */
  readonly described: string;
  readonly more: string;
}

interface ItemParts {
  readonly header: readonly string[];
  /** Without the title's. */
  readonly sections: readonly Section[];
  readonly criteria: Section | undefined;
  readonly notes: Section | undefined;
}

export function wordsOf(text: string, { header, sections, criteria, notes }: ItemParts): ItemWords {
  const outer = outerOf(sections).filter((section) => section !== criteria);
  const told = outer.filter((section) => section !== notes);
  const parts = told.map((section) => {
    const content = sectionText(text, section);
    const isNamed = section.name !== 'description' && content !== '';
    return isNamed ? `${headingText(text, section.heading)}:\n${content}` : content;
  });
  const first = told.find(({ name }) => name === 'description');
  const others = outer.filter((section) => section !== first);
  return {
    description: joined([...header, ...parts]),
    described: first === undefined ? '' : sectionText(text, first),
    more: joined([...header, ...others.map((section) => wholeSection(text, section))]),
  };
}

/** Those that lie in no other. */
function outerOf(sections: readonly Section[]): readonly Section[] {
  let end = 0;
  return sections.filter(({ heading, nodes }) => {
    if (startOf(heading) < end) return false;
    end = endOf(nodes.at(-1) ?? heading);
    return true;
  });
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Of a section without content nothing. */
function wholeSection(text: string, section: Section): string {
  const content = sectionText(text, section);
  return content === '' ? '' : `${sourceOf(text, section.heading)}\n\n${content}`;
}
