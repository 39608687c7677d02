import type { CheckFinding } from '../../core/proof.ts';

/** A `breach` fails the check; a `note` is shown, and makes it a warning. */
export interface Judgement {
  readonly is: 'breach' | 'note';
  readonly finding: CheckFinding;
}

export function breach(path: string, message: string, line?: number): Judgement {
  return { is: 'breach', finding: finding(path, message, line) };
}

export function note(path: string, message: string, line?: number): Judgement {
  return { is: 'note', finding: finding(path, message, line) };
}

function finding(path: string, message: string, line: number | undefined): CheckFinding {
  return { path, message, ...(line === undefined ? {} : { line }) };
}
