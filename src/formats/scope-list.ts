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
  /** Notes that say more than the list itself does. */
  readonly hasNotes: boolean;
}

const NONE = /^(?:none|nothing|nil|n\/?a|empty|[-–—])\.?$/i;
const NOTE = /^\s+(?:\(|(?:[-–—#]|->|→)\s)|^:(?:\s|$)/;
/** Nobody calls a file so. */
const VAGUE = /^(?:all|any|anything|everything|(?:all )?others?|else|etc|rest|same|tba|tbd|…|\.{2,})$/i;
/** Between the head and the rows of a table. */
const RULE = /^[|:+=-]+$/;
const PLAIN_NOTE =
  /^(?:none|new(?: files?)?|existing(?: files?)?|do not (?:change|edit|modify|touch)(?: it)?)?$/i;
/** Also a list, or what stands in backticks. */
const CROSSED_OUT = /^~~[^~]+~~/;
/** What is done with the path behind it: `Create: src/a.ts`. In capitals it is another field. */
const VERB =
  /^(?:\*\*|__)?(?:[Cc]reates?|[Nn]ew|[Mm]odif(?:y|ies|ied)|[Uu]pdates?|[Ee]dits?|[Cc]hanges?|[Aa]dds?|[Tt]ests?|[Dd]eletes?|[Rr]emoves?)(?:\*\*|__)?[ \t]{0,9}[:：](?:\*\*|__)?[ \t]{1,9}(?=`|[^\s`]{0,200}[^\s`,][./*][^\s,])/u;
const SEPARATOR = /^(?:[\s,;&，、；]|and\s)+/i;

/** `bullet`: the text is one item of a list, so a note runs to its end; otherwise a note ends at the next comma. */
export function readScopeList(text: string, bullet: boolean): ScopeList {
  const { inner, from } = withoutBrackets(text);
  const entries: ListPiece[] = [];
  const prose: ListPiece[] = [];
  let hasNotes = false;
  let at = from;
  const end = from + inner.length;
  while (at < end) {
    const rest = text.slice(at, end);
    const gap = SEPARATOR.exec(rest)?.[0].length ?? 0;
    const verb = VERB.exec(rest)?.[0].length ?? 0;
    if (gap + verb > 0) {
      at += gap > 0 ? gap : verb;
      hasNotes ||= gap === 0;
    } else if (rest.startsWith('(')) {
      const length = parenthesised(rest);
      hasNotes ||= saysSomething(rest.slice(0, length));
      at += length;
    } else {
      const { pieces, length, kind } = readPiece(rest);
      const placed = pieces.map((piece) => ({ ...piece, offset: at + piece.offset }));
      if (kind === 'entry') entries.push(...placed);
      if (kind === 'prose') prose.push(...placed);
      const note = noteLength(text.slice(at + length, end), bullet);
      hasNotes ||= saysSomething(text.slice(at + length, at + length + note));
      at += length + note;
    }
  }
  return { entries, prose, hasNotes };
}

/** False for a note such as `(none)` or `(do not modify)`, which repeats what it stands beside. */
export function saysSomething(note: string): boolean {
  // Trimming takes quadratic time over some texts.
  return note.length > 100 || !PLAIN_NOTE.test(note.replace(/^[\s:(–—#>→-]+|[\s).]+$/g, ''));
}

/** `[a, b]` is a list, but `[id]/page.tsx` is a path. */
function withoutBrackets(text: string): { readonly inner: string; readonly from: number } {
  const lead = text.length - text.trimStart().length;
  const trimmed = text.trim();
  const whole = trimmed.startsWith('[') && trimmed.indexOf(']') === trimmed.length - 1;
  return whole ? { inner: trimmed.slice(1, -1), from: lead + 1 } : { inner: trimmed, from: lead };
}

interface Pieces {
  /** Offsets within what was given. */
  readonly pieces: readonly ListPiece[];
  readonly length: number;
  readonly kind: 'entry' | 'none' | 'prose';
}

function readPiece(rest: string): Pieces {
  const crossedOut = CROSSED_OUT.exec(rest)?.[0];
  if (crossedOut !== undefined)
    return { pieces: [{ text: crossedOut, offset: 0 }], length: crossedOut.length, kind: 'prose' };
  const ticked = /^`([^`]*)`(::[^\s,;`]+)?/.exec(rest);
  if (ticked !== null) {
    const [{ length }, inner = '', symbol = ''] = ticked;
    const several = symbol === '' ? severalIn(inner) : null;
    if (several !== null) return { pieces: several, length, kind: 'entry' };
    const text = withoutColons(`${inner}${symbol}`.trim());
    const pieces = [{ text, offset: 0 }];
    return { pieces, length, kind: text === '' || NONE.test(text) ? 'none' : 'entry' };
  }
  const length = bareLength(rest);
  // The commas that are left stand in braces.
  const parts = unquoted(rest.slice(0, length).trim()).split(',');
  // A full stop ends a sentence, and no path.
  const text = withoutColons(parts.map((part) => part.trim()).join(',')).replace(/(?<=[\w}\])*])\.$/, '');
  const pieces = [{ text, offset: 0 }];
  const isLabel = rest[length] === ':' && /^[A-Z]{3,}$/.test(text);
  // As in "Add `a.py`".
  const isWord = rest[length] === '`' && text !== '' && !/[/*.]/.test(text);
  if (isLabel || isWord) return { pieces, length, kind: 'prose' };
  // Taking marks off takes quadratic time over many of them.
  const isNone = text.length < 100 && NONE.test(text.replace(/^[*_]+|[*_]+$/g, ''));
  if (isNone || text === '' || text === '[]' || RULE.test(text)) {
    return { pieces, length, kind: 'none' };
  }
  return { pieces, length, kind: /\s/.test(text) || VAGUE.test(text) ? 'prose' : 'entry' };
}

/** A whole list in one pair of backticks; null for one path. */
function severalIn(inner: string): readonly ListPiece[] | null {
  if (!/,\s/.test(inner)) return null;
  const pieces: ListPiece[] = [];
  for (let at = 0; at < inner.length; ) {
    const gap = /^[\s,]*/.exec(inner.slice(at))?.[0].length ?? 0;
    const length = gap > 0 ? gap : bareLength(inner.slice(at));
    const parts = inner.slice(at, at + length).split(',');
    const text = parts.map((part) => part.trim()).join(',');
    if (gap === 0) pieces.push({ text, offset: at + 1 });
    at += length;
  }
  return pieces.every(({ text }) => !/\s/.test(text)) ? pieces : null;
}

/** Up to a comma outside of braces, or to a note. Never 0. */
function bareLength(rest: string): number {
  let depth = 0;
  for (let at = 0; at < rest.length; at += 1) {
    const character = rest[at];
    if (character === '{') depth += 1;
    else if (character === '}') depth = Math.max(0, depth - 1);
    else if (at > 0 && depth === 0 && /[,;，、；`]/.test(character ?? '')) return at;
    else if (at > 0 && depth === 0 && /[\s:]/.test(character ?? '') && NOTE.test(rest.slice(at, at + 8)))
      return at;
  }
  return Math.max(1, rest.length);
}

/** Without quotes, marks of emphasis that are no glob, or the target of a link. */
function unquoted(text: string): string {
  if (/^(["']).*\1$/s.test(text)) return text.slice(1, -1).trim();
  const marked =
    /^\*\*([^*/][^*]*[^*/])\*\*$/.exec(text) ??
    /^(__?)([^_/].*\.[A-Za-z][A-Za-z0-9]*)\1$/.exec(text) ??
    /^\[([^[\]]*[\w-][./][^[\]]*)\]\([^()\s]+\)$/.exec(text);
  return marked?.at(-1)?.trim() ?? text;
}

/** Behind which a part of the file would stand. */
function withoutColons(text: string): string {
  return text.replace(/(?<=[^:]):+$/, '');
}

/** What follows an entry and belongs to it. */
function noteLength(rest: string, bullet: boolean): number {
  let at = 0;
  for (;;) {
    at += /^\s*/.exec(rest.slice(at))?.[0].length ?? 0;
    if (rest[at] !== '(') break;
    at += parenthesised(rest.slice(at));
  }
  if (at === rest.length || /^(?:[,;&，、；`]|and\s)/i.test(rest.slice(at, at + 4))) return at;
  const comma = bullet ? -1 : rest.slice(at).search(/[,;，、；`]/);
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
