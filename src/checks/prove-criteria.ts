import type { CheckResult, CriterionResult } from '../core/proof.ts';
import type { ProofRequest } from '../ports/prover.ts';
import type { Content } from './content/content-checks.ts';
import { criteriaProof, type RunEnd } from './criteria/criteria-proof.ts';
import { isGreen } from './judge-run.ts';
import type { ChangedMeasure } from './measure/changed-measure.ts';
import type { PlannedCheck } from './plan-checks.ts';
import { isMeasuredAnew } from './prove-as-on-base.ts';
import { type CheckContext, look, runOnBase } from './run-check.ts';

export interface CriteriaWork {
  readonly request: ProofRequest;
  readonly content: Content;
  readonly planned: readonly PlannedCheck[];
  readonly measure: ChangedMeasure;
  /** Of the commands at the tip. */
  readonly results: readonly CheckResult[];
}

/** What a criterion names is run where the checks ran. Null when the signal ended it. */
export async function proveCriteria(
  { request, content, planned, measure, results }: CriteriaWork,
  context: CheckContext,
): Promise<readonly CriterionResult[] | null> {
  const { base, tip, task } = request;
  if (task.criteria.length === 0) return [];
  const commands = {
    base: planned.flatMap(({ baseCommand }) => baseCommand ?? []),
    tip: planned.flatMap(({ command }) => command ?? []),
    changed: planned
      .filter((check) => isMeasuredAnew(check, measure))
      .flatMap(({ command }) => command ?? []),
  };
  const question = { criteria: task.criteria, base, tip, commands, checks: results };
  return criteriaProof(question, content.reader, (commit, command) =>
    runFor(commit === tip ? 'tip' : 'base', command, context),
  );
}

async function runFor(where: 'tip' | 'base', command: string, context: CheckContext): Promise<RunEnd | null> {
  const sight =
    where === 'tip' ? await look('criterion', command, context) : await runOnBase('tests', command, context);
  return sight === null ? null : { passed: isGreen(sight.run), exitCode: sight.run.exitCode };
}
