/** What one file says of routes, in no language of its own: which objects there are, what is declared on them. */

import type { Source, SyntaxNode } from '../../symbols/syntax.ts';

/** Null for a text that is made at run time. */
export type KnownText = string | null;

/** What an expression stands for, as far as it matters: an app, a router, or a function that is given one. */
export type Reference =
  | { readonly is: 'object'; readonly id: string }
  | { readonly is: 'function'; readonly id: string }
  /** `name` is `*` for the module itself, `default` for what it exports without a name. */
  | { readonly is: 'import'; readonly from: string; readonly module: string; readonly name: string }
  | { readonly is: 'member'; readonly of: Reference; readonly name: string }
  /** What a function gives back. */
  | { readonly is: 'result'; readonly of: Reference }
  /** What a function is given, by place. */
  | { readonly is: 'parameter'; readonly of: Reference; readonly index: number }
  | { readonly is: 'text'; readonly text: string };

export interface RouteObject {
  /** An application: what is declared on it is served, without anything above. */
  readonly isApp: boolean;
  readonly prefix: KnownText;
}

export interface DeclaredRoute {
  readonly object: string;
  readonly methods: readonly string[];
  readonly path: KnownText;
  readonly line: number;
}

export interface Mount {
  readonly parent: string;
  readonly child: Reference;
  readonly prefix: KnownText;
  /** A mount that leads nowhere hides routes; a call that leads nowhere has perhaps nothing to do with routes. */
  readonly isCertain: boolean;
  readonly line: number;
}

export interface RouteFunction {
  readonly parameters: readonly string[];
  readonly returns: Reference | null;
}

export interface FileFacts {
  readonly path: string;
  readonly objects: ReadonlyMap<string, RouteObject>;
  readonly functions: ReadonlyMap<string, RouteFunction>;
  readonly routes: readonly DeclaredRoute[];
  readonly mounts: readonly Mount[];
  readonly exports: ReadonlyMap<string, Reference>;
  /** Modules whose exports are passed on. */
  readonly passedOn: readonly string[];
  /** All that it imports. */
  readonly modules: readonly string[];
}

type Binding = { readonly reference: Reference } | { readonly node: SyntaxNode };

/** Names lead to names; more steps are a circle. */
const MOST_STEPS = 30;

export abstract class FactsBuilder {
  readonly path: string;
  readonly source: Source;
  readonly objects = new Map<string, RouteObject>();
  readonly functions = new Map<string, RouteFunction>();
  readonly routes: DeclaredRoute[] = [];
  readonly mounts: Mount[] = [];
  readonly exports = new Map<string, Reference>();
  readonly passedOn: string[] = [];
  readonly modules = new Set<string>();
  readonly #bindings = new Map<string, Binding>();
  #steps = 0;

  constructor(path: string, source: Source) {
    this.path = path;
    this.source = source;
  }

  protected abstract isFunction(node: SyntaxNode): boolean;
  protected abstract evaluateNode(node: SyntaxNode): Reference | null;

  facts(): FileFacts {
    const { path, objects, functions, routes, mounts, exports, passedOn, modules } = this;
    return { path, objects, functions, routes, mounts, exports, passedOn, modules: [...modules] };
  }

  evaluate(node: SyntaxNode | null): Reference | null {
    if (node === null || this.#steps >= MOST_STEPS) return null;
    this.#steps += 1;
    try {
      return this.evaluateNode(node);
    } finally {
      this.#steps -= 1;
    }
  }

  /** The text that an expression stands for; null when it is not known before the program runs. */
  textAt(node: SyntaxNode | null): KnownText {
    const reference = this.evaluate(node);
    return reference?.is === 'text' ? reference.text : null;
  }

  /** Within the function around the node, or in the file. */
  bind(at: SyntaxNode, name: string, binding: Binding): void {
    this.#bindings.set(`${this.#scopeOf(at)}:${name}`, binding);
  }

  bindInFile(name: string, binding: Binding): void {
    this.#bindings.set(`-1:${name}`, binding);
  }

  /** As seen from the node: the innermost function first. */
  lookup(at: SyntaxNode, name: string): Reference | null {
    for (let node: SyntaxNode | null = at; node !== null; node = node.parent) {
      if (!this.isFunction(node)) continue;
      const binding = this.#bindings.get(`${node.from}:${name}`);
      if (binding !== undefined) return this.#follow(binding);
    }
    const binding = this.#bindings.get(`-1:${name}`);
    return binding === undefined ? null : this.#follow(binding);
  }

  objectAt(node: SyntaxNode, object: RouteObject): Reference {
    const id = `${this.path}#${node.from}`;
    if (!this.objects.has(id)) this.objects.set(id, object);
    return { is: 'object', id };
  }

  importOf(module: string, name: string): Reference {
    this.modules.add(module);
    return { is: 'import', from: this.path, module, name };
  }

  lineOf(node: SyntaxNode): number {
    return this.source.lineAt(node.from);
  }

  #follow(binding: Binding): Reference | null {
    return 'reference' in binding ? binding.reference : this.evaluate(binding.node);
  }

  #scopeOf(at: SyntaxNode): number {
    for (let node: SyntaxNode | null = at; node !== null; node = node.parent) {
      if (this.isFunction(node)) return node.from;
    }
    return -1;
  }
}
