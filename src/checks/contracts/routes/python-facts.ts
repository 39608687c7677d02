/** Routes of FastAPI in a Python file. */

import {
  childOf,
  childrenOf,
  nodesBelow,
  plainString,
  type Source,
  type SyntaxNode,
  textOf,
} from '../../symbols/syntax.ts';
import { FactsBuilder, type FileFacts, type KnownText, type Reference } from './facts.ts';
import { METHODS } from './route.ts';

export function pythonFacts(path: string, source: Source): FileFacts {
  return new PythonFacts(path, source).read();
}

interface Arguments {
  readonly places: readonly SyntaxNode[];
  readonly names: ReadonlyMap<string, SyntaxNode>;
}

class PythonFacts extends FactsBuilder {
  read(): FileFacts {
    const { top } = this.source;
    for (const node of nodesBelow(top, 'ImportStatement')) this.#import(node);
    for (const node of nodesBelow(top, 'AssignStatement')) this.#assign(node);
    for (const node of nodesBelow(top, 'FunctionDefinition')) this.#function(node);
    for (const node of top.getChildren('AssignStatement')) this.#export(node);
    for (const node of nodesBelow(top, 'Decorator')) this.#decorator(node);
    for (const node of nodesBelow(top, 'CallExpression')) this.#call(node);
    return this.facts();
  }

  protected override isFunction(node: SyntaxNode): boolean {
    return node.name === 'FunctionDefinition';
  }

  protected override evaluateNode(node: SyntaxNode): Reference | null {
    switch (node.name) {
      case 'String': {
        const text = plainString(this.source, node);
        return text === null ? null : { is: 'text', text };
      }
      case 'VariableName':
        return this.lookup(node, textOf(this.source, node));
      case 'MemberExpression': {
        const of = this.evaluate(node.firstChild);
        const property = node.lastChild;
        if (of === null || property?.name !== 'PropertyName') return null;
        return { is: 'member', of, name: textOf(this.source, property) };
      }
      case 'CallExpression':
        return this.#created(node);
      default:
        return null;
    }
  }

  /** `FastAPI(…)`, `APIRouter(…)`, or what a function of the project gives back. */
  #created(call: SyntaxNode): Reference | null {
    const callee = this.evaluate(call.firstChild);
    if (callee === null) return null;
    const name = frameworkName(callee);
    if (name === 'FastAPI') return this.objectAt(call, { isApp: true, prefix: '' });
    if (name === 'APIRouter') {
      const prefix = argumentsOf(this.source, call).names.get('prefix');
      return this.objectAt(call, { isApp: false, prefix: prefix === undefined ? '' : this.textAt(prefix) });
    }
    return { is: 'result', of: callee };
  }

  /** `from a.b import c as d`, `import a.b as c`, `import a.b` */
  #import(statement: SyntaxNode): void {
    const text = textOf(this.source, statement)
      .replace(/#.*$/gm, '')
      .replace(/[\\()\s]+/g, ' ');
    const from = /^from ([.\s\w]+?) import (.*)$/.exec(text);
    if (from !== null) {
      const module = (from[1] ?? '').replaceAll(' ', '');
      for (const [name, as] of namesOf(from[2] ?? ''))
        this.bind(statement, as ?? name, { reference: this.importOf(module, name) });
      return;
    }
    for (const [module, as] of namesOf(text.replace(/^import /, ''))) {
      const first = as === undefined ? (module.split('.')[0] ?? module) : module;
      this.modules.add(module);
      this.bind(statement, as ?? first, { reference: this.importOf(first, '*') });
    }
  }

  #assign(statement: SyntaxNode): void {
    const name = statement.firstChild;
    const value = childOf(statement, 'AssignOp')?.nextSibling ?? null;
    if (name?.name !== 'VariableName' || value === null) return;
    const written = textOf(this.source, name);
    this.bind(statement, written, { node: value });
  }

  #export(statement: SyntaxNode): void {
    const reference = this.evaluate(childOf(statement, 'AssignOp')?.nextSibling ?? null);
    const name = statement.firstChild;
    if (reference !== null && name !== null) this.exports.set(textOf(this.source, name), reference);
  }

  #function(node: SyntaxNode): void {
    const name = childOf(node, 'VariableName');
    const list = childOf(node, 'ParamList');
    if (name === null || list === null) return;
    const parameters = childrenOf(list)
      .filter((each) => each.name === 'VariableName' && each.prevSibling?.name !== 'AssignOp')
      .map((each) => {
        const reference = this.objectAt(each, { isApp: false, prefix: '' });
        this.bind(each, textOf(this.source, each), { reference });
        return reference.is === 'object' ? reference.id : '';
      });
    const id = `${this.path}#${node.from}`;
    const reference: Reference = { is: 'function', id };
    const body = childOf(node, 'Body');
    const given = body === null ? undefined : nodesBelow(body, 'ReturnStatement').at(-1);
    this.functions.set(id, { parameters, returns: this.evaluate(given?.lastChild ?? null) });
    const home = node.parent ?? node;
    this.bind(home, textOf(this.source, name), { reference });
    if (home.parent === null) this.exports.set(textOf(this.source, name), reference);
  }

  /** `@router.get("/path")` */
  #decorator(node: SyntaxNode): void {
    const names = childrenOf(node).filter(
      (each) => each.name === 'VariableName' || each.name === 'PropertyName',
    );
    const [head, ...rest] = names.map((each) => textOf(this.source, each));
    const last = rest.pop();
    const list = childOf(node, 'ArgList');
    if (head === undefined || last === undefined || list === null) return;
    let owner = this.lookup(node, head);
    for (const name of rest) owner = owner === null ? null : { is: 'member', of: owner, name };
    this.#declare(owner, last, node);
  }

  #call(call: SyntaxNode): void {
    const callee = call.firstChild;
    if (callee?.name !== 'MemberExpression') return this.#hand(call);
    const owner = this.evaluate(callee.firstChild);
    const name = callee.lastChild === null ? '' : textOf(this.source, callee.lastChild);
    const given = argumentsOf(this.source, call);
    if (name === 'include_router' || name === 'mount') {
      const isMount = name === 'mount';
      const child = this.evaluate(
        given.names.get(isMount ? 'app' : 'router') ?? given.places[isMount ? 1 : 0] ?? null,
      );
      const prefix = given.names.get(isMount ? 'path' : 'prefix') ?? (isMount ? given.places[0] : undefined);
      const text = prefix === undefined ? '' : this.textAt(prefix);
      return this.#mount({ owner, child, prefix: text, call, isCertain: !isMount });
    }
    if (name === 'add_api_route') return this.#declare(owner, name, call);
    this.#hand(call);
  }

  /** `register(app)` */
  #hand(call: SyntaxNode): void {
    const callee = this.evaluate(call.firstChild);
    if (callee === null || frameworkName(callee) !== null) return;
    for (const [index, place] of argumentsOf(this.source, call).places.entries()) {
      const owner = this.evaluate(place);
      if (owner?.is === 'object')
        this.#mount({
          owner,
          child: { is: 'parameter', of: callee, index },
          prefix: '',
          call,
          isCertain: false,
        });
    }
  }

  #mount({ owner, child, prefix, call, isCertain }: MountWords): void {
    if (owner?.is !== 'object') return;
    const reference = child ?? { is: 'text', text: '' };
    this.mounts.push({ parent: owner.id, child: reference, prefix, isCertain, line: this.lineOf(call) });
  }

  #declare(owner: Reference | null, name: string, node: SyntaxNode): void {
    if (owner?.is !== 'object') return;
    const given = argumentsOf(this.source, node);
    const path = given.names.get('path') ?? given.places[0] ?? null;
    const methods = this.#methods(name, given);
    if (methods === null || path === null) return;
    this.routes.push({ object: owner.id, methods, path: this.textAt(path), line: this.lineOf(node) });
  }

  #methods(name: string, given: Arguments): readonly string[] | null {
    if (METHODS.has(name.toUpperCase())) return [name.toUpperCase()];
    if (name !== 'api_route' && name !== 'add_api_route') return null;
    const list = given.names.get('methods');
    if (list === undefined) return ['GET'];
    const written = childrenOf(list).map((each) => plainString(this.source, each));
    return written.filter((method) => method !== null).map((method) => method.toUpperCase());
  }
}

interface MountWords {
  readonly owner: Reference | null;
  readonly child: Reference | null;
  readonly prefix: KnownText;
  readonly call: SyntaxNode;
  readonly isCertain: boolean;
}

/** Of what the framework itself gives; null for anything else. */
function frameworkName(reference: Reference): string | null {
  if (reference.is === 'import') return /^fastapi(?:\.|$)/.test(reference.module) ? reference.name : null;
  if (reference.is === 'member') return frameworkName(reference.of) === null ? null : reference.name;
  return null;
}

function namesOf(list: string): (readonly [string, string | undefined])[] {
  return list
    .split(',')
    .map((each) => each.trim().split(/ as /))
    .filter(([name]) => name !== undefined && name !== '')
    .map(([name = '', as]) => [name.trim(), as?.trim()]);
}

function argumentsOf(source: Source, call: SyntaxNode): Arguments {
  const list = childOf(call, 'ArgList');
  const places: SyntaxNode[] = [];
  const names = new Map<string, SyntaxNode>();
  for (const node of list === null ? [] : childrenOf(list)) {
    if (['(', ')', ',', 'AssignOp', 'Comment'].includes(node.name) || node.nextSibling?.name === 'AssignOp')
      continue;
    const key = node.prevSibling?.name === 'AssignOp' ? node.prevSibling.prevSibling : null;
    if (key === null) places.push(node);
    else names.set(textOf(source, key), node);
  }
  return { places, names };
}
