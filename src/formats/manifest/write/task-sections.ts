/** Texts as anybody writes them, made fit to be sections of a task's file. */

import { endOf, headingText, parseMarkdown, sectionName, startOf } from '../../markdown.ts';
import { SECTIONS } from '../task-file.ts';

/** A heading of a section that is read one by one becomes a line in bold. */
export function softened(text: string): string {
  const headings = parseMarkdown(text).children.filter((node) => node.type === 'heading');
  return headings.toReversed().reduce((soft, heading) => {
    const name = headingText(text, heading);
    if (!SECTIONS.has(sectionName(text, heading))) return soft;
    const line = /[*_]/.test(name) ? name : `**${name}**`;
    return `${soft.slice(0, startOf(heading))}${line}${soft.slice(endOf(heading))}`;
  }, text);
}

/** In a code block that nothing in the text can end. */
export function fenced(text: string): string {
  let fence = '```';
  for (const [run] of text.matchAll(/`{3,}/g)) if (run.length >= fence.length) fence = `${run}\``;
  return `${fence}text\n${text}\n${fence}`;
}

/** As a section of its own, where it does not begin with one. */
export function withHeading(name: string, text: string): string {
  return /^ {0,3}#{1,2}[ \t]+\S/.test(text) ? text : `## ${name}\n\n${text}`;
}

/** Lines that open more lists within each other than a reader follows open one. */
export function flatLists(text: string): string {
  return text.replaceAll(/^[ \t]*(?:(?:[*+-]|\d{1,9}[.)])[ \t]+){17,}/gm, '- ');
}
