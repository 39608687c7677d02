/** Types that a TypeScript file declares at its top: interfaces, aliases, enums, classes. */

import { memberName } from '../../symbols/script-outline.ts';
import { childOf, childrenOf, type Source, type SyntaxNode, textOf } from '../../symbols/syntax.ts';
import type { TypeMember, TypeShape } from './type-shape.ts';
import { typeText } from './type-text.ts';

export function scriptTypes(source: Source): readonly TypeShape[] {
  const apart = new Set(
    source.top.getChildren('ExportDeclaration').flatMap((statement) => {
      const group = childOf(statement, 'from') === null ? childOf(statement, 'ExportGroup') : null;
      return group === null ? [] : group.getChildren('VariableName').map((name) => textOf(source, name));
    }),
  );
  return childrenOf(source.top).flatMap((statement) => {
    const exported = statement.name === 'ExportDeclaration';
    const declaration = exported || statement.name === 'AmbientDeclaration' ? inner(statement) : statement;
    const shape = declaration === null ? null : shapeOf(source, declaration);
    return shape === null ? [] : [{ ...shape, exported: exported || apart.has(shape.name) }];
  });
}

const DECLARATIONS = ['InterfaceDeclaration', 'TypeAliasDeclaration', 'EnumDeclaration', 'ClassDeclaration'];

function inner(statement: SyntaxNode): SyntaxNode | null {
  const ambient = childOf(statement, 'AmbientDeclaration');
  return childOf(ambient ?? statement, ...DECLARATIONS);
}

function shapeOf(source: Source, node: SyntaxNode): TypeShape | null {
  const id = DECLARATIONS.includes(node.name) ? childOf(node, 'TypeDefinition', 'VariableDefinition') : null;
  if (id === null) return null;
  const declared = { name: textOf(source, id), line: source.lineAt(id.from), exported: false };
  switch (node.name) {
    case 'EnumDeclaration':
      return { ...declared, is: 'enum', members: enumMembers(source, childOf(node, 'EnumBody')) };
    case 'ClassDeclaration': {
      const members = classMembers(source, childOf(node, 'ClassBody'));
      return { ...declared, is: 'members', members, isClass: true, bases: basesOf(source, node) };
    }
    case 'InterfaceDeclaration': {
      const members = typeMembers(source, childOf(node, 'ObjectType'));
      return { ...declared, is: 'members', members, isClass: false, bases: basesOf(source, node) };
    }
    default:
      return aliasShape(source, node, declared);
  }
}

/** An alias of an object type is as good as an interface. */
function aliasShape(
  source: Source,
  node: SyntaxNode,
  declared: Pick<TypeShape, 'name' | 'line' | 'exported'>,
): TypeShape | null {
  const value = childOf(node, 'Equals')?.nextSibling ?? null;
  if (value === null) return null;
  if (value.name === 'ObjectType')
    return { ...declared, is: 'members', members: typeMembers(source, value), isClass: false, bases: [] };
  return { ...declared, is: 'alias', type: typeText(source, value) };
}

function basesOf(source: Source, node: SyntaxNode): string[] {
  const heads = childrenOf(node).filter(({ name }) => name === 'TypeName' || name === 'ParameterizedType');
  const extended = childOf(node, 'extends')?.nextSibling;
  const parent = extended?.name === 'VariableName' ? [extended] : [];
  return [...parent, ...heads].map((each) => typeText(source, each));
}

function typeMembers(source: Source, body: SyntaxNode | null): TypeMember[] {
  if (body === null) return [];
  return childrenOf(body).flatMap((member) => {
    const line = source.lineAt(member.from);
    switch (member.name) {
      case 'PropertyType':
      case 'MethodType':
        return namedMember(source, member);
      case 'IndexSignature':
      case 'CallSignature':
      case 'NewSignature':
        return [{ name: `(${member.name})`, optional: false, type: typeText(source, member), line }];
      default:
        return [];
    }
  });
}

function namedMember(source: Source, member: SyntaxNode): TypeMember[] {
  const name = memberName(source, member);
  if (name === null) return [];
  const optional = childrenOf(member).some(
    (child) => child.name === 'Optional' || (child.type.isError && textOf(source, child) === '?'),
  );
  return [{ name, optional, type: memberType(source, member), line: source.lineAt(member.from) }];
}

/** A method is a property with the type of a function; `readonly` is a part of the type. */
function memberType(source: Source, member: SyntaxNode): string {
  const fixed = childOf(member, 'readonly') === null ? '' : 'readonly ';
  const written = childOf(member, 'TypeAnnotation');
  const type = written === null ? '' : typeText(source, written).replace(/^:/, '');
  const list = childOf(member, 'ParamList');
  const isAccessor = childOf(member, 'get') !== null;
  if (list === null || isAccessor) return `${fixed}${type}`;
  return `${typeText(source, list)}=>${type}`;
}

function enumMembers(source: Source, body: SyntaxNode | null): TypeMember[] {
  if (body === null) return [];
  const names = childrenOf(body).filter(({ name }) => name === 'PropertyName' || name === 'String');
  // A string behind `=` is a value.
  const own = names.filter((name) => name.prevSibling?.name !== 'Equals');
  return own.map((name, index) => {
    const value = name.nextSibling?.name === 'Equals' ? name.nextSibling.nextSibling : null;
    const type = value === null ? `#${index}` : typeText(source, value);
    return { name: textOf(source, name), optional: false, type, line: source.lineAt(name.from) };
  });
}

/** What others may use: public members of an instance, also those that the constructor's parameters make. */
function classMembers(source: Source, body: SyntaxNode | null): TypeMember[] {
  if (body === null) return [];
  return childrenOf(body).flatMap((member) => {
    if (member.name !== 'PropertyDeclaration' && member.name !== 'MethodDeclaration') return [];
    if (memberName(source, member) === 'constructor') return parameterMembers(source, member);
    return isPublic(source, member) ? namedMember(source, member) : [];
  });
}

function isPublic(source: Source, member: SyntaxNode): boolean {
  if (childOf(member, 'static', 'PrivatePropertyDefinition', 'set') !== null) return false;
  const privacy = childOf(member, 'Privacy');
  return privacy === null || textOf(source, privacy) === 'public';
}

function parameterMembers(source: Source, method: SyntaxNode): TypeMember[] {
  const list = childOf(method, 'ParamList');
  if (list === null) return [];
  const children = childrenOf(list);
  return children.flatMap((child, index) => {
    if (child.name !== 'VariableDefinition') return [];
    const before = children.slice(0, index);
    const own = before.slice(before.findLastIndex(({ name }) => name === ',') + 1);
    const privacy = own.find(({ name }) => name === 'Privacy');
    const isFixed = own.some(({ name }) => name === 'readonly');
    const isHidden = privacy !== undefined && textOf(source, privacy) !== 'public';
    if (isHidden || (privacy === undefined && !isFixed)) return [];
    const after = children.slice(index + 1);
    const end = after.findIndex(({ name }) => name === ',');
    const rest = end < 0 ? after : after.slice(0, end);
    const annotation = rest.find(({ name }) => name === 'TypeAnnotation') ?? null;
    const type = `${isFixed ? 'readonly ' : ''}${typeText(source, annotation).replace(/^:/, '')}`;
    const optional = rest.some(({ name }) => name === 'Optional');
    return [{ name: textOf(source, child), optional, type, line: source.lineAt(child.from) }];
  });
}
