/**
 * The `Prover` port: the project's own checks in a slot at the tip, and what can be told of the change without running
 * anything. The request's folder holds the proof, and of each command its job and its result, so whatever a crash cut
 * off is taken up.
 */

import { join } from 'node:path';

import { safeName } from '../core/names.ts';
import type { CheckResult, CriterionResult, Proof } from '../core/proof.ts';
import type { CommitReader } from '../ports/commit-reader.ts';
import type { CommitVariants } from '../ports/commit-variants.ts';
import type { ProofRequest, Prover } from '../ports/prover.ts';
import { secretsOf } from '../process/redact.ts';
import { Baselines } from './baselines.ts';
import { boundaryCheck } from './boundaries/boundary-check.ts';
import { type Content, checkChanges, diffSizeCheck, secretsCheck } from './content/content-checks.ts';
import { readProjectFiles } from './content/project-files.ts';
import { combinedContracts, taskContracts } from './contracts/of-request.ts';
import { detectChecks } from './detect/detect.ts';
import { Gate } from './gate.ts';
import { changedMeasure } from './measure/changed-measure.ts';
import { isOverridden, type PlannedCheck, planChecks } from './plan-checks.ts';
import { type BaseFiles, filesAsOnBase, proveAsOnBase, toRunAsOnBase } from './prove-as-on-base.ts';
import { proveCommands } from './prove-commands.ts';
import { proveCriteria } from './prove-criteria.ts';
import type { CheckContext } from './run-check.ts';
import { CheckSession, type SessionParts } from './session.ts';
import { readResult, writeResult } from './slot-job.ts';

export interface ProverParts extends SessionParts {
  readonly reader: CommitReader;
  readonly variants: CommitVariants;
  /** Absolute folder of a run's checks. */
  readonly folder: (run: string) => string;
  /** Commands at once, over all requests. */
  readonly atOnce: number;
}

/** What is asked, what was changed, and what is run for it. */
interface Work {
  readonly request: ProofRequest;
  readonly folder: string;
  readonly content: Content;
  readonly planned: readonly PlannedCheck[];
  /** Those of the planned ones that are asked for. */
  readonly checks: readonly PlannedCheck[];
  readonly measure: ReturnType<typeof changedMeasure>;
  readonly baseFiles: BaseFiles;
  readonly report: (step: string) => void;
  readonly signal: AbortSignal;
}

/** A commit of the request's that commands run on. */
interface Place {
  readonly commit: string;
  readonly folder: string;
  /** Tells its slot's holder from that of the other. */
  readonly holder: string;
}

const DEPENDENCIES =
  /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|requirements[^/]*\.txt|pyproject\.toml|poetry\.lock|uv\.lock|Cargo\.(?:toml|lock)|go\.(?:mod|sum))$/;

export class ProjectProver implements Prover {
  readonly #parts: ProverParts;
  readonly #gate: Gate;
  readonly #baselines: Baselines;
  readonly #secrets: readonly string[];

  constructor(parts: ProverParts) {
    this.#parts = parts;
    this.#gate = new Gate(parts.atOnce);
    this.#baselines = new Baselines({ ...parts, gate: this.#gate });
    this.#secrets = secretsOf(parts.host);
  }

  async prove(
    request: ProofRequest,
    report: (step: string) => void,
    signal: AbortSignal,
  ): Promise<Proof | null> {
    const folder = join(this.#parts.folder(request.run), safeName(request.key));
    const file = join(folder, 'proof.json');
    const known = await readResult<Proof>(file);
    if (known !== null) return known;
    if (!request.settings.enabled) return { checks: [], criteria: request.task.criteria.map(unproven) };
    const work = await this.#prepare({ request, folder, report, signal });
    const contents = await this.#lookAtContent(work);
    const atTip = await this.#runCommands(work);
    const asOnBase = atTip === null ? null : await this.#runAsOnBase(work);
    if (atTip === null || asOnBase === null) return null;
    const checks = [...atTip.checks, ...asOnBase, ...contents];
    const proof = { checks, criteria: atTip.criteria };
    // Without it the commands' own results are still there.
    await writeResult(file, proof).catch(() => undefined);
    return proof;
  }

  async #prepare(given: Pick<Work, 'request' | 'folder' | 'report' | 'signal'>): Promise<Work> {
    const { reader } = this.#parts;
    const { base, tip, settings } = given.request;
    const [baseFiles, tipFiles, changes] = await Promise.all([
      readProjectFiles(reader, base),
      readProjectFiles(reader, tip),
      reader.changes(base, tip),
    ]);
    const found = { base: detectChecks(baseFiles), tip: detectChecks(tipFiles) };
    const planned = planChecks({ ...found, commands: settings.commands });
    const wantsCoverage = settings.coverage !== undefined || isOverridden('coverage', settings.commands);
    const checks = planned.filter(({ kind }) => kind !== 'coverage' || wantsCoverage);
    const measured = planned.filter(({ baseCommand }) => baseCommand !== undefined);
    const measure = changedMeasure({ base: baseFiles, tip: tipFiles, changes, checks: measured });
    return {
      ...given,
      content: { reader, base, tip, changes },
      planned,
      checks,
      measure,
      baseFiles: {
        reader,
        base: { commit: base, files: baseFiles },
        tip: tipFiles,
        restored: measure.restored,
      },
    };
  }

  async #lookAtContent({ request, content, measure, report }: Work): Promise<readonly CheckResult[]> {
    const { task, base, tip, settings, combined } = request;
    const { scope, verifyOnly } = task;
    const looks: readonly (readonly [name: string, look: () => Promise<CheckResult | null>])[] = [
      ...(combined === undefined
        ? ([
            ['boundaries', () => boundaryCheck({ scope, verifyOnly, base, tip }, content.reader)],
            ['contracts', () => taskContracts(request, content)],
          ] as const)
        : combinedContracts(combined, request, content)),
      ['secrets', () => secretsCheck(content, this.#secrets)],
      ['diff-size', async () => diffSizeCheck(content.changes, settings.diffLines)],
      ['check-changes', () => checkChanges(content, measure.findings)],
    ];
    const results: CheckResult[] = [];
    for (const [name, look] of looks) {
      if (isOverridden(name, settings.commands)) continue;
      report(name);
      const result = await look();
      if (result !== null) results.push(result);
    }
    return results;
  }

  /** Null when the signal ended it. */
  #runCommands({ planned, checks, measure, content, request, ...work }: Work): Promise<Proof | null> {
    const audits =
      request.combined !== undefined || content.changes.some(({ path }) => DEPENDENCIES.test(path));
    const { coverage } = request.settings;
    const place = { commit: request.tip, folder: join(work.folder, 'tip'), holder: '' };
    return this.#inSession({ checks, request, ...work }, place, async (context) => {
      const results = await proveCommands({ checks, audits, coverage }, context);
      if (results === null) return null;
      const criteria = await proveCriteria({ request, content, planned, measure, results }, context);
      return criteria === null ? null : { checks: results, criteria };
    });
  }

  /** Null when the signal ended it. */
  async #runAsOnBase(work: Work): Promise<readonly CheckResult[] | null> {
    const { checks, measure, baseFiles, request, folder } = work;
    const again = toRunAsOnBase(checks, measure);
    if (again.length === 0) return [];
    const files = await filesAsOnBase(baseFiles);
    const commit = await this.#parts.variants.withFiles(request.tip, files);
    const place = { commit, folder: join(folder, 'as-on-base'), holder: '/as-on-base' };
    return this.#inSession(work, place, (context) =>
      proveAsOnBase({ checks: again, all: checks, measure }, context),
    );
  }

  /** Null when the signal ended it. */
  async #inSession<T>(
    { request, checks, report, signal }: Pick<Work, 'request' | 'checks' | 'report' | 'signal'>,
    { commit, folder, holder }: Place,
    work: (context: CheckContext) => Promise<T | null>,
  ): Promise<T | null> {
    const { run, key, task, base, isolation, settings } = request;
    const { timeoutMs, reruns } = settings;
    const session = new CheckSession(this.#parts, {
      holder: { run, key: `check/${key}${holder}`, task: task.id },
      commit,
      isolation,
      folder,
      timeoutMs,
    });
    const builds = checks.filter(({ kind }) => kind === 'build');
    try {
      const done = await work({
        session,
        gate: this.#gate,
        baselines: this.#baselines,
        baseline: { run, base, isolation, timeoutMs },
        builds: builds.flatMap(({ baseCommand }) => baseCommand ?? []),
        reruns,
        report,
        signal,
      });
      if (done !== null) await session.complete();
      return done;
    } finally {
      await session.close();
    }
  }
}

function unproven(text: string): CriterionResult {
  return { text, proof: { is: 'unproven', reason: 'checks are switched off' } };
}
