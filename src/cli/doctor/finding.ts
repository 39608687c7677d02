/** One thing that runs need, looked at. */

export interface DoctorFinding {
  readonly about: 'machine' | 'project';
  readonly name: string;
  /** `wrong`: it is there, and cannot be used as it is. `not run`: it could not be looked at, or is not asked for. */
  readonly state: 'ok' | 'missing' | 'wrong' | 'not run';
  /** Runs cannot do without it. */
  readonly needed: boolean;
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly remedy: string;
}

/** What a short command prints; null when it is not there or fails. */
export type Probe = (argv: readonly string[]) => Promise<string | null>;

export type Found = Omit<DoctorFinding, 'about'>;

export function fine(name: string, detail: string, needed = true): Found {
  return { name, state: 'ok', needed, detail, remedy: '' };
}

/** True when nothing that runs need is amiss. */
export function isHealthy(findings: readonly DoctorFinding[]): boolean {
  return findings.every(({ state, needed }) => !needed || state === 'ok' || state === 'not run');
}
