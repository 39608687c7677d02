/** One thing that a plan's reader or a rule has to say, with its place and what to do about it. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Kebab-case name of the rule, stable across versions. */
  readonly rule: string;
  readonly message: string;
  /** What to change, in one sentence. */
  readonly remedy: string;
  /** Path as the user would type it, relative to the plan's folder. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  readonly tasks: readonly string[];
}

export function isValid(findings: readonly Finding[]): boolean {
  return !findings.some((finding) => finding.severity === 'error');
}
