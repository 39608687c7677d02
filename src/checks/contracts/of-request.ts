/** The contracts that a proof is to look at: those of one task, or all of a plan's. */

import type { CheckResult } from '../../core/proof.ts';
import type { CommitReader } from '../../ports/commit-reader.ts';
import type { ProofRequest } from '../../ports/prover.ts';
import { languageOf } from '../symbols/syntax.ts';
import { contractCheck } from './contract-check.ts';
import { readContracts } from './read-contracts.ts';

type Source = { readonly reader: CommitReader };

/** Null where the task names no contract. */
export async function taskContracts(
  { task, planFolder, base, tip }: ProofRequest,
  { reader }: Source,
): Promise<CheckResult | null> {
  if (task.contracts.length === 0) return null;
  const read = await readContracts(planFolder, task.contracts);
  return contractCheck({ ...read, scopes: [task.scope], base, tip, isWhole: false }, reader);
}

/** Routes and types apart, each null where the plan has no contract on them. What is missing now, nobody will bring. */
export function combinedContracts(
  { scopes, isWhole }: NonNullable<ProofRequest['combined']>,
  { task, planFolder, base, tip }: ProofRequest,
  { reader }: Source,
): readonly (readonly [name: string, look: () => Promise<CheckResult | null>])[] {
  const isType = (name: string): boolean => languageOf(name) !== null;
  const look = async (name: string, contracts: readonly string[]): Promise<CheckResult | null> => {
    if (contracts.length === 0) return null;
    const read = await readContracts(planFolder, contracts);
    const result = await contractCheck({ ...read, scopes, base, tip, isWhole }, reader);
    return { ...result, name, critical: true };
  };
  const types = task.contracts.filter(isType);
  const others = task.contracts.filter((name) => !isType(name));
  return [
    ['contracts', () => look('contracts-api', others)],
    ['contracts', () => look('contracts-types', types)],
  ];
}
