/**
 * The list behind `CREATE:` and its like into single entries. Plans are written by people and models, so entries
 * come in backticks or bare, with notes in parentheses or behind a dash, and "none" in many words.
 */

export interface ListPiece {
  readonly text: string;
  /** Where it stands in the text that was given. */
  readonly offset: number;
}

export interface ScopeList {
  readonly entries: readonly ListPiece[];
  /** What is neither an entry, a note nor a word for "none". */
  readonly prose: readonly ListPiece[];
}

const NONE = /^(?:none|nothing|nil|n\/?a|empty|[-–—])\.?$/i;
const NOTE = /^\s+(?:\(|(?:[-–—#]|->|→)\s)|^:\s/;
const SEPARATOR = /^(?:[\s,;&]|and\s)+/i;

/** `bullet`: the text is one item of a list, so a note runs to its end; otherwise a note ends at the next comma. */
export function readScopeList(text: string, bullet: boolean): ScopeList {
  const { inner, from } = withoutBrackets(text);
  const entries: ListPiece[] = [];
  const prose: ListPiece[] = [];
  let at = from;
  const end = from + inner.length;
  while (at < end) {
    const rest = text.slice(at, end);
    const gap = SEPARATOR.exec(rest)?.[0].length ?? 0;
    if (gap > 0) {
      at += gap;
    } else if (rest.startsWith('(')) {
      at += parenthesised(rest);
    } else {
      const { piece, length, kind } = readPiece(rest);
      if (kind === 'entry') entries.push({ text: piece, offset: at });
      if (kind === 'prose') prose.push({ text: piece, offset: at });
      at += length;
      at += noteLength(text.slice(at, end), bullet);
    }
  }
  return { entries, prose };
}

/** `[a, b]` is a list, but `[id]/page.tsx` is a path. */
function withoutBrackets(text: string): { readonly inner: string; readonly from: number } {
  const lead = text.length - text.trimStart().length;
  const trimmed = text.trim();
  const whole = trimmed.startsWith('[') && trimmed.indexOf(']') === trimmed.length - 1;
  return whole ? { inner: trimmed.slice(1, -1), from: lead + 1 } : { inner: trimmed, from: lead };
}

function readPiece(rest: string): { piece: string; length: number; kind: 'entry' | 'none' | 'prose' } {
  const ticked = /^`([^`]*)`(::[^\s,;`]+)?/.exec(rest);
  if (ticked !== null) {
    const piece = `${ticked[1] ?? ''}${ticked[2] ?? ''}`.trim();
    return { piece, length: ticked[0].length, kind: piece === '' || NONE.test(piece) ? 'none' : 'entry' };
  }
  const length = bareLength(rest);
  // The commas that are left stand in braces.
  const parts = unquoted(rest.slice(0, length).trim()).split(',');
  const piece = parts.map((part) => part.trim()).join(',');
  if (NONE.test(piece.replace(/^[*_]+|[*_]+$/g, '')) || piece === '' || piece === '[]') {
    return { piece, length, kind: 'none' };
  }
  return { piece, length, kind: /\s/.test(piece) ? 'prose' : 'entry' };
}

/** Up to a comma outside of braces, or to a note. Never 0. */
function bareLength(rest: string): number {
  let depth = 0;
  for (let at = 0; at < rest.length; at += 1) {
    const character = rest[at];
    if (character === '{') depth += 1;
    else if (character === '}') depth = Math.max(0, depth - 1);
    else if (at > 0 && depth === 0 && (character === ',' || character === ';' || character === '`'))
      return at;
    else if (at > 0 && depth === 0 && /[\s:]/.test(character ?? '') && NOTE.test(rest.slice(at, at + 8)))
      return at;
  }
  return Math.max(1, rest.length);
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1).trim() : text;
}

/** What follows an entry and belongs to it. */
function noteLength(rest: string, bullet: boolean): number {
  let at = 0;
  for (;;) {
    at += /^\s*/.exec(rest.slice(at))?.[0].length ?? 0;
    if (rest[at] !== '(') break;
    at += parenthesised(rest.slice(at));
  }
  if (at === rest.length || /^(?:[,;&`]|and\s)/i.test(rest.slice(at, at + 4))) return at;
  const comma = bullet ? -1 : rest.slice(at).search(/[,;`]/);
  return comma < 0 ? rest.length : at + comma;
}

/** Up to the parenthesis that closes the first one, or to the end. */
function parenthesised(rest: string): number {
  let depth = 0;
  for (let at = 0; at < rest.length; at += 1) {
    if (rest[at] === '(') depth += 1;
    if (rest[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return rest.length;
}
