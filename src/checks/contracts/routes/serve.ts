/** Follows mounts from the applications down: which routes are served, under which whole path. */

import type { FileFacts, KnownText, Mount, Reference } from './facts.ts';
import { joinPaths, plainPath, type ServedRoute } from './route.ts';

export interface Served {
  readonly routes: readonly ServedRoute[];
  /** Declared on an object that no application holds; paths from that object on. */
  readonly unmounted: readonly ServedRoute[];
  /** Places where a path or a router is known at run time only, as `file:line`. */
  readonly unknown: readonly string[];
}

export interface Program {
  readonly files: ReadonlyMap<string, FileFacts>;
  /** The file that an import means; null for one of another package. */
  readonly fileOf: (from: string, module: string) => string | null;
}

/** Objects on one way from an application; more is a circle. */
const DEEPEST = 20;
/** Places that are visited; routers can be mounted on one another so that there would be no end. */
const MOST_VISITS = 10_000;
/** Names that lead to names. */
const MOST_STEPS = 50;

type Place =
  | { readonly is: 'object' | 'function'; readonly id: string }
  | { readonly is: 'file'; readonly path: string };

export function serve(program: Program): Served {
  return new Walk(program).served();
}

class Walk {
  readonly #program: Program;
  readonly #routes: ServedRoute[] = [];
  readonly #unknown = new Set<string>();
  readonly #visited = new Set<string>();
  #visits = 0;
  #steps = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  served(): Served {
    const all = [...this.#program.files.values()];
    const apps = all.flatMap(({ objects }) =>
      [...objects].filter(([, { isApp }]) => isApp).map(([id]) => id),
    );
    // An application that another one holds is no beginning.
    const held = this.#held(all);
    const heads = apps.filter((id) => !held.has(id));
    for (const id of heads.length > 0 ? heads : apps) this.#visit(id, '', 0);
    return {
      routes: this.#routes,
      unmounted: all.flatMap((facts) => this.#unmounted(facts)),
      unknown: [...this.#unknown],
    };
  }

  #held(all: readonly FileFacts[]): ReadonlySet<string> {
    const children = all.flatMap(({ mounts }) => mounts.map(({ child }) => this.#resolve(child)));
    return new Set(children.map((child) => (child?.is === 'object' ? child.id : '')));
  }

  /** Parameters of functions are objects too; those that nobody calls with an app are not listed. */
  #unmounted({ path: file, routes, objects, functions }: FileFacts): ServedRoute[] {
    const parameters = new Set([...functions.values()].flatMap((each) => each.parameters));
    return routes
      .filter(({ object }) => !this.#visited.has(object) && !parameters.has(object))
      .flatMap(({ object, methods, path, line }) => {
        const prefix = objects.get(object)?.prefix ?? '';
        const written = joinPaths(prefix, path ?? '');
        return methods.map((method) => ({ method, path: plainPath(written), written, file, line }));
      });
  }

  #visit(id: string, above: string, depth: number): void {
    this.#visits += 1;
    if (depth > DEEPEST || this.#visits > MOST_VISITS) return;
    const facts = this.#factsOf(id);
    const own = facts?.objects.get(id)?.prefix;
    if (facts === undefined || own === undefined) return;
    this.#visited.add(id);
    const prefix = this.#known(own, `${facts.path}`);
    if (prefix === null) return;
    const base = joinPaths(above, prefix);
    this.#serveRoutes(facts, id, base);
    for (const mount of facts.mounts) {
      if (mount.parent === id) this.#follow(facts, mount, { base, depth });
    }
  }

  #serveRoutes(facts: FileFacts, id: string, base: string): void {
    for (const { object, methods, path, line } of facts.routes) {
      if (object !== id) continue;
      const own = this.#known(path, `${facts.path}:${line}`);
      if (own === null) continue;
      const written = joinPaths(base, own);
      for (const method of methods)
        this.#routes.push({ method, path: plainPath(written), written, file: facts.path, line });
    }
  }

  #follow(
    facts: FileFacts,
    mount: Mount,
    { base, depth }: { readonly base: string; readonly depth: number },
  ): void {
    const where = `${facts.path}:${mount.line}`;
    const child = this.#resolve(mount.child);
    if (child === null && mount.isCertain) this.#unknown.add(where);
    if (child?.is !== 'object') return;
    const below = this.#known(mount.prefix, where);
    if (below !== null) this.#visit(child.id, joinPaths(base, below), depth + 1);
  }

  #known(text: KnownText, where: string): KnownText {
    if (text === null) this.#unknown.add(where);
    return text;
  }

  #factsOf(id: string): FileFacts | undefined {
    return this.#program.files.get(id.slice(0, id.lastIndexOf('#')));
  }

  #resolve(reference: Reference | null): Place | null {
    if (reference === null || this.#steps >= MOST_STEPS) return null;
    this.#steps += 1;
    try {
      return this.#resolveOne(reference);
    } finally {
      this.#steps -= 1;
    }
  }

  #resolveOne(reference: Reference): Place | null {
    switch (reference.is) {
      case 'object':
      case 'function':
        return reference;
      case 'import':
        return this.#imported(reference);
      case 'member': {
        const of = this.#resolve(reference.of);
        return of?.is === 'file' ? this.#exported(of.path, reference.name) : null;
      }
      case 'result': {
        const of = this.#resolve(reference.of);
        const known = of?.is === 'function' ? this.#factsOf(of.id)?.functions.get(of.id) : undefined;
        return this.#resolve(known?.returns ?? null);
      }
      case 'parameter': {
        const of = this.#resolve(reference.of);
        const known = of?.is === 'function' ? this.#factsOf(of.id)?.functions.get(of.id) : undefined;
        const id = known?.parameters[reference.index];
        return id === undefined ? null : { is: 'object', id };
      }
      case 'text':
        return null;
    }
  }

  /** What a module exports without a name may be the module itself, for those that are older than the word. */
  #imported({ from, module, name }: Extract<Reference, { is: 'import' }>): Place | null {
    const path = this.#program.fileOf(from, module);
    if (path === null) {
      // Python: `import a.b` binds `a`, a folder; `from . import b` names a file.
      return name === '*' ? { is: 'file', path: `${from}\0${module}` } : this.#submodule(from, module, name);
    }
    if (name === '*') return { is: 'file', path };
    const found = this.#exported(path, name) ?? this.#submodule(from, module, name);
    return found ?? (name === 'default' ? { is: 'file', path } : null);
  }

  #submodule(from: string, module: string, name: string): Place | null {
    const path = this.#program.fileOf(from, module.endsWith('.') ? `${module}${name}` : `${module}.${name}`);
    return path === null ? null : { is: 'file', path };
  }

  #exported(path: string, name: string): Place | null {
    const [from, module] = path.split('\0');
    if (from !== undefined && module !== undefined)
      return this.#imported({ is: 'import', from, module: `${module}.${name}`, name: '*' });
    const facts = this.#program.files.get(path);
    const own = facts?.exports.get(name);
    if (own !== undefined) return this.#resolve(own);
    for (const passed of facts?.passedOn ?? []) {
      const found = this.#resolve({ is: 'import', from: path, module: passed, name });
      if (found !== null && found.is !== 'file') return found;
    }
    // A package of Python holds its files.
    const below = `${path.replace(/__init__\.py$/, '')}${name}`;
    if (!path.endsWith('__init__.py')) return null;
    return (
      [`${below}.py`, `${below}/__init__.py`]
        .filter((file) => this.#program.files.has(file))
        .map((file): Place => ({ is: 'file', path: file }))[0] ?? null
    );
  }
}
