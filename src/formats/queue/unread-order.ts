/** What an item says in places and words that are no fields, and that would count for nothing. */

import type { Root, RootContent } from 'mdast';
import { fewOf } from '../../core/few-of.ts';
import type { FindingList } from '../finding-list.ts';
import type { Located, LocatedText } from '../located-text.ts';
import { headingText, sourceOf, startOf } from '../markdown.ts';
import type { BlockLine } from '../markdown-lines.ts';
import { fieldLines, isField } from './item-fields.ts';

/** A field that says what an item waits for, whatever stands around it. */
const FIELD = /^[\s>|*_+-]*(Blocks|Blocked[ _-]?By|Depends[ _-]?On)[\s*_]*[:：|]/i;
/** As the title of a column behind the first. */
const COLUMN = /^\s*\|[^|]*\|(?:[^|]*\|){0,20}?[\s*_]*(Blocks|Blocked[ _-]?By|Depends[ _-]?On)[\s*_]*(?=\|)/i;
const REFERENCE = /(?<!\d)\d{3,6}(?!\d)/;
/** Words for the same, with one number behind them. */
const WORDS =
  /^[^\p{L}\p{N}]*(Block(?:s|ing|ed(?:[ _-]?by)?|ers?)?|Unblocks|Depend(?:s|ency|encies)|Requires?|Prerequisites?|Predecessors?|Needs|After|Wait(?:s|ing)?)(?![\p{L}\p{N}])(?:[^\p{L}\p{N}(]|\([^)]*\)|(?:on|for|by|until|items?|tasks?)(?![\p{L}\p{N}]))*?(\d{3,6})(?![\p{L}\p{N}])/iu;
/** Within a sentence: only what can be but the number of an item, with a naught before it or the name of its file. */
const WITHIN =
  /(?<![\p{L}\p{N}])(?:depends? on|blocked by|waits? for|(?:not )?before|after|needs|requires?|once|until|(?:un)?blocks)\s+(?:the\s+)?(?:(?:item|task)s?\s+)?[#`]?(0\d{2,5}|\d{3,6}(?=-(?:pending|in_progress|completed|blocked)\b))(?![\p{L}\p{N}])/giu;
/** Nothing but such numbers behind a label, whatever it is. */
const LABELLED =
  /^[^\p{L}\p{N}]{0,9}\p{L}[\p{L} _-]{0,40}[*_`]{0,3}\s?[:：][\s*_`]{0,5}#?(?:(?:0\d{2,5})[\s,;&#]{1,4})*(0\d{2,5})[\s.*_`]*$/u;
const LONGEST = 200;
const LONGEST_LINE = 5000;
/** What would be read below the title. */
const KEY =
  /^(title|status|priority|assignee|blocks|blocked[_-]?by|depends?(?:[_-]?on)?|dependenc(?:y|ies)|files?|description|notes|(?:success[_-]?|acceptance[_-]?)?criteria|checklist)[ \t]*:[ \t]*(?!\[\])/gim;

export interface SaidOrder {
  readonly words: string;
  /** Of the item that they name. */
  readonly number: string;
}

/** Tells of fields that stand elsewhere than below the title: the item would run too early. The value is what else is said. */
export function unreadOrder(
  source: LocatedText,
  root: Root,
  findings: FindingList,
): readonly Located<SaidOrder>[] {
  const { text } = source;
  const fields = fieldLines(text, root).filter(isField);
  const read = new Set(fields.map(({ offset }) => source.place(offset).line));
  const said: Located<SaidOrder>[] = [];
  for (const [index, node] of root.children.entries()) {
    if (node.type === 'yaml') tellFrontMatter(source, node, findings);
    for (const { text: written, offset } of orderLines(text, node, root.children[index + 1])) {
      const at = source.place(offset);
      if (read.has(at.line)) continue;
      const column = COLUMN.exec(written)?.[1];
      const name = column ?? FIELD.exec(written)?.[1];
      if (name !== undefined && REFERENCE.test(column === undefined ? written : sourceOf(text, node)))
        findings.warn({
          rule: 'field-misplaced',
          at,
          message: `${name} is read as a field below the title alone, and counts for nothing here`,
          remedy: 'Write it on a line of its own below the title, such as `**BlockedBy**: 001`.',
        });
      else said.push(...wordsIn(written).map((value) => ({ value, at })));
    }
  }
  return said;
}

function wordsIn(line: string): readonly SaidOrder[] {
  const begin = line.slice(0, LONGEST);
  const first = WORDS.exec(begin) ?? LABELLED.exec(begin);
  const found = first === null ? [...line.slice(0, LONGEST_LINE).matchAll(WITHIN)] : [first];
  return found.map((each) => ({ words: each[0].replace(/\s+/g, ' ').trim(), number: each.at(-1) ?? '' }));
}

function tellFrontMatter(source: LocatedText, node: RootContent, findings: FindingList): void {
  const keys = [...sourceOf(source.text, node).matchAll(KEY)];
  const [first] = keys;
  if (first === undefined) return;
  findings.warn({
    rule: 'field-misplaced',
    at: source.place(startOf(node) + first.index),
    message: `front matter of an item is not read, and what stands there counts for nothing: ${fewOf(keys.map(([, key = '']) => key))}`,
    remedy:
      'Write it below the title: a field on a line of its own, such as `**BlockedBy**: 001`, and words in a section.',
  });
}

/** A heading as one line with the block below it, in which its references would stand. */
function orderLines(
  text: string,
  node: RootContent,
  below: RootContent | undefined,
): readonly Pick<BlockLine, 'text' | 'offset'>[] {
  const start = startOf(node);
  if (node.type === 'code' || node.type === 'yaml') return [];
  if (node.type === 'heading') {
    const first = below === undefined || below.type === 'code' ? '' : sourceOf(text, below);
    const isList = /^[\s>*+#[-]*\d{3}/.test(first);
    return [{ text: `${headingText(text, node)}: ${isList ? first : ''}`, offset: start }];
  }
  return [...sourceOf(text, node).matchAll(/[^\r\n]+/g)].map((match) => ({
    text: match[0],
    offset: start + match.index,
  }));
}
