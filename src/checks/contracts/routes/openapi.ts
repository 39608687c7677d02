/** The routes that an OpenAPI document promises. Nothing is fetched: references lead within the document, or nowhere. */

import { parseDocument } from 'yaml';

import { err, ok, type Result } from '../../../core/result.ts';
import { METHODS, plainPath, type Route } from './route.ts';

export interface ApiPromise {
  readonly routes: readonly Route[];
  /** Paths of its servers; code may or may not have them before its own. */
  readonly prefixes: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

const LONGEST_TEXT = 4 * 1024 * 1024;

export async function readApi(text: string): Promise<Result<ApiPromise, string>> {
  if (text.length > LONGEST_TEXT) return err('is too large');
  const document = readDocument(text);
  if (!document.ok) return document;
  const foreign = foreignReference(document.value);
  if (foreign !== null)
    return err(`refers to ${foreign}, and only references within the document are followed`);
  const valid = await validate(document.value);
  if (!valid.ok) return valid;
  const { paths } = valid.value;
  return ok({
    routes: isJson(paths) ? Object.entries(paths).flatMap(([path, item]) => routesOf(path, item)) : [],
    prefixes: prefixesOf(valid.value),
  });
}

function readDocument(text: string): Result<Json, string> {
  const written = parseDocument(text, { logLevel: 'silent' });
  const [problem] = written.errors;
  if (problem !== undefined) return err(`is no YAML or JSON: ${firstLine(problem)}`);
  try {
    // Names for parts can stand for more than any memory holds; beyond this number it throws.
    const value: unknown = written.toJS({ maxAliasCount: 100 });
    if (isJson(value) && ('openapi' in value || 'swagger' in value)) return ok(value);
    return err('holds no OpenAPI document');
  } catch (error) {
    return err(`is no YAML that can be read: ${firstLine(error)}`);
  }
}

/** Loaded for plans that have such a contract: it takes a second. */
async function validate(document: Json): Promise<Result<Json, string>> {
  const { default: SwaggerParser } = await import('@apidevtools/swagger-parser');
  try {
    const api = await SwaggerParser.validate(structuredClone(document) as never, {
      resolve: { external: false, file: false, http: false },
      dereference: { circular: 'ignore' },
    });
    return ok({ ...api });
  } catch (error) {
    return err(`is no valid OpenAPI document: ${firstLine(error)}`);
  }
}

/** Names that lead to what all objects share count as foreign: no document has a use for them. */
const SHARED = /(?:^|\/)(?:__proto__|constructor|prototype)(?:\/|$)/;

/** The first reference that leaves the document; null when there is none. */
function foreignReference(document: Json): string | null {
  const open: unknown[] = [document];
  const seen = new Set<unknown>();
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [key, below] of Object.entries(value)) {
      if (SHARED.test(key)) return JSON.stringify(key);
      if (
        key === '$ref' &&
        typeof below === 'string' &&
        (!below.startsWith('#') || SHARED.test(decoded(below)))
      )
        return JSON.stringify(below);
      open.push(below);
    }
  }
  return null;
}

function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}

function routesOf(path: string, item: unknown): Route[] {
  if (!isJson(item)) return [];
  return Object.keys(item)
    .map((key) => key.toUpperCase())
    .filter((method) => METHODS.has(method))
    .map((method) => ({ method, path: plainPath(path), written: path }));
}

/** Of OpenAPI 3 `servers`, of Swagger 2 `basePath`. */
function prefixesOf({ servers, basePath }: Json): readonly string[] {
  const urls = Array.isArray(servers) ? servers.map((server) => (isJson(server) ? server['url'] : null)) : [];
  const found = [...urls, basePath].filter((url) => typeof url === 'string').map(pathOfUrl);
  return [...new Set(found)].filter((path) => path !== '/');
}

function pathOfUrl(url: string): string {
  return plainPath(url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/[?#].*$/s, ''));
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.slice(0, 200);
}
