/**
 * The `CombinedProver` port: the checks of a task's proof on the combined work, each task's boundaries, and single looks
 * at commits between.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { type CombinedProof, weight } from '../core/integrated.ts';
import { hash32, safeName } from '../core/names.ts';
import type { CheckResult } from '../core/proof.ts';
import type {
  CombinedProver,
  CombinedRequest,
  Look,
  LookRequest,
  MergedWork,
} from '../ports/combined-prover.ts';
import type { ProofRequest, Prover } from '../ports/prover.ts';
import { Baselines } from './baselines.ts';
import { boundaryCheck } from './boundaries/boundary-check.ts';
import { readProjectFiles } from './content/project-files.ts';
import { readContracts } from './contracts/read-contracts.ts';
import { detectChecks } from './detect/detect.ts';
import { Gate } from './gate.ts';
import { isGreen, isUnavailable } from './judge-run.ts';
import { failingTests } from './output/failing-tests.ts';
import { planChecks } from './plan-checks.ts';
import { ProjectProver, type ProverParts } from './project-prover.ts';

const NO_SCOPE = { create: [], modify: [], boundary: [] };

export class ProjectCombinedProver implements CombinedProver {
  readonly #parts: ProverParts;
  readonly #prover: Prover;
  readonly #baselines: Baselines;

  constructor(parts: ProverParts) {
    this.#parts = parts;
    this.#prover = new ProjectProver(parts);
    this.#baselines = new Baselines({ ...parts, gate: new Gate(parts.atOnce) });
  }

  async prove(
    request: CombinedRequest,
    report: (step: string) => void,
    signal: AbortSignal,
  ): Promise<CombinedProof | null> {
    const asked = await proofRequest(request);
    const proof = await this.#prover.prove(asked, report, signal);
    if (proof === null) return null;
    if (!proof.checks.every(isForGood)) {
      const folder = join(this.#parts.folder(request.run), safeName(asked.key));
      await rm(folder, { recursive: true, force: true });
    }
    const boundaries: CombinedProof['boundaries'][number][] = [];
    report('boundaries');
    for (const work of request.works) {
      if (signal.aborted) return null;
      boundaries.push({ task: work.task.id, result: await this.#boundaries(work, request) });
    }
    return { checks: proof.checks, boundaries };
  }

  async look(request: LookRequest, signal: AbortSignal): Promise<Look | null> {
    const { run, commit, name, command, settings, isolation } = request;
    const found = detectChecks(await readProjectFiles(this.#parts.reader, commit));
    const planned = planChecks({ base: found, tip: found, commands: settings.commands });
    const check =
      planned.find((each) => each.command === command) ?? planned.find((each) => each.name === name);
    if (check?.command === undefined) return { is: 'absent' };
    const builds = planned.filter(({ kind }) => kind === 'build' && check.kind !== 'build');
    const sight = await this.#baselines.run(
      {
        run,
        base: commit,
        isolation,
        timeoutMs: settings.timeoutMs,
        command: check.command,
        builds: builds.flatMap((build) => build.command ?? []),
      },
      signal,
    );
    if (sight === null) return null;
    if (isGreen(sight.run)) return { is: 'passed' };
    if (isUnavailable(sight.run)) return { is: 'not run', detail: sight.run.obstacle ?? 'no program for it' };
    return { is: 'failed', names: [...failingTests(sight.text)] };
  }

  async #boundaries({ task, base, tip }: MergedWork, { settings }: CombinedRequest): Promise<CheckResult> {
    const { scope, verifyOnly } = task;
    const result = await boundaryCheck({ scope, verifyOnly, base, tip }, this.#parts.reader);
    return { ...result, critical: settings.boundaries === 'fail' };
  }
}

/** What runs nothing says the same again. An audit without a network is not worth running all others once more. */
function isForGood(check: CheckResult): boolean {
  if (check.command === undefined || check.status === 'passed') return true;
  return check.name.startsWith('security-audit') && weight(check) !== 'failed';
}

/** What it is asked decides its key: the same question has its answer already. */
async function proofRequest(request: CombinedRequest): Promise<ProofRequest> {
  const { run, base, tip, scopes, isWhole, planFolder, contracts, settings, isolation } = request;
  const texts = await readContracts(planFolder, contracts);
  const asked = hash32(JSON.stringify([base, scopes, isWhole, texts, settings, isolation]));
  return {
    run,
    key: `combined/${tip}-${asked}`,
    task: { id: 'combined', scope: NO_SCOPE, criteria: [], contracts, verifyOnly: false },
    planFolder,
    base,
    tip,
    settings,
    isolation,
    combined: { scopes, isWhole },
  };
}
