/** What an audit of dependencies found, in the JSON of npm, pnpm, yarn, pip-audit and cargo-audit. Pure and total. */

import { SEVERITIES, type Severity } from '../../core/flaw-words.ts';
import { type Table, tableAt, tableOf, textAt } from '../detect/parsed.ts';

/** `none`: neither the tool nor the registry gave an answer. */
export type AuditReport =
  | { readonly is: 'flaws'; readonly flaws: readonly Flaw[] }
  | { readonly is: 'none'; readonly reason: string };

/** Each package once, with its worst flaw; the worst come first, for not all may be kept. */
export interface Flaw {
  readonly name: string;
  /** Null where a flaw of it has none: pip-audit and cargo-audit tell no severities. */
  readonly severity: Severity | null;
}

const LONGEST_REASON = 200;

/** Of an audit that ended with another code than 0. */
export function parseAudit(output: string): AuditReport {
  const documents = parseDocuments(output);
  const flaws = worstOfEach(documents.flatMap(flawsIn));
  if (flaws.length > 0) return { is: 'flaws', flaws };
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

function worstOfEach(flaws: readonly Flaw[]): readonly Flaw[] {
  const worst = new Map<string, Flaw>();
  for (const flaw of flaws) {
    const before = worst.get(flaw.name);
    if (before === undefined || rank(flaw) < rank(before)) worst.set(flaw.name, flaw);
  }
  return [...worst.values()].sort((one, other) => rank(one) - rank(other));
}

/** An unknown severity could be any. */
function rank({ severity }: Flaw): number {
  return severity === null ? -1 : SEVERITIES.indexOf(severity);
}

function flawsIn(document: Table): readonly Flaw[] {
  const { vulnerabilities, dependencies } = document;
  // cargo-audit has a list in a table of that name, npm a table by package.
  const list = tableOf(vulnerabilities)['list'];
  if (Array.isArray(list))
    return list.flatMap((each) => namedFlaw(textAt(tableAt(tableOf(each), 'package'), 'name')));
  if (Array.isArray(dependencies)) return dependencies.flatMap(flawedInPython);
  const advisory = tableAt(document, 'data', 'advisory');
  const children = tableAt(document, 'children');
  return [
    ...Object.entries(tableOf(vulnerabilities)).map(([name, each]) => ({
      name,
      severity: severityOf(textAt(tableOf(each), 'severity')),
    })),
    ...Object.values(tableAt(document, 'advisories')).flatMap((each) =>
      namedFlaw(textAt(tableOf(each), 'module_name'), textAt(tableOf(each), 'severity')),
    ),
    // Yarn 1, and Yarn's later versions.
    ...(document['type'] === 'auditAdvisory'
      ? namedFlaw(textAt(advisory, 'module_name') ?? 'a package', textAt(advisory, 'severity'))
      : []),
    ...(Object.keys(children).length > 0
      ? namedFlaw(textAt(document, 'value') ?? 'a package', textAt(children, 'Severity'))
      : []),
  ];
}

function namedFlaw(name: string | null, severity: string | null = null): readonly Flaw[] {
  return name === null ? [] : [{ name, severity: severityOf(severity) }];
}

function severityOf(text: string | null): Severity | null {
  return SEVERITIES.find((severity) => severity === text?.toLowerCase()) ?? null;
}

function flawedInPython(each: unknown): readonly Flaw[] {
  const { vulns } = tableOf(each);
  return Array.isArray(vulns) && vulns.length > 0
    ? namedFlaw(textAt(tableOf(each), 'name') ?? 'a package')
    : [];
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
