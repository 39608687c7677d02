/** A method on a path, as a contract promises it or as code serves it. */

export interface Route {
  /** Upper case; `ANY` for a route that answers to each. */
  readonly method: string;
  /** As `/users/{}`: names and forms of parameters do not count. */
  readonly path: string;
  /** With the names that its author gave. */
  readonly written: string;
}

/** Where code declares it. */
export interface ServedRoute extends Route {
  readonly file: string;
  readonly line: number;
}

/** Methods that a contract can name. */
export const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'PUT',
  'POST',
  'DELETE',
  'OPTIONS',
  'HEAD',
  'PATCH',
  'TRACE',
]);

/**
 * Parameters are written `:id`, `:id(\\d+)`, `{id}`, `{id:int}` or `{id*}`; slashes at the end, and double ones, mean
 * nothing.
 */
export function plainPath(written: string): string {
  const segments = written.split('/').filter((segment) => segment !== '');
  return `/${segments.map(plainSegment).join('/')}`;
}

function plainSegment(segment: string): string {
  return segment
    .replace(/\{[^{}]*\}/g, '{}')
    .replace(/:[A-Za-z_]\w*(?:\([^()]*\))?[?*+]?/g, '{}')
    .replace(/^\*\w*$/, '{}');
}

export function joinPaths(prefix: string, path: string): string {
  return `${prefix.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
}
