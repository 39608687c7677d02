/** Tech specs: what a plan is made from. Only their front matter is ours. */

import { parseDocument, stringify } from 'yaml';
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

/** With another status and date, all else as it was; null when its front matter cannot be read, or not be changed by lines. */
export function withStatus(text: string, status: string, date: string): string | null {
  const [, opening = '', yaml] = FRONT_MATTER.exec(text) ?? [];
  if (yaml === undefined) return null;
  const document = parseDocument(yaml, { logLevel: 'silent' });
  if (document.errors.length > 0) return null;
  const changed = [
    ['status', status],
    ['last_updated', date],
  ].reduce((all, [key = '', value = '']) => withLine(all, key, value), yaml);
  const whole = `${opening}${changed}${text.slice(opening.length + yaml.length)}`;
  return readTechSpec(whole).status === status ? whole : null;
}

/** The line itself, so that comments and the spelling of the others stay. */
function withLine(yaml: string, key: string, value: string): string {
  const line = new RegExp(`^${key}[ \\t]*:[^\\r\\n]*`, 'm');
  const next = `${key}: ${value}`;
  const end = yaml.includes('\r\n') ? '\r\n' : '\n';
  return line.test(yaml) ? yaml.replace(line, () => next) : `${yaml}${end}${next}`;
}
