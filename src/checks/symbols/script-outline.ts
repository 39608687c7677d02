/** Declarations of a JavaScript or TypeScript file, members of classes and objects included. */

import { dottedName, isTooDeep, type Outline, OutlineBuilder } from './outline-builder.ts';
import {
  childOf,
  childrenOf,
  nodesBelow,
  plainString,
  type Source,
  type Span,
  type SyntaxNode,
  textOf,
} from './syntax.ts';

interface Around {
  readonly prefix: string;
  /** Of the whole statement, `export` and decorators included. */
  readonly span: Span;
  readonly hidden: boolean;
}

export function scriptOutline(source: Source): Outline {
  const builder = new OutlineBuilder(source);
  walk(builder, source.top, '');
  for (const statement of source.top.getChildren('ExportDeclaration')) {
    for (const name of exportedNames(source, statement)) builder.expose(name);
  }
  return builder.outline();
}

/** `export { a, b as c }` and `export default a`: the file's own names for what it exports. */
function exportedNames(source: Source, statement: SyntaxNode): string[] {
  if (childOf(statement, 'from') !== null) return [];
  const group = childOf(statement, 'ExportGroup');
  const names = (group ?? statement).getChildren('VariableName');
  return names.map((name) => textOf(source, name));
}

function walk(builder: OutlineBuilder, block: SyntaxNode, prefix: string): void {
  if (isTooDeep(prefix)) return;
  for (const statement of childrenOf(block)) {
    visit(builder, statement, { prefix, span: statementSpan(builder, statement), hidden: true });
  }
}

/** The parser takes decorators before `export` for a class of their own, without a name. */
function statementSpan(builder: OutlineBuilder, statement: SyntaxNode): Span {
  const span = builder.spanOf(statement);
  const before = statement.prevSibling;
  const isDecoratorsAlone =
    before?.name === 'ClassDeclaration' && childOf(before, 'VariableDefinition', 'ClassBody') === null;
  return isDecoratorsAlone ? { from: builder.spanOf(before).from, to: span.to } : span;
}

function visit(builder: OutlineBuilder, statement: SyntaxNode, around: Around): void {
  switch (statement.name) {
    case 'ImportDeclaration':
      builder.addImport(statement);
      return;
    case 'ExportDeclaration':
      visitExport(builder, statement, { ...around, hidden: false });
      return;
    case 'AmbientDeclaration':
    case 'GlobalDeclaration':
      for (const child of childrenOf(statement)) visit(builder, child, around);
      return;
    case 'ExpressionStatement':
      visitAssignment(builder, statement, around);
      return;
    case 'VariableDeclaration':
      visitVariables(builder, statement, around);
      return;
    case 'Block':
      // `declare module 'x' { … }`
      if (around.prefix === '') walk(builder, statement, '');
      return;
    default:
      visitDeclaration(builder, statement, around);
  }
}

function visitExport(builder: OutlineBuilder, statement: SyntaxNode, around: Around): void {
  if (childOf(statement, 'default') !== null) {
    builder.add(around.prefix, 'default', { ...around.span, hidden: false });
    const value = childOf(statement, 'ObjectExpression', 'ClassExpression', 'FunctionExpression');
    if (value !== null) visitValue(builder, value, dottedName(around.prefix, 'default'));
  }
  for (const child of childrenOf(statement)) {
    if (child.name !== 'ExportDeclaration') visit(builder, child, around);
  }
}

const NAMED = [
  'FunctionDeclaration',
  'AmbientFunctionDeclaration',
  'ClassDeclaration',
  'InterfaceDeclaration',
  'TypeAliasDeclaration',
  'EnumDeclaration',
  'NamespaceDeclaration',
];

function visitDeclaration(builder: OutlineBuilder, node: SyntaxNode, { prefix, span, hidden }: Around): void {
  if (!NAMED.includes(node.name)) return;
  const id = childOf(node, 'VariableDefinition', 'TypeDefinition');
  if (id === null) return;
  visitValue(builder, node, builder.add(prefix, textOf(builder.source, id), { ...span, hidden }));
}

const DECLARED = ['VariableDefinition', 'ObjectPattern', 'ArrayPattern'];

function visitVariables(builder: OutlineBuilder, node: SyntaxNode, { prefix, span, hidden }: Around): void {
  const ids = childrenOf(node).filter(({ name }) => DECLARED.includes(name));
  if (prefix === '' && ids.length === 1 && isRequire(builder.source, node)) return builder.addImport(node);
  for (const [index, id] of ids.entries()) {
    const value = initialiserOf(id);
    const own = ids.length === 1 ? span : { from: id.from, to: ids[index + 1]?.from ?? node.to };
    // `{ a, b: c }` declares `a` and `c`.
    const names = nodesBelow(id, 'VariableDefinition');
    for (const name of names) {
      const dotted = builder.add(prefix, textOf(builder.source, name), { ...own, hidden });
      if (value !== null) visitValue(builder, value, dotted);
    }
  }
}

function isRequire(source: Source, node: SyntaxNode): boolean {
  const callee = childOf(node, 'CallExpression')?.firstChild ?? null;
  return callee?.name === 'VariableName' && textOf(source, callee) === 'require';
}

/** What stands behind the `=` of a declaration, before the next comma. */
function initialiserOf(id: SyntaxNode): SyntaxNode | null {
  let next = id.nextSibling;
  while (next !== null && next.name !== 'Equals') {
    if (next.name === ',') return null;
    next = next.nextSibling;
  }
  return next?.nextSibling ?? null;
}

/** `exports.a = …`, `module.exports = …`, `A.prototype.b = …` */
function visitAssignment(builder: OutlineBuilder, statement: SyntaxNode, { prefix, span }: Around): void {
  const assignment = childOf(statement, 'AssignmentExpression');
  const target = assignment?.firstChild ?? null;
  if (assignment === null || target?.name !== 'MemberExpression' || prefix !== '') return;
  const written = textOf(builder.source, target).replace(/\s+/g, '');
  if (!/^[\w$]+(?:\.[\w$]+)+$/.test(written)) return;
  const value = assignment.lastChild;
  const name = written === 'module.exports' ? written : written.replace(/^(?:module\.)?exports\./, '');
  builder.add('', name, { ...span, hidden: false });
  if (value !== null) visitValue(builder, value, written === 'module.exports' ? '' : name);
}

/** Members of what has some. */
function visitValue(builder: OutlineBuilder, value: SyntaxNode, prefix: string): void {
  if (isTooDeep(prefix)) return;
  switch (value.name) {
    case 'ClassDeclaration':
    case 'ClassExpression':
      return visitMembers(builder, childOf(value, 'ClassBody'), prefix);
    case 'InterfaceDeclaration':
    case 'TypeAliasDeclaration':
      return visitMembers(builder, childOf(value, 'ObjectType'), prefix);
    case 'ObjectExpression':
      return visitMembers(builder, value, prefix);
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunction':
    case 'NamespaceDeclaration': {
      const block = childOf(value, 'Block');
      if (block !== null) walk(builder, block, prefix);
      return;
    }
    default:
  }
}

const MEMBERS = ['MethodDeclaration', 'PropertyDeclaration', 'PropertyType', 'MethodType', 'Property'];

function visitMembers(builder: OutlineBuilder, body: SyntaxNode | null, prefix: string): void {
  if (body === null) return;
  for (const member of childrenOf(body)) {
    const id = MEMBERS.includes(member.name) ? memberName(builder.source, member) : null;
    if (id === null) continue;
    const dotted = builder.add(prefix, id, { ...builder.spanOf(member), hidden: isPrivate(builder, member) });
    const value = childOf(member, 'ObjectExpression', 'ArrowFunction', 'FunctionExpression', 'Block');
    if (value?.name === 'Block') walk(builder, value, dotted);
    else if (value !== null) visitValue(builder, value, dotted);
  }
}

/** Null for a name that is computed. */
export function memberName(source: Source, member: SyntaxNode): string | null {
  for (const child of childrenOf(member)) {
    switch (child.name) {
      case 'PropertyDefinition':
      case 'PrivatePropertyDefinition':
      case 'Number':
        return textOf(source, child);
      case 'String':
        return plainString(source, child);
      case '[':
      case 'Spread':
      case 'ParamList':
        return null;
      default:
    }
  }
  return null;
}

function isPrivate({ source }: OutlineBuilder, member: SyntaxNode): boolean {
  if (childOf(member, 'PrivatePropertyDefinition') !== null) return true;
  const privacy = childOf(member, 'Privacy');
  return privacy !== null && textOf(source, privacy) === 'private';
}
