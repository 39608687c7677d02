/** Names of a JavaScript or TypeScript file, and what they stand for in its routes. */

import {
  childOf,
  childrenOf,
  nodesBelow,
  plainString,
  type SyntaxNode,
  textOf,
} from '../../symbols/syntax.ts';
import { FactsBuilder, type Reference } from './facts.ts';

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunction', 'MethodDeclaration'];

/** Wrappers that mean nothing here: `await a`, `(a)`, `a as T`, `a!`, `a<T>`. */
const WRAPPERS = [
  'ParenthesizedExpression',
  'AwaitExpression',
  'UnaryExpression',
  'InstantiationExpression',
  'PostfixExpression',
  'BinaryExpression',
];

export abstract class ScriptBindings extends FactsBuilder {
  protected bindAll(): void {
    const { top } = this.source;
    for (const node of nodesBelow(top, 'ImportDeclaration')) this.#import(node);
    for (const node of nodesBelow(top, 'VariableDeclaration')) this.#variables(node);
    for (const node of nodesBelow(top, 'AssignmentExpression', 'PropertyDeclaration')) this.#field(node);
    for (const node of nodesBelow(top, ...FUNCTIONS)) this.#parameters(node);
    // What they give back may lie in any of the names above.
    for (const node of nodesBelow(top, ...FUNCTIONS)) this.#result(node);
    for (const node of top.getChildren('ExportDeclaration')) this.#export(node);
    for (const node of nodesBelow(top, 'AssignmentExpression')) this.#commonExport(node);
  }

  protected override isFunction(node: SyntaxNode): boolean {
    return FUNCTIONS.includes(node.name);
  }

  protected override evaluateNode(node: SyntaxNode): Reference | null {
    switch (node.name) {
      case 'String':
      case 'TemplateString':
        return this.#text(node);
      case 'VariableName':
        return this.lookup(node, textOf(this.source, node));
      case 'MemberExpression':
        return this.#member(node);
      case 'CallExpression':
      case 'NewExpression':
        return this.#created(node);
      case 'DynamicImport': {
        const module = plainString(this.source, childOf(node, 'String'));
        return module === null ? null : this.importOf(module, 'default');
      }
      default:
        if (FUNCTIONS.includes(node.name)) return { is: 'function', id: this.idOf(node) };
        return WRAPPERS.includes(node.name) ? this.evaluate(unwrapped(node)) : null;
    }
  }

  protected idOf(node: SyntaxNode): string {
    return `${this.path}#${node.from}`;
  }

  /** Of a template the parts in `${}` must be known. */
  #text(node: SyntaxNode): Reference | null {
    const text = plainString(this.source, node);
    if (text !== null) return { is: 'text', text };
    let whole = '';
    let at = node.from + 1;
    for (const part of node.getChildren('Interpolation')) {
      const inner = this.textAt(childrenOf(part)[1] ?? null);
      if (inner === null) return null;
      whole += this.source.text.slice(at, part.from) + inner;
      at = part.to;
    }
    return { is: 'text', text: whole + this.source.text.slice(at, node.to - 1) };
  }

  #member(node: SyntaxNode): Reference | null {
    const [head, property] = [node.firstChild, node.lastChild];
    if (head === null || property?.name !== 'PropertyName') return null;
    const name = textOf(this.source, property);
    if (head.name === 'this') return this.lookup(node, `this.${name}`);
    const of = this.evaluate(head);
    return of === null ? null : { is: 'member', of, name };
  }

  #created(call: SyntaxNode): Reference | null {
    const callee = call.name === 'NewExpression' ? (call.getChild('VariableName') ?? null) : call.firstChild;
    const first = argumentsOf(call)[0] ?? null;
    if (callee?.name === 'VariableName' && textOf(this.source, callee) === 'require') {
      const module = plainString(this.source, first);
      return module === null ? null : this.importOf(module, 'default');
    }
    // `fastify().withTypeProvider()` is still the app.
    const inner = callee === null ? null : plainCallee(callee);
    const chained = inner?.name === 'MemberExpression' ? inner.firstChild : null;
    if (chained?.name === 'CallExpression') {
      const owner = this.evaluate(chained);
      if (owner?.is === 'object') return owner;
    }
    const reference = this.evaluate(inner);
    if (reference === null) return null;
    const made = frameworkObject(reference);
    if (made !== null) return this.objectAt(call, { isApp: made === 'app', prefix: '' });
    // A wrapper of a package, as `fp(plugin)`, gives what it is given.
    if (reference.is === 'import' && !reference.module.startsWith('.')) {
      const given = this.evaluate(first);
      if (given?.is === 'function') return given;
    }
    return { is: 'result', of: reference };
  }

  #import(node: SyntaxNode): void {
    const module = plainString(this.source, childOf(node, 'String'));
    if (module === null) return;
    const group = childOf(node, 'ImportGroup');
    const isAll = childOf(node, 'Star') !== null;
    for (const name of node.getChildren('VariableDefinition'))
      this.#bindImport(name, module, isAll ? '*' : 'default');
    for (const name of group?.getChildren('VariableDefinition') ?? []) {
      const original = name.prevSibling?.name === 'as' ? name.prevSibling.prevSibling : name;
      this.#bindImport(name, module, textOf(this.source, original ?? name));
    }
  }

  #bindImport(name: SyntaxNode, module: string, exported: string): void {
    this.bind(name, textOf(this.source, name), { reference: this.importOf(module, exported) });
  }

  #variables(node: SyntaxNode): void {
    for (const child of childrenOf(node)) {
      const value = behindEquals(child);
      if (value === null) continue;
      if (child.name === 'VariableDefinition') {
        this.bind(child, textOf(this.source, child), { node: value });
      } else if (child.name === 'ObjectPattern') {
        const of = this.evaluate(value);
        if (of === null) continue;
        for (const property of child.getChildren('PatternProperty')) this.#bindProperty(property, of);
      }
    }
  }

  /** `const { Router: R } = require('express')` */
  #bindProperty(property: SyntaxNode, of: Reference): void {
    const key = property.firstChild;
    const local = property.getChild('VariableDefinition') ?? key;
    if (key === null || local === null) return;
    const reference: Reference = { is: 'member', of, name: textOf(this.source, key) };
    this.bind(property, textOf(this.source, local), { reference });
  }

  /** `this.app = express()`, or a field of a class: one name for the whole file. */
  #field(node: SyntaxNode): void {
    if (node.name === 'PropertyDeclaration') {
      const name = childOf(node, 'PropertyDefinition');
      const value = childOf(node, 'Equals')?.nextSibling ?? null;
      if (name !== null && value !== null)
        this.bindInFile(`this.${textOf(this.source, name)}`, { node: value });
      return;
    }
    const [target, value] = [node.firstChild, node.lastChild];
    if (target?.firstChild?.name !== 'this' || value === null || target.lastChild === null) return;
    this.bindInFile(`this.${textOf(this.source, target.lastChild)}`, { node: value });
  }

  #parameters(node: SyntaxNode): void {
    const list = childOf(node, 'ParamList');
    const single = list === null ? node.getChildren('VariableDefinition').slice(0, 1) : [];
    const names = list?.getChildren('VariableDefinition') ?? single;
    const parameters = names.map((name) => {
      const reference = this.objectAt(name, { isApp: false, prefix: '' });
      this.bind(name, textOf(this.source, name), { reference });
      return this.idOf(name);
    });
    this.functions.set(this.idOf(node), { parameters, returns: null });
    const own = node.name === 'FunctionDeclaration' ? childOf(node, 'VariableDefinition') : null;
    const home = node.parent;
    if (own !== null && home !== null)
      this.bind(home, textOf(this.source, own), { reference: { is: 'function', id: this.idOf(node) } });
  }

  #result(node: SyntaxNode): void {
    const known = this.functions.get(this.idOf(node));
    const body = node.lastChild;
    if (known === undefined || body === null) return;
    const statement = body.name === 'Block' ? body.getChildren('ReturnStatement').at(-1) : undefined;
    const value = body.name === 'Block' ? (statement?.firstChild?.nextSibling ?? null) : body;
    const returns = value === null || value.name === ';' ? null : this.evaluate(value);
    this.functions.set(this.idOf(node), { ...known, returns });
  }

  #export(node: SyntaxNode): void {
    const module = plainString(this.source, childOf(node, 'String'));
    const group = childOf(node, 'ExportGroup');
    if (group !== null) return this.#exportGroup(group, childOf(node, 'from') === null ? null : module);
    if (childOf(node, 'Star') !== null && module !== null) {
      this.modules.add(module);
      this.passedOn.push(module);
      return;
    }
    const isDefault = childOf(node, 'default') !== null;
    for (const child of childrenOf(node)) {
      if (child.name === 'VariableDeclaration') {
        for (const name of child.getChildren('VariableDefinition'))
          this.#exportName(textOf(this.source, name), this.lookup(name, textOf(this.source, name)));
      } else if (FUNCTIONS.includes(child.name)) {
        const name = childOf(child, 'VariableDefinition');
        const reference: Reference = { is: 'function', id: this.idOf(child) };
        this.#exportName(isDefault || name === null ? 'default' : textOf(this.source, name), reference);
      } else if (isDefault && child.name !== 'export' && child.name !== 'default' && child.name !== ';') {
        this.#exportName('default', this.evaluate(child));
      }
    }
  }

  #exportGroup(group: SyntaxNode, module: string | null): void {
    for (const child of childrenOf(group)) {
      if (child.name !== 'VariableName' || child.prevSibling?.name === 'as') continue;
      const local = textOf(this.source, child);
      const as = child.nextSibling?.name === 'as' ? child.nextSibling.nextSibling : null;
      const reference = module === null ? this.lookup(group, local) : this.importOf(module, local);
      this.#exportName(as === null ? local : textOf(this.source, as), reference);
    }
  }

  /** `module.exports = …`, `module.exports = { a, b: c }`, `exports.a = …` */
  #commonExport(node: SyntaxNode): void {
    const [target, value] = [node.firstChild, node.lastChild];
    if (target === null || value === null) return;
    const name = /^(?:module\.)?exports(?:\.([\w$]+))?$/.exec(textOf(this.source, target));
    if (name === null) return;
    if (name[1] !== undefined) return this.#exportName(name[1], this.evaluate(value));
    this.#exportName('default', this.evaluate(value));
    if (value.name !== 'ObjectExpression') return;
    for (const property of value.getChildren('Property')) {
      const key = childOf(property, 'PropertyDefinition');
      if (key === null) continue;
      const own = property.lastChild;
      const isShort = own === null || own.from === key.from;
      const text = textOf(this.source, key);
      this.#exportName(text, isShort ? this.lookup(node, text) : this.evaluate(own));
    }
  }

  #exportName(name: string, reference: Reference | null): void {
    if (reference !== null) this.exports.set(name, reference);
  }
}

/** What `express` and `fastify` make; null for what others make. */
function frameworkObject(reference: Reference): 'app' | 'router' | null {
  if (reference.is === 'member') {
    const of = reference.of.is === 'import' ? reference.of : null;
    return of === null ? null : frameworkObject({ ...of, name: reference.name });
  }
  if (reference.is !== 'import') return null;
  const { module, name } = reference;
  if (module === 'express') {
    if (name === 'Router') return 'router';
    return ['default', '*', 'express'].includes(name) ? 'app' : null;
  }
  return module === 'fastify' && /^(?:default|\*|fastify)$/i.test(name) ? 'app' : null;
}

export function argumentsOf(call: SyntaxNode): readonly SyntaxNode[] {
  const list = childOf(call, 'ArgList');
  if (list === null) return [];
  return childrenOf(list).filter(
    ({ name }) => !['(', ')', ',', 'LineComment', 'BlockComment'].includes(name),
  );
}

/** Without type arguments. */
export function plainCallee(callee: SyntaxNode): SyntaxNode {
  return callee.name === 'InstantiationExpression' ? (callee.firstChild ?? callee) : callee;
}

function unwrapped(node: SyntaxNode): SyntaxNode | null {
  const skipped = ['(', ')', 'await', 'LogicOp', 'ArithOp'];
  return childrenOf(node).find(({ name }) => !skipped.includes(name)) ?? null;
}

function behindEquals(id: SyntaxNode): SyntaxNode | null {
  let next = id.nextSibling;
  if (next?.name === 'TypeAnnotation') next = next.nextSibling;
  return next?.name === 'Equals' ? next.nextSibling : null;
}
