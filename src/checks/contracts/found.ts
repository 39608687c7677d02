import type { CheckFinding, CheckStatus } from '../../core/proof.ts';

/** Of one contract file. */
export interface ContractAnswer {
  readonly status: CheckStatus;
  /** One line; begins with the contract's path. */
  readonly detail: string;
  /** Failures first. */
  readonly findings: readonly CheckFinding[];
}
