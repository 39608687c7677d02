/** A type as text, so that two ways to write one type give one text. Nothing is resolved: a name stays a name. */

import {
  childrenOf,
  isComment,
  plainString,
  type Source,
  type SyntaxNode,
  textOf,
} from '../../symbols/syntax.ts';

/** Deeper types are compared as they are written. */
const DEEPEST = 60;

export function typeText(source: Source, node: SyntaxNode | null, depth = 0): string {
  if (node === null) return '';
  if (depth > DEEPEST) return textOf(source, node);
  const render = (each: SyntaxNode): string => typeText(source, each, depth + 1);
  switch (node.name) {
    case 'String':
    case 'FormatString':
      return stringText(source, node);
    case 'UnionType':
    case 'IntersectionType':
      return unordered(childrenOf(node).filter(isOperand).map(render), node.name === 'UnionType' ? '|' : '&');
    case 'BinaryExpression':
      return isUnion(source, node)
        ? unordered(childrenOf(node).filter(isOperand).map(render), '|')
        : joined(source, node, render);
    case 'ObjectType':
      return `{${childrenOf(node).filter(isMember).map(render).toSorted().join(';')}}`;
    case 'ParameterizedType':
      return parameterized(source, node, render);
    case 'MemberExpression':
      return source.language === 'python' ? subscripted(source, node, render) : joined(source, node, render);
    default:
      return node.firstChild === null ? textOf(source, node) : joined(source, node, render);
  }
}

type Render = (node: SyntaxNode) => string;

/** In a Python annotation a string is a type that comes later in the file. */
function stringText(source: Source, node: SyntaxNode): string {
  const text = plainString(source, node);
  if (text === null) return textOf(source, node);
  return source.language === 'python' && isAnnotation(source, node) ? text : JSON.stringify(text);
}

function isAnnotation(source: Source, node: SyntaxNode): boolean {
  const holder = node.parent?.name === 'MemberExpression' ? node.parent.firstChild : null;
  if (holder !== null && /\bLiteral$/.test(textOf(source, holder))) return false;
  for (let above = node.parent; above !== null; above = above.parent) {
    if (above.name === 'TypeDef') return true;
    if (above.name === 'Body') return false;
  }
  return false;
}

function isOperand(node: SyntaxNode): boolean {
  return !['LogicOp', 'BitOp'].includes(node.name) && !isComment(node);
}

function isUnion(source: Source, node: SyntaxNode): boolean {
  const operators = node.getChildren('BitOp');
  return operators.length > 0 && operators.every((operator) => textOf(source, operator) === '|');
}

function isMember(node: SyntaxNode): boolean {
  return !['{', '}', ',', ';'].includes(node.name) && !isComment(node);
}

/** Unions within unions are one; a function between others keeps its parentheses, being in a node of its own. */
function unordered(parts: readonly string[], sign: string): string {
  const flat = parts.flatMap((part) => (/^[^()[\]{}<>"'&]*$/.test(part) ? part.split(` ${sign} `) : [part]));
  return [...new Set(flat)].toSorted().join(` ${sign} `);
}

/** Tokens without white space that means nothing; what has no node of its own is kept. */
function joined(source: Source, node: SyntaxNode, render: Render): string {
  let text = '';
  let at = node.from;
  const add = (piece: string): void => {
    if (piece === '') return;
    text += /[\w$]$/.test(text) && /^[\w$]/.test(piece) ? ` ${piece}` : piece;
  };
  for (const child of childrenOf(node)) {
    add(source.text.slice(at, child.from).trim());
    if (!isComment(child)) add(render(child));
    at = child.to;
  }
  add(source.text.slice(at, node.to).trim());
  return text.replace(/[,;](?=[)\]}>])/g, '');
}

function parameterized(source: Source, node: SyntaxNode, render: Render): string {
  const name = node.firstChild;
  const list = node.getChild('TypeArgList');
  const given =
    list === null ? [] : childrenOf(list).filter(({ name: each }) => !['<', '>', ','].includes(each));
  const only = given[0];
  if (name !== null && textOf(source, name) === 'Array' && given.length === 1 && only !== undefined) {
    const inner = render(only);
    return /^[\w$.]+(?:\[\])*$/.test(inner) ? `${inner}[]` : `(${inner.replace(/^\((.*)\)$/s, '$1')})[]`;
  }
  return joined(source, node, render);
}

/** Generic names that Python has twice. */
const NEW_NAMES: Readonly<Record<string, string>> = {
  List: 'list',
  Dict: 'dict',
  Set: 'set',
  FrozenSet: 'frozenset',
  Tuple: 'tuple',
  Type: 'type',
};

function subscripted(source: Source, node: SyntaxNode, render: Render): string {
  const [head, ...rest] = childrenOf(node);
  if (head === undefined || !rest.some(({ name }) => name === '[')) {
    const text = textOf(source, node).replace(/\s+/g, '');
    return text.replace(/^(?:typing|t|typing_extensions)\./, '');
  }
  const name = render(head);
  const given = rest.filter((each) => !['[', ']', ','].includes(each.name) && !isComment(each)).map(render);
  if (name === 'Optional') return unordered([...given, 'None'], '|');
  if (name === 'Union') return unordered(given, '|');
  return `${Object.hasOwn(NEW_NAMES, name) ? (NEW_NAMES[name] ?? name) : name}[${given.join(', ')}]`;
}
