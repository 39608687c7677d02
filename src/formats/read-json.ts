/** Strict JSON with the place of every value. */

import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { type FindingList, quoted } from './finding-list.ts';
import type { LocatedText, Place } from './located-text.ts';

export interface JsonDocument {
  readonly value: unknown;
  /** Of the value at the path, or of the nearest thing around it. */
  at(path: readonly PropertyKey[]): Place;
}

/** The parser recurses; no plan is nested deeper than this. */
const DEEPEST = 100;

/** Null when the text is no JSON; the findings then say why. */
export function readJson(source: LocatedText, findings: FindingList): JsonDocument | null {
  if (source.text.trim() === '') {
    findings.error({
      rule: 'json-syntax',
      at: source.start,
      message: `${source.file} is empty`,
      remedy: 'Write what it is to hold, as a JSON object.',
    });
    return null;
  }
  const tooDeep = tooDeepAt(source.text);
  if (tooDeep !== null) {
    findings.error({
      rule: 'json-syntax',
      at: source.place(tooDeep),
      message: `${source.file} is nested deeper than ${DEEPEST} levels`,
      remedy: 'Check that every bracket is closed.',
    });
    return null;
  }
  const errors: ParseError[] = [];
  const root = parseTree(source.text, errors, { disallowComments: true, allowTrailingComma: false });
  // What follows the first error is its echo.
  for (const error of errors.slice(0, 1)) {
    findings.error({
      rule: 'json-syntax',
      at: source.place(error.offset),
      message: `${source.file} is no valid JSON: ${words(printParseErrorCode(error.error))}`,
      remedy: 'Mend the JSON; it takes no comments and no comma before a closing bracket.',
    });
  }
  if (root === undefined || errors.length > 0) return null;
  if (reportDoubled(root, source, findings)) return null;
  const value: unknown = getNodeValue(root);
  return { value, at: (path) => source.place(nearest(root, path).offset) };
}

/** Of two values with one key only one would count: a merge of two versions of a file can leave both. */
function reportDoubled(node: Node, source: LocatedText, findings: FindingList): boolean {
  const known = new Map<unknown, Node>();
  let found = false;
  for (const child of node.children ?? []) {
    const key = node.type === 'object' ? child.children?.[0] : undefined;
    const first = known.get(key?.value);
    if (key !== undefined && first !== undefined) {
      found = true;
      findings.error({
        rule: 'json-duplicate-key',
        at: source.place(key.offset),
        message: `${quoted(String(key.value))} stands twice in one object, first in line ${source.place(first.offset).line}`,
        remedy: 'Keep one of them, or put together what they hold.',
      });
    } else if (key !== undefined) known.set(key.value, key);
    found = reportDoubled(child, source, findings) || found;
  }
  return found;
}

/** `CommaExpected` reads "comma expected". */
function words(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

export function tooDeepAt(text: string): number | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  scanner.scan();
  // By the offset: behind a comment that is never closed, the token at the end of the text has a length for ever.
  while (scanner.getTokenOffset() < text.length) {
    const first = text[scanner.getTokenOffset()] ?? '';
    if ('{['.includes(first)) depth += 1;
    if ('}]'.includes(first)) depth -= 1;
    if (depth > DEEPEST) return scanner.getTokenOffset();
    scanner.scan();
  }
  return null;
}

function nearest(root: Node, path: readonly PropertyKey[]): Node {
  const keys = path.filter((key) => typeof key !== 'symbol');
  for (let length = keys.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, keys.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
}
