/** Names that two sides import from one module, in one statement. */

import { type Segment, segmentLines } from './segments.ts';

/** JavaScript's `import { a, b as c } from 'x'`, with or without a default, and Python's `from x import a, b`. */
const SHAPES = [
  /^(?<open>import\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?\{)(?<names>[^{}]*)(?<close>\}\s*from\s*(?:'[^'\n]*'|"[^"\n]*")\s*;?\s*)$/,
  /^(?<open>from\s+[\w.]+\s+import\s*\()(?<names>[^()]*)(?<close>\)\s*)$/,
  /^(?<open>from\s+[\w.]+\s+import\s)(?<names>[^()\\\n]*)(?<close>)$/,
];

interface Statement {
  readonly open: string;
  /** As it stands between them. */
  readonly list: string;
  readonly names: readonly string[];
  readonly close: string;
}

/** Null where one takes a name away, or changes more than the list, or where it is no such statement. */
export function mergeImports(base: Segment | null, ours: Segment, theirs: Segment): Segment | null {
  const [own, other] = [read(ours), read(theirs)];
  const known = base === null ? null : read(base);
  if (own === null || other === null || (base !== null && known === null)) return null;
  if (!isFrame(own, other) || (known !== null && !isFrame(own, known))) return null;
  if (known !== null && ![own, other].every(({ names }) => holdsAll(names, known.names))) return null;
  const added = other.names.filter((name) => !own.names.includes(name));
  // What `a as x` and `b as x` would be called is one name for two.
  const locals = [...own.names, ...added].map(localName);
  if (new Set(locals).size < locals.length) return null;
  const template = other.list.includes('\n') && !own.list.includes('\n') ? other : own;
  const names = [...own.names, ...added];
  const lists = [own, other].map((each) => each.names);
  const ordered = lists.every(isSorted) ? names.toSorted(compare) : names;
  const text = `${template.open}${listOf(template.list, ordered)}${template.close}`;
  return { ...ours, binds: [...new Set([...ours.binds, ...theirs.binds])], lines: text.split('\n') };
}

/** Whether it only has more names in its list. */
export function addsOnly(base: Segment, side: Segment): boolean {
  const [was, is] = [read(base), read(side)];
  return was !== null && is !== null && isFrame(was, is) && holdsAll(is.names, was.names);
}

function read(segment: Segment): Statement | null {
  const text = segmentLines(segment).join('\n');
  // A comment within might belong to a name.
  if (segment.kind !== 'import' || /\/\/|\/\*|#/.test(text.replace(/(['"])[^'"\n]*\1/g, ''))) return null;
  for (const shape of SHAPES) {
    const { open, names, close } = shape.exec(text)?.groups ?? {};
    if (open === undefined || names === undefined || close === undefined) continue;
    const list = names.split(',').map((name) => name.trim().replace(/\s+/g, ' '));
    return { open, list: names, names: list.filter((name) => name !== ''), close };
  }
  return null;
}

/** The same but for the list and white space. */
function isFrame(one: Statement, other: Statement): boolean {
  const frame = ({ open, close }: Statement): string =>
    `${open.replace(/[\s(]+/g, ' ')}|${close.replace(/[\s();]+/g, ' ').trim()}`;
  return frame(one).replace(/\s+\|/, '|') === frame(other).replace(/\s+\|/, '|');
}

function holdsAll(names: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((name) => names.includes(name));
}

function localName(name: string): string {
  return name.split(' ').at(-1) ?? name;
}

function compare(one: string, other: string): number {
  return one.localeCompare(other, 'en', { sensitivity: 'base' });
}

function isSorted(names: readonly string[]): boolean {
  return names.every((name, index) => index === 0 || compare(names[index - 1] ?? '', name) <= 0);
}

/** Set as the template's list is: in lines of their own, or in one. */
function listOf(template: string, names: readonly string[]): string {
  const comma = /,\s*$/.test(template) ? ',' : '';
  const indent = /\n[ \t]*(?=\S)/.exec(template)?.[0];
  const [start, end] = [/^\s*/.exec(template)?.[0] ?? '', /\s*$/.exec(template)?.[0] ?? ''];
  if (indent === undefined) return `${start}${names.join(', ')}${comma}${end}`;
  return `${start}${names.join(`,${start.startsWith('\r') ? '\r' : ''}${indent}`)}${comma}${end}`;
}
