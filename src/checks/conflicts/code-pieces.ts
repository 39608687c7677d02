/** Source files as places: imports, declarations, tests, and what lies within classes and suites. */

import { type Outline, outlineOf } from '../symbols/outline.ts';
import { memberName } from '../symbols/script-outline.ts';
import {
  childOf,
  childrenOf,
  isComment,
  nodesBelow,
  plainString,
  type Source,
  type SyntaxNode,
  textOf,
} from '../symbols/syntax.ts';
import type { SegmentKind } from './segments.ts';
import type { Inner, Piece } from './tile.ts';

/** Null for a text that does not follow the grammar. */
export function codePieces(source: Source): readonly Piece[] | null {
  if (hasError(source.top)) return null;
  return new CodePieces(source).within(source.top, 'file');
}

function hasError(top: SyntaxNode): boolean {
  let found = false;
  top.cursor().iterate((cursor) => {
    found ||= cursor.type.isError;
    return !found;
  });
  return found;
}

type Place = 'file' | 'class' | 'object' | 'suite';

/** What brackets a body, and what parts its parts. */
const MARKS = ['{', '}', ',', ';', ':', '(', ')'];

class CodePieces {
  readonly #source: Source;
  readonly #outline: Outline;

  constructor(source: Source) {
    this.#source = source;
    this.#outline = outlineOf(source);
  }

  within(container: SyntaxNode, place: Place): readonly Piece[] {
    return childrenOf(container).flatMap((node): readonly Piece[] => {
      if (isComment(node)) return [{ from: node.from, to: node.to, kind: 'comment' }];
      if (node.name === ',') return [{ from: node.from, to: node.to, kind: 'mark' }];
      return MARKS.includes(node.name) ? [] : [this.#piece(node, place)];
    });
  }

  #piece(node: SyntaxNode, place: Place): Piece {
    const { text } = this.#source;
    let { to } = node;
    while (to > node.from && /\s/.test(text[to - 1] ?? '')) to -= 1;
    const span = { from: node.from, to };
    const named = place === 'file' || place === 'suite' ? this.#statement(node) : this.#member(node, place);
    if (named === null) return { ...span, kind: 'other' };
    const inner = named.kind === 'test' && !this.#isSuite(node) ? null : this.#inner(node);
    return { ...span, ...named, ...(inner === null ? {} : { inner }) };
  }

  #statement(node: SyntaxNode): Named | null {
    const imported = this.#import(node);
    if (imported !== null) return imported;
    const title = this.#testTitle(node);
    if (title !== null) return { kind: 'test', key: `test ${title}`, binds: [] };
    const names = this.#names(node, '');
    if (names.length === 0 || node.name === 'UpdateStatement' || isCondition(node)) return null;
    const isTest =
      this.#source.language === 'python' && names.every((name) => /^test_|^Test[A-Z]/.test(name));
    return { kind: isTest ? 'test' : 'symbol', key: names.join(' '), binds: names };
  }

  #import(node: SyntaxNode): Named | null {
    if (node.name === 'ImportDeclaration' || node.name === 'ImportStatement') {
      const from = /^(?:from\s+(\S+)\s+import|import\s+(type\s+)?[^'"]*\{[^}]*\}\s*from\s*(['"].*?['"]))/s;
      const written = textOf(this.#source, node).trim().replace(/;$/, '');
      const [all, module, type = '', name] = from.exec(written) ?? [];
      // A whole module under a name has nothing that could be added to.
      const key = all === undefined ? written : `import ${type.trim()} ${module ?? name}`;
      return { kind: 'import', key, binds: this.#importedNames(node) };
    }
    if (node.name !== 'ExportDeclaration' || childOf(node, 'from') === null) return null;
    return { kind: 'import', key: textOf(this.#source, node).replace(/\s+/g, ' '), binds: [] };
  }

  #importedNames(node: SyntaxNode): readonly string[] {
    const written = textOf(this.#source, node).trim();
    if (this.#source.language !== 'python')
      return nodesBelow(node, 'VariableDefinition').map((name) => textOf(this.#source, name));
    const list = /\bimport\s+\(?([^()]*)\)?$/s.exec(written)?.[1] ?? '';
    // `import a.b` gives a name to `a`, as `import a.c` does.
    const names = list.split(',').map((name) => name.trim().split(/\s+/).at(-1) ?? '');
    return names.filter((name) => name !== '' && name !== '*' && !name.includes('.'));
  }

  /** `test('title', …)`, also with `.only` and the like, and suites of them. */
  #testTitle(node: SyntaxNode): string | null {
    const call = node.name === 'ExpressionStatement' ? childOf(node, 'CallExpression') : null;
    if (call?.firstChild == null || this.#source.language === 'python') return null;
    if (!/^(?:test|it|describe|suite|context|specify)(?:\.\w+)?$/.test(textOf(this.#source, call.firstChild)))
      return null;
    const first = childOf(call, 'ArgList')?.firstChild?.nextSibling ?? null;
    return plainString(this.#source, first);
  }

  /** What a single test does is one thing, as what a function does is. */
  #isSuite(node: SyntaxNode): boolean {
    return /^(?:describe|suite|context)\b|^(?:@|class\b)/.test(textOf(this.#source, node));
  }

  #member(node: SyntaxNode, place: Place): Named | null {
    const kind: SegmentKind = place === 'object' ? 'key' : 'symbol';
    if (this.#source.language === 'python') {
      // The order of a class's values may mean something.
      const names = /^(?:FunctionDefinition|ClassDefinition|DecoratedStatement)$/.test(node.name)
        ? this.#names(node)
        : [];
      const [name] = names;
      if (name === undefined) return null;
      return { kind: /(?:^|\.)test_/.test(name) ? 'test' : 'symbol', key: name, binds: [] };
    }
    const name = /Declaration$|^Property$|Type$/.test(node.name) ? memberName(this.#source, node) : null;
    if (name === null) return null;
    const isStatic = childOf(node, 'static') !== null ? 'static ' : '';
    return { kind, key: `${isStatic}${name}`, binds: [] };
  }

  /** Of the outermost that lie in the node, as the outline writes them. */
  #names(node: SyntaxNode, prefix?: string): readonly string[] {
    // A comment above belongs to a name, and what it is named in does not.
    let before = node.prevSibling;
    while (before !== null && isComment(before)) before = before.prevSibling;
    const first = before?.to ?? node.parent?.from ?? 0;
    const inside = this.#outline.symbols.filter(
      ({ from, to }) => from >= first && to > node.from && to <= node.to,
    );
    const depth = Math.min(...inside.map(({ name }) => name.split('.').length));
    const outer = inside.filter(({ name }) => name.split('.').length === depth);
    if (prefix === '' && depth > 1 && !outer.every(({ name }) => /\.prototype\./.test(name))) return [];
    return [...new Set(outer.map(({ name }) => name))];
  }

  #inner(node: SyntaxNode): Inner | null {
    const found = containerOf(node);
    if (found === null) return null;
    const { container, place } = found;
    const pieces = this.within(container, place);
    const isPython = this.#source.language === 'python';
    const end = isPython ? {} : { close: container.to - 1 };
    const commas = place === 'object' ? ({ commas: true } as const) : {};
    return { open: container.from, ...end, pieces, ...commas };
  }
}

type Named = Required<Pick<Piece, 'kind' | 'key' | 'binds'>>;

function isCondition({ name }: SyntaxNode): boolean {
  return name === 'IfStatement' || name === 'TryStatement' || name === 'WithStatement';
}

/** What has parts in lines of their own: a class, an interface, a literal object, a suite of tests. */
function containerOf(node: SyntaxNode): { readonly container: SyntaxNode; readonly place: Place } | null {
  switch (node.name) {
    case 'ExportDeclaration':
    case 'DecoratedStatement': {
      const inner = childOf(
        node,
        'ClassDeclaration',
        'ClassDefinition',
        'InterfaceDeclaration',
        'VariableDeclaration',
        'ObjectExpression',
      );
      return inner === null ? null : containerOf(inner);
    }
    case 'ClassDeclaration':
      return placed(childOf(node, 'ClassBody'), 'class');
    case 'ClassDefinition':
      return placed(childOf(node, 'Body'), 'class');
    case 'InterfaceDeclaration':
      return placed(childOf(node, 'ObjectType'), 'class');
    case 'ObjectExpression':
      return placed(node, 'object');
    case 'VariableDeclaration':
    case 'Property':
      return placed(childOf(node, 'ObjectExpression'), 'object');
    case 'ExpressionStatement': {
      const list = childOf(childOf(node, 'CallExpression') ?? node, 'ArgList');
      const callback = list === null ? null : childOf(list, 'ArrowFunction', 'FunctionExpression');
      return placed(callback === null ? null : childOf(callback, 'Block'), 'suite');
    }
    default:
      return null;
  }
}

function placed(
  container: SyntaxNode | null,
  place: Place,
): { readonly container: SyntaxNode; readonly place: Place } | null {
  return container === null ? null : { container, place };
}
