/** Routes of Express and Fastify in a JavaScript or TypeScript file. */

import {
  childOf,
  childrenOf,
  nodesBelow,
  plainString,
  type Source,
  type SyntaxNode,
  textOf,
} from '../../symbols/syntax.ts';
import type { FileFacts, KnownText, Reference } from './facts.ts';
import { METHODS } from './route.ts';
import { argumentsOf, plainCallee, ScriptBindings } from './script-bindings.ts';

export function scriptFacts(path: string, source: Source): FileFacts {
  return new ScriptFacts(path, source).read();
}

/** What nothing is known of, but that it may hold routes. */
const UNKNOWN: Reference = { is: 'text', text: '' };

class ScriptFacts extends ScriptBindings {
  read(): FileFacts {
    this.bindAll();
    for (const call of nodesBelow(this.source.top, 'CallExpression')) this.#call(call);
    return this.facts();
  }

  #call(call: SyntaxNode): void {
    const callee = call.firstChild === null ? null : plainCallee(call.firstChild);
    if (callee?.name !== 'MemberExpression') return this.#hand(call, callee);
    const property = callee.lastChild;
    const owner = callee.firstChild;
    if (property === null || owner === null) return;
    const name = textOf(this.source, property);
    if (isVerb(name)) return this.#verb(call, owner, name);
    const reference = this.evaluate(chainOf(this.source, owner).head);
    if (reference?.is !== 'object') return this.#hand(call, callee);
    switch (name) {
      case 'route':
        return this.#routeOf(call, reference.id);
      case 'use':
        return this.#use(call, reference.id);
      case 'register':
        return this.#register(call, reference.id);
      default:
        return this.#hand(call, callee);
    }
  }

  /** `app.get('/path', …)`, or `app.route('/path').get(…)`; a verb gives back what it was asked of. */
  #verb(call: SyntaxNode, owner: SyntaxNode, verb: string): void {
    const methods = [verb === 'all' ? 'ANY' : verb.toUpperCase()];
    const { head, route } = chainOf(this.source, owner);
    const given = argumentsOf(call);
    const reference = this.evaluate(head);
    // `app.get('name')` reads a setting.
    if (reference?.is !== 'object' || (route === null && given.length < 2)) return;
    const path = (route === null ? given : argumentsOf(route))[0] ?? null;
    this.#add(reference.id, methods, this.#paths(path), call);
  }

  /** `fastify.route({ method, url })` */
  #routeOf(call: SyntaxNode, object: string): void {
    const options = argumentsOf(call)[0];
    if (options?.name !== 'ObjectExpression') return;
    const path = this.textAt(
      propertyOf(this.source, options, 'url') ?? propertyOf(this.source, options, 'path'),
    );
    const method = propertyOf(this.source, options, 'method');
    const written = method?.name === 'ArrayExpression' ? childrenOf(method) : [method];
    const methods = written.map((each) => plainString(this.source, each)).filter((each) => each !== null);
    this.#add(object, methods.length > 0 ? methods.map((each) => each.toUpperCase()) : ['ANY'], [path], call);
  }

  /** `app.use('/prefix', a, b)` */
  #use(call: SyntaxNode, parent: string): void {
    const given = argumentsOf(call);
    const first = given[0] ?? null;
    const isPath = first !== null && (this.#isText(first) || first.name === 'ArrayExpression');
    const prefixes = isPath ? this.#paths(first) : [''];
    for (const child of isPath ? given.slice(1) : given) {
      const reference = this.evaluate(child);
      if (reference === null || reference.is === 'function') continue;
      for (const prefix of prefixes)
        this.#mount({ parent, child: reference, prefix, call, isCertain: isPath && isOfProject(reference) });
    }
  }

  /** `fastify.register(plugin, { prefix: '/prefix' })` */
  #register(call: SyntaxNode, parent: string): void {
    const [plugin, options] = argumentsOf(call);
    const of = this.evaluate(plugin ?? null);
    const written = options?.name === 'ObjectExpression' ? propertyOf(this.source, options, 'prefix') : null;
    const prefix = written === null ? '' : this.textAt(written);
    const child: Reference = of === null ? UNKNOWN : { is: 'parameter', of, index: 0 };
    this.#mount({ parent, child, prefix, call, isCertain: of === null || isOfProject(of) });
  }

  /** `addRoutes(app)`: a function that is given the app. */
  #hand(call: SyntaxNode, callee: SyntaxNode | null): void {
    const of = this.evaluate(callee);
    if (of === null) return;
    for (const [index, given] of argumentsOf(call).entries()) {
      const owner =
        given.name === 'VariableName' || given.name === 'MemberExpression' ? this.evaluate(given) : null;
      if (owner?.is !== 'object') continue;
      const child: Reference = { is: 'parameter', of, index };
      this.#mount({ parent: owner.id, child, prefix: '', call, isCertain: false });
    }
  }

  #mount({ parent, child, prefix, call, isCertain }: MountWords): void {
    this.mounts.push({ parent, child, prefix, isCertain, line: this.lineOf(call) });
  }

  #add(object: string, methods: readonly string[], paths: readonly KnownText[], call: SyntaxNode): void {
    // The call begins where its whole chain does; the verb's own line is that of its arguments.
    const line = this.lineOf(childOf(call, 'ArgList') ?? call);
    for (const path of paths) this.routes.push({ object, methods, path, line });
  }

  #paths(node: SyntaxNode | null): readonly KnownText[] {
    if (node?.name !== 'ArrayExpression') return [this.textAt(node)];
    return childrenOf(node)
      .filter(({ name }) => !['[', ']', ','].includes(name))
      .map((each) => this.textAt(each));
  }

  #isText(node: SyntaxNode): boolean {
    return node.name === 'String' || node.name === 'TemplateString' || this.evaluate(node)?.is === 'text';
  }
}

interface MountWords {
  readonly parent: string;
  readonly child: Reference;
  readonly prefix: KnownText;
  readonly call: SyntaxNode;
  readonly isCertain: boolean;
}

/** What a package gives has routes of its own, of which no contract speaks. */
function isOfProject(reference: Reference): boolean {
  switch (reference.is) {
    case 'import':
      return /^(?:\.|[@~]\/)/.test(reference.module);
    case 'member':
    case 'result':
    case 'parameter':
      return isOfProject(reference.of);
    default:
      return true;
  }
}

function isVerb(name: string): boolean {
  return name === 'all' || (METHODS.has(name.toUpperCase()) && name === name.toLowerCase());
}

interface Chain {
  /** What the whole chain is asked of. */
  readonly head: SyntaxNode | null;
  /** The call `x.route('/path')`, which the verbs behind it belong to. */
  readonly route: SyntaxNode | null;
}

function chainOf(source: Source, owner: SyntaxNode): Chain {
  let head: SyntaxNode | null = owner;
  while (head?.name === 'CallExpression') {
    const callee: SyntaxNode | null = head.firstChild === null ? null : plainCallee(head.firstChild);
    const property = callee?.name === 'MemberExpression' ? callee.lastChild : null;
    if (callee === null || property === null) break;
    const name = textOf(source, property);
    if (name === 'route') return { head: callee.firstChild, route: head };
    if (!isVerb(name) && name !== 'use') break;
    head = callee.firstChild;
  }
  return { head, route: null };
}

function propertyOf(source: Source, object: SyntaxNode, name: string): SyntaxNode | null {
  for (const property of object.getChildren('Property')) {
    const key = childOf(property, 'PropertyDefinition', 'String');
    if (key === null) continue;
    if ((plainString(source, key) ?? textOf(source, key)) === name) return property.lastChild;
  }
  return null;
}
