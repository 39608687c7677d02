/** What was looked at to prove an attempt's work, and what came of it. Plain data, as it stands in the log. */

/** `not run` is a state of its own: a missing tool, nothing to look at. It is never taken for passed. */
export type CheckStatus = 'passed' | 'failed' | 'warning' | 'not run';

export interface CheckResult {
  /** Kebab-case and unique in its list, e.g. `lint`, `tests`, `boundaries`. */
  readonly name: string;
  readonly status: CheckStatus;
  /** A critical one that failed makes the whole verdict `failed`; any other only warns. */
  readonly critical: boolean;
  /** One line for people: what was found, or why it was not run. */
  readonly detail: string;
  /** As it was run; absent for what needs no command. */
  readonly command?: string;
  /** Null when it was stopped or could not be started. */
  readonly exitCode?: number | null;
  readonly durationMs: number;
  /** The last part of what it printed. */
  readonly output: string;
  /** What the same check said of the base: what was red there is not held against the work. Absent: not looked at. */
  readonly onBase?: CheckStatus;
  /** How many tests it has run, where the test program says that, and how many on the base if they were run there. */
  readonly tests?: number;
  readonly testsOnBase?: number;
  /** Places that it names; bounded. */
  readonly findings: readonly CheckFinding[];
}

export interface CheckFinding {
  /** From the repository's root. */
  readonly path?: string;
  /** From 1. */
  readonly line?: number;
  readonly message: string;
}

/** How one criterion of a task ended. Unproven is never shown as passed. */
export type CriterionProof =
  /** A command or test that was run by us: absent or red on the base, green now. */
  | { readonly is: 'proven'; readonly by: string }
  /** By QA, in its own words. */
  | { readonly is: 'judged'; readonly met: boolean; readonly reason: string }
  | { readonly is: 'unproven'; readonly reason: string };

export interface CriterionResult {
  readonly text: string;
  readonly proof: CriterionProof;
}

export type Verdict = 'complete-validated' | 'complete-with-warnings' | 'failed';

export interface Proof {
  readonly checks: readonly CheckResult[];
  readonly criteria: readonly CriterionResult[];
}

/**
 * What the checks say together. Nothing is validated unless a command of the project's own looked at the work: that it
 * keeps to its scope and holds no secrets does not show that it works.
 */
export function verdictOf({ checks }: Pick<Proof, 'checks'>): Verdict {
  if (checks.some((check) => check.critical && isRed(check))) return 'failed';
  const warns = checks.some(({ status }) => status === 'failed' || status === 'warning');
  return !warns && wasTried({ checks }) ? 'complete-validated' : 'complete-with-warnings';
}

/** The check of what the work depends on, which says nothing of the work itself. */
const AUDIT = 'security-audit';

/** A command that builds, tests or reads the code passed. */
export function wasTried({ checks }: Pick<Proof, 'checks'>): boolean {
  return checks.some(
    ({ name, status, command }) => status === 'passed' && command !== undefined && !name.startsWith(AUDIT),
  );
}

/** It failed, and did not fail before. */
export function isRed({ status, onBase }: CheckResult): boolean {
  return status === 'failed' && onBase !== 'failed';
}

/** The name of the check of what a task may change. */
export const BOUNDARIES = 'boundaries';

/** As on a last try where a change outside of the scope is not to cost the task. */
export function boundariesOnlyWarn(proof: Proof): Proof {
  const checks = proof.checks.map((check) =>
    check.name === BOUNDARIES && isRed(check)
      ? { ...check, status: 'warning' as const, critical: false }
      : check,
  );
  return { ...proof, checks };
}
