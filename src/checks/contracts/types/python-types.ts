/** Types that a Python file declares at its top: classes with their annotated fields, enums, aliases. */

import {
  childOf,
  childrenOf,
  plainString,
  type Source,
  type SyntaxNode,
  textOf,
} from '../../symbols/syntax.ts';
import type { TypeMember, TypeShape } from './type-shape.ts';
import { typeText } from './type-text.ts';

export function pythonTypes(source: Source): readonly TypeShape[] {
  return childrenOf(source.top).flatMap((statement) => {
    const decorated = statement.name === 'DecoratedStatement' ? childOf(statement, 'ClassDefinition') : null;
    const shape = shapeOf(source, decorated ?? statement);
    return shape === null ? [] : [shape];
  });
}

function shapeOf(source: Source, statement: SyntaxNode): TypeShape | null {
  const id = childOf(statement, 'VariableName');
  if (id === null) return null;
  const name = textOf(source, id);
  const declared = { name, line: source.lineAt(id.from), exported: !name.startsWith('_') };
  switch (statement.name) {
    case 'ClassDefinition': {
      const bases = basesOf(source, statement);
      const body = childOf(statement, 'Body');
      if (bases.some((base) => /(?:^|\.)(?:Str|Int)?(?:Enum|Flag)$/.test(base)))
        return { ...declared, is: 'enum', members: enumMembers(source, body) };
      const members = membersOf(source, body).map((member) =>
        isPartial(source, statement) ? { ...member, optional: true } : member,
      );
      return { ...declared, is: 'members', members, isClass: true, bases };
    }
    case 'AssignStatement':
      return aliasShape(source, statement, declared);
    case 'TypeDefinition':
      return { ...declared, is: 'alias', type: typeText(source, statement.lastChild) };
    default:
      return null;
  }
}

/** `UserId = NewType(…)`, `Key = str | int`, `Rows = list[Row]`; a plain value is no type. */
function aliasShape(
  source: Source,
  statement: SyntaxNode,
  declared: Pick<TypeShape, 'name' | 'line' | 'exported'>,
): TypeShape | null {
  const value = childOf(statement, 'AssignOp')?.nextSibling ?? null;
  const isType =
    value !== null && ['CallExpression', 'BinaryExpression', 'MemberExpression'].includes(value.name);
  return isType && /^[A-Z]/.test(declared.name)
    ? { ...declared, is: 'alias', type: typeText(source, value) }
    : null;
}

function basesOf(source: Source, definition: SyntaxNode): string[] {
  const list = childOf(definition, 'ArgList');
  if (list === null) return [];
  const isValue = (node: SyntaxNode): boolean => node.prevSibling?.name === 'AssignOp';
  const isKey = (node: SyntaxNode): boolean => node.nextSibling?.name === 'AssignOp';
  return childrenOf(list)
    .filter((node) => !['(', ')', ',', 'AssignOp', 'Comment'].includes(node.name))
    .filter((node) => !isValue(node) && !isKey(node))
    .map((node) => typeText(source, node));
}

/** `TypedDict, total=False` */
function isPartial(source: Source, definition: SyntaxNode): boolean {
  const list = childOf(definition, 'ArgList');
  return list !== null && /\btotal\s*=\s*False\b/.test(textOf(source, list));
}

function membersOf(source: Source, body: SyntaxNode | null): TypeMember[] {
  if (body === null) return [];
  const members = childrenOf(body).flatMap((statement) => memberOf(source, statement));
  return members.filter(({ name }) => !name.startsWith('_'));
}

function memberOf(source: Source, statement: SyntaxNode): TypeMember[] {
  const line = source.lineAt(statement.from);
  switch (statement.name) {
    case 'AssignStatement': {
      const id = childOf(statement, 'VariableName');
      const written = childOf(statement, 'TypeDef');
      if (id === null || written === null) return [];
      const optional = childOf(statement, 'AssignOp') !== null;
      return [{ name: textOf(source, id), optional, type: annotationText(source, written), line }];
    }
    case 'DecoratedStatement': {
      const method = childOf(statement, 'FunctionDefinition');
      return method === null ? [] : memberOf(source, method);
    }
    case 'FunctionDefinition': {
      const id = childOf(statement, 'VariableName');
      if (id === null) return [];
      const result = childOf(statement, 'TypeDef');
      const answer = result === null ? '' : annotationText(source, result);
      const type = `${typeText(source, childOf(statement, 'ParamList'))}->${answer}`;
      return [{ name: textOf(source, id), optional: false, type, line }];
    }
    default:
      return [];
  }
}

function annotationText(source: Source, annotation: SyntaxNode): string {
  return typeText(source, annotation).replace(/^(?::|->)\s*/, '');
}

function enumMembers(source: Source, body: SyntaxNode | null): TypeMember[] {
  if (body === null) return [];
  return body.getChildren('AssignStatement').flatMap((statement) => {
    const id = childOf(statement, 'VariableName');
    const value = childOf(statement, 'AssignOp')?.nextSibling ?? null;
    if (id === null || value === null) return [];
    const text = plainString(source, value);
    const type = text === null ? typeText(source, value) : JSON.stringify(text);
    return [{ name: textOf(source, id), optional: false, type, line: source.lineAt(id.from) }];
  });
}
