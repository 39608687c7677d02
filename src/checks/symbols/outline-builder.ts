/** What the outlines of all languages share. */

import { isComment, type Source, type Span, type SyntaxNode } from './syntax.ts';

/** One declaration. Several may have one name: overloads, a getter and its setter, an assignment and its update. */
export interface CodeSymbol extends Span {
  /** Dotted, from the outermost to the innermost. */
  readonly name: string;
  /** For the file, or the class, alone: not exported, or private by the language's word or custom. */
  readonly hidden: boolean;
}

export interface Outline {
  /** In the order of the text, outer ones before inner ones. Decorators and the comment above belong to each. */
  readonly symbols: readonly CodeSymbol[];
  readonly imports: readonly Span[];
}

/** Deeper declarations have no name that a person would write. */
const DEEPEST = 12;

export class OutlineBuilder {
  readonly source: Source;
  readonly #symbols: CodeSymbol[] = [];
  readonly #imports: Span[] = [];

  constructor(source: Source) {
    this.source = source;
  }

  /** Gives the dotted name, to be the prefix of what lies within. */
  add(prefix: string, name: string, span: Span & { readonly hidden: boolean }): string {
    const dotted = dottedName(prefix, name);
    this.#symbols.push({ name: dotted, from: span.from, to: span.to, hidden: span.hidden });
    return dotted;
  }

  addImport(node: SyntaxNode): void {
    this.#imports.push({ from: node.from, to: node.to });
  }

  /** Of the node and what belongs to it: the comment directly above, without the white space behind. */
  spanOf(node: SyntaxNode): Span {
    const { text } = this.source;
    let { from, to } = node;
    for (let above = node.prevSibling; above !== null && isComment(above); above = above.prevSibling) {
      if (!isDirectlyAbove(text, above, from)) break;
      from = above.from;
    }
    while (to > node.from && /\s/.test(text[to - 1] ?? '')) to -= 1;
    return { from, to };
  }

  /** Marks what is exported apart from its declaration. */
  expose(name: string): void {
    for (const [index, symbol] of this.#symbols.entries()) {
      if (symbol.name === name) this.#symbols[index] = { ...symbol, hidden: false };
    }
  }

  outline(): Outline {
    return { symbols: this.#symbols, imports: this.#imports };
  }
}

export function dottedName(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}

export function isTooDeep(prefix: string): boolean {
  return prefix.split('.').length > DEEPEST;
}

/** No blank line between the two, and nothing before the comment in its line. */
function isDirectlyAbove(text: string, comment: Span, next: number): boolean {
  const between = text.slice(comment.to, next);
  if (between.trim() !== '' || between.split('\n').length > 2) return false;
  const lineStart = text.lastIndexOf('\n', comment.from - 1) + 1;
  return text.slice(lineStart, comment.from).trim() === '';
}
