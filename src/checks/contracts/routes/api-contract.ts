/** Whether code serves the routes that an OpenAPI contract promises. */

import type { Commit } from '../../../core/attempt.ts';
import type { TextFile } from '../../../core/plan.ts';
import type { CheckFinding } from '../../../core/proof.ts';
import type { CommitReader } from '../../../ports/commit-reader.ts';
import type { ContractAnswer } from '../found.ts';
import { type ApiPromise, readApi } from './openapi.ts';
import { type ReadProgram, readProgram } from './program.ts';
import { joinPaths, METHODS, plainPath, type Route, type ServedRoute } from './route.ts';
import { type Served, serve } from './serve.ts';

export interface ApiQuestion {
  readonly contract: TextFile;
  readonly base: Commit;
  readonly tip: Commit;
  /** All tasks' work is there. Of one task's work only what it took away is missing: others make the rest. */
  readonly isWhole: boolean;
}

export async function apiContract(
  { contract, base, tip, isWhole }: ApiQuestion,
  reader: CommitReader,
): Promise<ContractAnswer> {
  const api = await readApi(contract.text);
  if (!api.ok) return notRun(contract, api.error);
  const program = await readProgram(tip, reader);
  if (program.frameworks.length === 0)
    return notRun(
      contract,
      'no Express, Fastify or FastAPI was found in the code, and routes of others are not read',
    );
  const now = compare(api.value, serve(program));
  if (isWhole || now.missing.length === 0) return answer(contract, program, now);
  const before = compare(api.value, serve(await readProgram(base, reader)));
  const had = new Set(before.present.map(keyOf));
  return answer(contract, program, { ...now, missing: now.missing.filter((route) => had.has(keyOf(route))) });
}

interface Comparison {
  readonly present: readonly Route[];
  readonly missing: readonly Route[];
  readonly extra: readonly ServedRoute[];
  readonly served: Served;
  readonly prefix: string;
}

/** With that server's path before the contract's which fits best. */
function compare(promise: ApiPromise, served: Served): Comparison {
  const [first, ...rest] = ['', ...promise.prefixes].map((prefix) => compareBelow(promise, prefix, served));
  let best = first ?? compareBelow(promise, '', served);
  for (const each of rest) if (each.present.length > best.present.length) best = each;
  return best;
}

function compareBelow({ routes }: ApiPromise, prefix: string, served: Served): Comparison {
  const promised = routes.map((route) => ({ ...route, path: plainPath(joinPaths(prefix, route.path)) }));
  const keys = new Set(promised.map(keyOf));
  const isServed = (route: Route): boolean => served.routes.some((each) => answers(each, route));
  return {
    present: promised.filter(isServed),
    missing: promised.filter((route) => !isServed(route)),
    // Frameworks answer these two by themselves.
    extra: served.routes.filter(
      (route) =>
        METHODS.has(route.method) && !['HEAD', 'OPTIONS'].includes(route.method) && !keys.has(keyOf(route)),
    ),
    served,
    prefix,
  };
}

function answers(served: Route, { method, path }: Route): boolean {
  return served.path === path && (served.method === method || served.method === 'ANY');
}

function keyOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

function answer(contract: TextFile, program: ReadProgram, compared: Comparison): ContractAnswer {
  const { present, missing, extra, served } = compared;
  // A path that is made at run time may be any of those that are missing.
  const isDoubtful = served.unknown.length > 0 || program.leftOut > 0;
  const findings = [
    ...missing.map((route) => missingFinding(route, compared, isDoubtful)),
    ...extra.map((route) => extraFinding(route, compared)),
    ...served.unknown.map(unknownFinding),
  ];
  const counts = `${present.length} of ${present.length + missing.length} routes are served by ${program.frameworks.join(' and ')}`;
  const more = extra.length === 0 ? '' : `, ${extra.length} more are not in the contract`;
  const isFailed = missing.length > 0 && !isDoubtful;
  return {
    status: isFailed ? 'failed' : findings.length > 0 ? 'warning' : 'passed',
    detail: `${contract.path}: ${counts}${more}`,
    findings,
  };
}

function missingFinding(route: Route, { served }: Comparison, isDoubtful: boolean): CheckFinding {
  const name = `${route.method} ${route.written}`;
  const doubt = isDoubtful ? ', unless it is one whose path is made at run time' : '';
  const beside = served.routes.filter(({ path }) => path === route.path);
  const [other] = beside;
  if (other !== undefined) {
    const methods = [...new Set(beside.map(({ method }) => method))].join(', ');
    const message = `${name} of the contract is missing: here the path answers to ${methods} only${doubt}`;
    return { path: other.file, line: other.line, message };
  }
  const alone = served.unmounted.find(
    (each) => each.method === route.method && each.path !== '/' && route.path.endsWith(each.path),
  );
  if (alone === undefined) return { message: `${name} of the contract is missing${doubt}` };
  const message = `${name} of the contract is missing: this router is not a part of any application${doubt}`;
  return { path: alone.file, line: alone.line, message };
}

function extraFinding(route: ServedRoute, { present, missing }: Comparison): CheckFinding {
  const known = [...present, ...missing].filter(({ path }) => path === route.path);
  const methods = known.map(({ method }) => method).join(', ');
  const what =
    known.length === 0 ? 'is not in the contract' : `is not in the contract, which has ${methods} there`;
  return { path: route.file, line: route.line, message: `${route.method} ${route.written} ${what}` };
}

function unknownFinding(where: string): CheckFinding {
  const [, path = where, line] = /^(.*?)(?::(\d+))?$/.exec(where) ?? [];
  const message = 'declares routes whose path is known at run time only; they were not compared';
  return { path, message, ...(line === undefined ? {} : { line: Number(line) }) };
}

function notRun({ path }: TextFile, reason: string): ContractAnswer {
  return { status: 'not run', detail: `${path}: ${reason}`, findings: [] };
}
