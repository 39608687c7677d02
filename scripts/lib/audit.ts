/** What `npm audit --json` has to say. */

export type Audit =
  /** The registry knows of nothing that is high or critical. */
  | { readonly is: 'clean'; readonly lower: number }
  | { readonly is: 'found'; readonly advisories: readonly string[] }
  /** It was not asked, or did not answer: nothing is known. */
  | { readonly is: 'not-run'; readonly why: string };

const GRAVE: readonly unknown[] = ['high', 'critical'];

export function readAudit(output: string): Audit {
  const report = parsed(output);
  if (report === null) return { is: 'not-run', why: 'npm audit gave no answer' };
  const { vulnerabilities } = report;
  // An error of the registry is JSON as well.
  if (!isRecord(vulnerabilities) || report['auditReportVersion'] !== 2)
    return { is: 'not-run', why: reasonOf(report) };
  const all = Object.entries(vulnerabilities).map(([name, found]) => ({
    name,
    severity: isRecord(found) ? found['severity'] : undefined,
  }));
  const grave = all.filter(({ severity }) => GRAVE.includes(severity));
  if (grave.length === 0) return { is: 'clean', lower: all.length };
  return { is: 'found', advisories: grave.map(({ name, severity }) => `${name}: ${String(severity)}`) };
}

function reasonOf(report: Readonly<Record<string, unknown>>): string {
  const { message, error } = report;
  if (typeof message === 'string' && message !== '') return message;
  const summary = isRecord(error) ? error['summary'] : undefined;
  return typeof summary === 'string' && summary !== '' ? summary : 'npm audit gave no report';
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
