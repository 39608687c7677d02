/** Tech specs: what a plan is made from. Only their front matter is ours. */

import { isMap, isScalar, parseDocument, Scalar, stringify } from 'yaml';
import { printableLine } from '../../core/printable.ts';

export interface TechSpec {
  readonly id?: string;
  readonly title?: string;
  /** In upper case: DRAFT, APPROVED, REFERENCE, ARCHIVED, or what else is written. */
  readonly status?: string;
}

export interface NewTechSpec {
  readonly id: string;
  readonly title: string;
  readonly author: string;
  /** `YYYY-MM-DD` */
  readonly date: string;
}

const FRONT_MATTER = /^(\ufeff?---[ \t]*\r?\n)([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;

/** Total: what is not there, or no text, is absent; each text is one line that can be shown. */
export function readTechSpec(text: string): TechSpec {
  const yaml = FRONT_MATTER.exec(text)?.[2];
  const document = yaml === undefined ? null : parseDocument(yaml, { logLevel: 'silent' });
  if (document === null || document.errors.length > 0) return {};
  const textAt = (key: string): string => {
    const value: unknown = document.get(key);
    return typeof value === 'string' ? printableLine(value) : '';
  };
  const [id, title, status] = [textAt('tech_spec_id'), textAt('title'), textAt('status')];
  return {
    ...(id === '' ? {} : { id }),
    ...(title === '' ? {} : { title }),
    ...(status === '' ? {} : { status: status.toUpperCase() }),
  };
}

export function newTechSpec({ id, title, author, date }: NewTechSpec): string {
  const header = {
    tech_spec_id: id,
    title,
    status: 'DRAFT',
    decision_ref: '',
    author,
    created: date,
    last_updated: date,
  };
  return `---
${stringify(header).trimEnd()}
---

# ${id}: ${title}

## Problem

## Goals

## Design

## Interfaces

Types and API routes that several parts share; they become the contracts of the plan.

## Tests

## Open questions
`;
}

/** With another status and date, all else as it was; null when its front matter cannot be read, or not be changed in its place. */
export function withStatus(text: string, status: string, date: string): string | null {
  const [, opening = '', yaml] = FRONT_MATTER.exec(text) ?? [];
  if (yaml === undefined) return null;
  const document = parseDocument(yaml, { logLevel: 'silent' });
  if (document.errors.length > 0) return null;
  const changed = [
    ['status', status],
    ['last_updated', date],
  ].reduce<string | null>((all, [key = '', value = '']) => all && withValue(all, key, value), yaml);
  if (changed === null) return null;
  const whole = `${opening}${changed}${text.slice(opening.length + yaml.length)}`;
  return readTechSpec(whole).status === status ? whole : null;
}

/** The value alone, so that comments and the spelling of all else stay. Null for a value that is no single word or text. */
function withValue(yaml: string, key: string, value: string): string | null {
  const { contents } = parseDocument(yaml, { logLevel: 'silent' });
  const pair = isMap(contents)
    ? contents.items.find((each) => isScalar(each.key) && each.key.value === key)
    : undefined;
  if (pair === undefined) return `${yaml}${yaml.includes('\r\n') ? '\r\n' : '\n'}${key}: ${value}`;
  const { value: old } = pair;
  if (!isScalar(old) || old.range === null || old.range === undefined) return null;
  if (old.type === Scalar.BLOCK_FOLDED || old.type === Scalar.BLOCK_LITERAL) return null;
  const [start, end] = old.range;
  const [before, after] = [yaml.slice(0, start), yaml.slice(end)];
  // Where nothing was written, the value comes between the colon and a comment.
  return `${before}${/\s$/.test(before) ? '' : ' '}${value}${after.startsWith('#') ? ' ' : ''}${after}`;
}
