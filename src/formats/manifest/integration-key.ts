/** The key of manifest.json that says how the combined work did. Everything else in the file stays, byte for byte. */

import { type ParseError, parseTree } from 'jsonc-parser';
import { tooDeepAt } from '../read-json.ts';

export type IntegrationWord = 'passed' | 'warning' | 'failed';

export interface IntegrationKey {
  readonly status: IntegrationWord;
  /** From the plan's folder. */
  readonly report_path: string;
  /** ISO 8601 in UTC. */
  readonly completed_at: string;
  readonly checks: {
    readonly branch_merge: IntegrationWord;
    readonly contract_compliance: IntegrationWord;
    readonly boundary_violations: IntegrationWord;
    readonly tests: IntegrationWord;
  };
}

/**
 * The whole text with the key set; null for a text that is no JSON object. The parser's own edits lay out the neighbours
 * of a new key anew, so the places are its and the text is put in here.
 */
export function withIntegration(text: string, value: IntegrationKey): string | null {
  // Editors put a mark before the text; it is none of JSON's.
  const start = text.startsWith('\ufeff') ? 1 : 0;
  const json = text.slice(start);
  if (tooDeepAt(json) !== null) return null;
  const errors: ParseError[] = [];
  const root = parseTree(json, errors, { disallowComments: true, allowTrailingComma: false });
  if (root?.type !== 'object' || errors.length > 0) return null;
  const members = root.children ?? [];
  // Of several keys with one name the last counts.
  const present = members.findLast((member) => member.children?.[0]?.value === KEY)?.children?.[1];
  // How it was written last time says nothing of the file.
  const rest =
    present === undefined
      ? json
      : json.slice(0, present.offset) + json.slice(present.offset + present.length);
  const written = layOut(rest, value);
  const put = (from: number, to: number, what: string): string =>
    `${text.slice(0, start + from)}${what}${text.slice(start + to)}`;
  if (present !== undefined) return put(present.offset, present.offset + present.length, written.value);
  const last = members.at(-1);
  if (last === undefined) return put(root.offset + 1, root.offset + 1, `${written.member}${written.end}`);
  const end = last.offset + last.length;
  return put(end, end, `,${written.member}`);
}

const KEY = 'integration';

/** As the file is written: on one line, or with its own line ends and indentation. */
function layOut(
  json: string,
  value: IntegrationKey,
): { readonly value: string; readonly member: string; readonly end: string } {
  if (!json.trim().includes('\n')) {
    const compact = JSON.stringify(value);
    return { value: compact, member: `"${KEY}":${compact}`, end: '' };
  }
  const eol = json.includes('\r\n') ? '\r\n' : '\n';
  const indent = /\n([ \t]+)"/.exec(json)?.[1] ?? '  ';
  const lines = JSON.stringify(value, null, indent).replaceAll('\n', `${eol}${indent}`);
  return { value: lines, member: `${eol}${indent}"${KEY}": ${lines}`, end: eol };
}
