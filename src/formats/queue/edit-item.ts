/** Changes to the text of a queue's item: its status line and one more note. Everything else stays as it is written. */

import { LocatedText } from '../located-text.ts';
import { endOf, parseMarkdown, sectionsOf } from '../markdown.ts';
import { unfitTask } from '../unfit-text.ts';
import { fieldLine } from './item-fields.ts';
import { type ItemStatus, replaceStatus, statusOf } from './item-name.ts';

/** Of the byte order: the places of what is parsed do not count it. */
const MARK = '\ufeff';

/** The same text when it has no status line, or one that says so already. */
export function withStatus(text: string, status: ItemStatus): string {
  if (text.startsWith(MARK)) return MARK + withStatus(text.slice(1), status);
  const line = isFit(text) ? fieldLine(text, 'status') : null;
  if (line === null || statusOf(line.value) === status) return text;
  const gap = /\s/.test(text.charAt(line.from - 1)) ? '' : ' ';
  return `${text.slice(0, line.from)}${gap}${replaceStatus(line.value, status)}${text.slice(line.to)}`;
}

/** As the last item of the notes, which are made where there are none. `note` is one line. */
export function withNote(text: string, note: string): string {
  if (text.startsWith(MARK)) return MARK + withNote(text.slice(1), note);
  const line = `- ${note}`;
  if (text.split(/\r\n?|\n/).some((each) => each.trim() === line)) return text;
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const notes = isFit(text)
    ? sectionsOf(text, parseMarkdown(text)).find(({ name }) => name === 'notes')
    : undefined;
  if (notes === undefined) {
    const gap = text === '' ? '' : text.endsWith('\n') || text.endsWith('\r') ? eol : eol + eol;
    return `${text}${gap}## Notes${eol}${line}${eol}`;
  }
  const last = notes.nodes.at(-1);
  const at = endOf(last ?? notes.heading);
  // A paragraph would take the line up.
  const gap = last === undefined || last.type === 'list' ? eol : eol + eol;
  return `${text.slice(0, at)}${gap}${line}${text.slice(at) || eol}`;
}

function isFit(text: string): boolean {
  return unfitTask(new LocatedText('', text)) === null;
}
