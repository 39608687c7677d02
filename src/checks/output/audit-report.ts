/** What an audit of dependencies found, in the JSON of npm, pnpm, yarn, pip-audit and cargo-audit. Pure and total. */

import { type Table, tableAt, tableOf, textAt } from '../detect/parsed.ts';

/** `none`: neither the tool nor the registry gave an answer. */
export type AuditReport =
  | { readonly is: 'flaws'; readonly count: number; readonly names: readonly string[] }
  | { readonly is: 'none'; readonly reason: string };

const LONGEST_REASON = 200;

/** Of an audit that ended with another code than 0. */
export function parseAudit(output: string): AuditReport {
  const documents = parseDocuments(output);
  const names = [...new Set(documents.flatMap(namesIn))];
  if (names.length > 0) return { is: 'flaws', count: names.length, names };
  const said = documents.map(errorIn).find((text) => text !== null);
  return { is: 'none', reason: (said ?? 'it gave no report').slice(0, LONGEST_REASON) };
}

/** One document, or one in each line. */
function parseDocuments(output: string): readonly Table[] {
  const start = output.indexOf('{');
  const whole = start < 0 ? null : parseOne(output.slice(start, output.lastIndexOf('}') + 1));
  if (whole !== null) return [whole];
  return output.split('\n').flatMap((line) => {
    const one = parseOne(line);
    return one === null ? [] : [one];
  });
}

function parseOne(text: string): Table | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? tableOf(value) : null;
  } catch {
    return null;
  }
}

function namesIn(document: Table): readonly string[] {
  const { vulnerabilities, dependencies } = document;
  // cargo-audit has a list in a table of that name, npm a table by package.
  const list = tableOf(vulnerabilities)['list'];
  if (Array.isArray(list))
    return list.flatMap((each) => textAt(tableAt(tableOf(each), 'package'), 'name') ?? []);
  if (Array.isArray(dependencies)) return dependencies.flatMap(flawedInPython);
  const advisory = tableAt(document, 'data', 'advisory');
  return [
    ...Object.keys(tableOf(vulnerabilities)),
    ...Object.values(tableAt(document, 'advisories')).flatMap(
      (each) => textAt(tableOf(each), 'module_name') ?? [],
    ),
    // Yarn 1, and Yarn's later versions.
    ...(document['type'] === 'auditAdvisory' ? [textAt(advisory, 'module_name') ?? 'a package'] : []),
    ...(Object.keys(tableAt(document, 'children')).length > 0
      ? [textAt(document, 'value') ?? 'a package']
      : []),
  ];
}

function flawedInPython(each: unknown): readonly string[] {
  const { vulns } = tableOf(each);
  return Array.isArray(vulns) && vulns.length > 0 ? [textAt(tableOf(each), 'name') ?? 'a package'] : [];
}

function errorIn(document: Table): string | null {
  const error = tableAt(document, 'error');
  return (
    textAt(error, 'summary') ||
    textAt(error, 'message') ||
    textAt(document, 'message') ||
    textAt(document, 'error')
  );
}
