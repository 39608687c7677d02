/** Classes, functions and assigned names of a Python file; conditions and `try` around them give no name. */

import { dottedName, isTooDeep, type Outline, OutlineBuilder } from './outline-builder.ts';
import { childOf, childrenOf, type Source, type SyntaxNode, textOf } from './syntax.ts';

export function pythonOutline(source: Source): Outline {
  const builder = new OutlineBuilder(source);
  walk(builder, source.top, '');
  return builder.outline();
}

function walk(builder: OutlineBuilder, block: SyntaxNode, prefix: string): void {
  if (isTooDeep(prefix)) return;
  for (const statement of childrenOf(block)) visit(builder, statement, prefix);
}

function visit(builder: OutlineBuilder, statement: SyntaxNode, prefix: string): void {
  switch (statement.name) {
    case 'ImportStatement':
      // Within a function it is a part of that.
      if (prefix === '') builder.addImport(statement);
      return;
    case 'DecoratedStatement':
    case 'FunctionDefinition':
    case 'ClassDefinition':
      visitDefinition(builder, statement, prefix);
      return;
    case 'AssignStatement':
    case 'UpdateStatement':
    case 'TypeDefinition':
      for (const name of assignedNames(builder.source, statement)) {
        builder.add(prefix, name, { ...builder.spanOf(statement), hidden: isPrivate(name) });
      }
      return;
    case 'IfStatement':
    case 'TryStatement':
    case 'WithStatement':
      for (const body of statement.getChildren('Body')) walk(builder, body, prefix);
      return;
    default:
  }
}

function visitDefinition(builder: OutlineBuilder, statement: SyntaxNode, prefix: string): void {
  const definition =
    statement.name === 'DecoratedStatement'
      ? childOf(statement, 'FunctionDefinition', 'ClassDefinition')
      : statement;
  const id = definition === null ? null : childOf(definition, 'VariableName');
  if (definition === null || id === null) return;
  const name = textOf(builder.source, id);
  builder.add(prefix, name, { ...builder.spanOf(statement), hidden: isPrivate(name) });
  const body = childOf(definition, 'Body');
  if (body !== null) walk(builder, body, dottedName(prefix, name));
}

/** Left of the first `=`, or of the `:` of a type; `self.x = 1` gives a name to no part of the file. */
function assignedNames(source: Source, statement: SyntaxNode): string[] {
  const names: string[] = [];
  for (const child of childrenOf(statement)) {
    if (child.name === 'VariableName') names.push(textOf(source, child));
    else if (child.name === 'TypeDef' || child.name === 'AssignOp' || child.name === 'UpdateOp') break;
    else if (child.name === 'TupleExpression' || child.name === 'ArrayExpression')
      names.push(...child.getChildren('VariableName').map((each) => textOf(source, each)));
    // `type Alias = …`
    if (statement.name === 'TypeDefinition' && names.length > 0) break;
  }
  return names;
}

/** By custom. Names with two underscores on both sides mean something to Python itself. */
function isPrivate(name: string): boolean {
  return name.startsWith('_') && !name.endsWith('__');
}
