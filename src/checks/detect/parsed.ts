/** Reading the files of a project, whatever is in them. Pure and total. */

import { parse as parseTomlText } from 'smol-toml';

export type Table = Readonly<Record<string, unknown>>;

const EMPTY: Table = {};

/** An empty table for what is none. */
export function parseJsonTable(text: string | undefined): Table {
  if (text === undefined) return EMPTY;
  try {
    // A mark that editors put before the text; package managers overlook it.
    return tableOf(JSON.parse(text.replace(/^\ufeff/, '')));
  } catch {
    return EMPTY;
  }
}

export function parseTomlTable(text: string | undefined): Table {
  if (text === undefined) return EMPTY;
  try {
    return tableOf(parseTomlText(text));
  } catch {
    return EMPTY;
  }
}

export function tableOf(value: unknown): Table {
  return isTable(value) ? value : EMPTY;
}

/** Of an object only what it has itself: `constructor` is no script. */
export function textAt(table: Table, key: string): string | null {
  const value = Object.hasOwn(table, key) ? table[key] : null;
  return typeof value === 'string' ? value : null;
}

export function tableAt(table: Table, ...keys: readonly string[]): Table {
  return keys.reduce((inner, key) => tableOf(Object.hasOwn(inner, key) ? inner[key] : null), table);
}

/** Whether a file in the form of Windows' settings (setup.cfg, tox.ini) has that section. */
export function hasSection(text: string | undefined, name: string): boolean {
  return (text ?? '').split(/\r?\n/).some((line) => line.trim() === `[${name}]`);
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
