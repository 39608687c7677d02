/** JSON and YAML as places: each key of an object or map, and what lies within. */

import { type Node, type ParseError, parseTree, visit } from 'jsonc-parser';
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

import type { Inner, Piece } from './tile.ts';

/** Whether the keys below these names are packages, with what is wanted of each. */
export type IsDependencies = (names: readonly string[]) => boolean;

/** Null for what is no object, or is broken. */
export function jsonRoot(text: string, isDependencies: IsDependencies): Inner | null {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root?.type !== 'object' || errors.length > 0) return null;
  return objectInner(root, [], { marks: jsonMarks(text), isDependencies });
}

interface Around {
  /** By the offset of the object that they lie in. */
  readonly marks: ReadonlyMap<number, readonly Piece[]>;
  readonly isDependencies: IsDependencies;
}

function objectInner(object: Node, names: readonly string[], around: Around): Inner {
  const kind = around.isDependencies(names) ? 'dependency' : 'key';
  const properties = (object.children ?? []).map((property): Piece => {
    const [key, value] = property.children ?? [];
    const name = String(key?.value);
    const inner = value?.type === 'object' ? { inner: objectInner(value, [...names, name], around) } : {};
    return { from: property.offset, to: property.offset + property.length, kind, key: name, ...inner };
  });
  const marks = around.marks.get(object.offset) ?? [];
  const close = object.offset + object.length - 1;
  return { open: object.offset, close, pieces: [...properties, ...marks], commas: true };
}

/** Commas and comments. */
function jsonMarks(text: string): ReadonlyMap<number, readonly Piece[]> {
  const marks = new Map<number, Piece[]>();
  const around: Piece[][] = [];
  const open = (offset: number): void => {
    const pieces: Piece[] = [];
    around.push(pieces);
    marks.set(offset, pieces);
  };
  const close = (): void => void around.pop();
  const mark = (from: number, to: number, kind: 'mark' | 'comment'): void =>
    void around.at(-1)?.push({ from, to, kind });
  visit(text, {
    onObjectBegin: open,
    onObjectEnd: close,
    onArrayBegin: open,
    onArrayEnd: close,
    onSeparator: (character, from) => {
      if (character === ',') mark(from, from + 1, 'mark');
    },
    onComment: (from, length) => mark(from, from + length, 'comment'),
  });
  return marks;
}

/** Null for what is no map, is broken, or is more than one document. */
export function yamlPieces(text: string): readonly Piece[] | null {
  // Where nothing is to be said at all, further documents are passed over.
  const document = parseDocument(text, { logLevel: 'error' });
  if (document.errors.length > 0 || document.warnings.length > 0) return null;
  if (!isMap(document.contents) || document.contents.flow === true) return null;
  return mapPieces(document.contents, { text, from: -1, to: text.length, free: freeLines(text) });
}

interface Within {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Lines that may be no part of any value. */
  readonly free: readonly Piece[];
}

function mapPieces(map: YAMLMap, { text, from, to, free }: Within): readonly Piece[] | null {
  const near = free.filter((line) => line.from > from && line.from < to);
  const pieces: Piece[] = [];
  const left: Piece[] = [];
  let next = 0;
  for (const pair of map.items) {
    const piece = pairPiece(pair, { text, free: near });
    if (piece === null) return null;
    pieces.push(piece);
    for (; next < near.length && (near[next]?.from ?? 0) < piece.to; next += 1) {
      const line = near[next];
      if (line !== undefined && line.from < piece.from) left.push(line);
    }
  }
  return [...pieces, ...left, ...near.slice(next)];
}

function pairPiece({ key, value }: Pair, { text, free }: Pick<Within, 'text' | 'free'>): Piece | null {
  if (!isScalar(key) || key.range == null) return null;
  const node = value as { readonly range?: readonly number[] | null } | null;
  const from = key.range[0];
  let to = Math.max(key.range[1], node?.range?.[1] ?? 0);
  while (to > from && /\s/.test(text[to - 1] ?? '')) to -= 1;
  const span = { from, to, kind: 'key', key: String(key.value) } as const;
  const first = isMap(value) && value.flow !== true ? keyStart(value) : null;
  if (!isMap(value) || first === null) return span;
  const pieces = mapPieces(value, { text, from: first, to, free });
  // Its lines begin with that of the first key within.
  const open = Math.max(from, text.lastIndexOf('\n', text.lastIndexOf('\n', first) - 1) + 1);
  return pieces === null ? span : { ...span, inner: { open, pieces } };
}

function keyStart({ items }: YAMLMap): number | null {
  const key = items[0]?.key;
  return isScalar(key) ? (key.range?.[0] ?? null) : null;
}

/** Comments in lines of their own, and the marks of a document. */
function freeLines(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const line of text.split('\n')) {
    const to = from + line.length;
    if (/^\s*#|^---\s*$|^%/.test(line)) found.push({ from, to, kind: 'comment' });
    from = to + 1;
  }
  return found;
}
