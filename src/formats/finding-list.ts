/** Collects what a reader and its rules have to say. */

import type { Finding } from '../core/finding.ts';
import type { Place } from './located-text.ts';

export interface NewFinding {
  readonly rule: string;
  readonly at: Place;
  readonly message: string;
  /** What to change, in one sentence. */
  readonly remedy: string;
  readonly tasks?: readonly string[];
}

type Severity = Finding['severity'];

/** More findings of one rule than this are counted, not listed: a plan made by a program can break one rule a million times. */
const MOST_OF_ONE_RULE = 200;

export class FindingList {
  readonly #findings: Finding[] = [];
  /** Of errors and of warnings: an error is never left out because of warnings. */
  readonly #counts: Readonly<Record<Severity, Map<string, number>>> = {
    error: new Map(),
    warning: new Map(),
  };

  error(finding: NewFinding): void {
    this.#add('error', finding);
  }

  warn(finding: NewFinding): void {
    this.#add('warning', finding);
  }

  /** True when no more errors, or warnings, of the rule will be listed, so that looking for them can stop. */
  isFull(rule: string, severity: Severity = 'error'): boolean {
    return (this.#counts[severity].get(rule) ?? 0) > MOST_OF_ONE_RULE;
  }

  /** What was found in a task's file before it was known whose it is names that task from now on. */
  nameTasks(taskOf: (file: string) => string | undefined): void {
    for (const [index, finding] of this.#findings.entries()) {
      const task = finding.tasks.length === 0 ? taskOf(finding.file) : undefined;
      if (task !== undefined) this.#findings[index] = { ...finding, tasks: [task] };
    }
  }

  get errors(): readonly Finding[] {
    return this.#findings.filter((finding) => finding.severity === 'error');
  }

  /** By file, line and column; the file named first comes first. */
  sorted(first: string): readonly Finding[] {
    const rank = (finding: Finding): number => (finding.file === first ? 0 : 1);
    return this.#findings.toSorted(
      (a, b) =>
        rank(a) - rank(b) ||
        compare(a.file, b.file) ||
        a.line - b.line ||
        a.column - b.column ||
        compare(a.rule, b.rule),
    );
  }

  #add(severity: Severity, { rule, at, message, remedy, tasks = [] }: NewFinding): void {
    const count = (this.#counts[severity].get(rule) ?? 0) + 1;
    this.#counts[severity].set(rule, count);
    if (count > MOST_OF_ONE_RULE + 1) return;
    const last = count === MOST_OF_ONE_RULE + 1;
    this.#findings.push({
      severity,
      rule,
      message: last
        ? `there are more findings of the rule ${rule} than the ${MOST_OF_ONE_RULE} listed`
        : message,
      remedy: last ? 'Mend those that are listed, then validate again.' : remedy,
      ...at,
      tasks,
    });
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A piece of the plan's own text within a message. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 99)}…` : text);
}
