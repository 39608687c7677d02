/** A repository, a pool and a prover for tests. */

import { join } from 'node:path';

import { ProjectCombinedProver } from '../checks/project-combined-prover.ts';
import { ProjectProver, type ProverParts } from '../checks/project-prover.ts';
import type { CheckResult, Proof } from '../core/proof.ts';
import type { CheckSettings } from '../core/settings.ts';
import { inspectRepository } from '../git/base/repository.ts';
import { ObjectReader } from '../git/objects/commit-reader.ts';
import { ObjectVariants } from '../git/objects/commit-variants.ts';
import type { ProofRequest } from '../ports/prover.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import { type FileMap, type GitFixture, makeRepository } from './git-fixture.ts';
import { NOT_CONFINED } from './plans.ts';
import { bubblewrapFor, NO_SANDBOX } from './sandboxes.ts';
import { type OpenedPool, openPool } from './slot-pools.ts';

export const CHECK_SETTINGS: CheckSettings = {
  enabled: true,
  timeoutMs: 60_000,
  reruns: 0,
  commands: {},
  boundaries: 'fail',
};

const ANYTHING = {
  create: [],
  modify: ['*', 'src/**', 'tests/**'].map((pattern) => ({ pattern })),
  boundary: [],
};

export class ProverBench {
  readonly fixture: GitFixture;
  readonly opened: OpenedPool;
  readonly prover: ProjectProver;
  readonly combined: ProjectCombinedProver;
  readonly base: string;
  readonly checks: string;
  #keys = 0;

  private constructor(fixture: GitFixture, opened: OpenedPool, parts: ProverParts) {
    this.fixture = fixture;
    this.opened = opened;
    this.prover = new ProjectProver(parts);
    this.combined = new ProjectCombinedProver(parts);
    this.base = fixture.git(['rev-parse', 'HEAD']);
    this.checks = join(fixture.root, 'checks');
  }

  static async open(
    files: FileMap,
    env: Readonly<Record<string, string>> = {},
    { confined = false }: { readonly confined?: boolean } = {},
  ): Promise<ProverBench> {
    const fixture = makeRepository({ files });
    const opened = await openPool(fixture, { confined });
    const sandbox = confined ? bubblewrapFor(fixture.env) : NO_SANDBOX;
    return new ProverBench(fixture, opened, await proverParts(fixture, opened, { env, sandbox }));
  }

  /** A commit on the base. */
  commit(files: FileMap): string {
    this.fixture.git(['reset', '--quiet', '--hard', this.base]);
    return this.fixture.commit(files);
  }

  request(
    tip: string,
    change: Partial<ProofRequest> & { readonly checks?: Partial<CheckSettings> } = {},
  ): ProofRequest {
    this.#keys += 1;
    const { checks, ...rest } = change;
    return {
      run: 'run-1',
      key: `checks/task-1/${this.#keys}`,
      task: { id: 'task-1', scope: ANYTHING, criteria: [], contracts: [], verifyOnly: false },
      planFolder: null,
      base: this.base,
      tip,
      settings: { ...CHECK_SETTINGS, ...checks },
      isolation: NOT_CONFINED,
      ...rest,
    };
  }

  /** By name, of a commit with these files. */
  async prove(
    files: FileMap,
    checks: Partial<CheckSettings> = {},
  ): Promise<Readonly<Record<string, CheckResult>>> {
    const proof = await this.proof(this.request(this.commit(files), { checks }));
    return Object.fromEntries(proof.checks.map((check) => [check.name, check]));
  }

  async proof(request: ProofRequest): Promise<Proof> {
    const proof = await this.prover.prove(request, () => undefined, new AbortController().signal);
    if (proof === null) throw new Error('no proof');
    return proof;
  }

  async close(): Promise<void> {
    await this.opened.git.rest();
    await this.opened.close();
  }
}

export interface ProverOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly sandbox?: Sandbox;
}

type Fixture = Pick<GitFixture, 'root' | 'path' | 'env'>;
type Pool = Pick<OpenedPool, 'pool' | 'git'>;

export async function proverFor(
  fixture: Fixture,
  pool: Pool,
  options: ProverOptions = {},
): Promise<ProjectProver> {
  return new ProjectProver(await proverParts(fixture, pool, options));
}

async function proverParts(
  fixture: Fixture,
  { pool, git }: Pool,
  { env = {}, folder = join(fixture.root, 'checks'), sandbox = NO_SANDBOX }: ProverOptions,
): Promise<ProverParts> {
  const repository = await inspectRepository(git, fixture.path);
  if (!repository.ok) throw new Error(repository.error.detail);
  const objects = { git, repository: repository.value };
  return {
    worktrees: pool,
    sandbox,
    host: { ...fixture.env, ...env },
    reader: new ObjectReader(objects),
    variants: new ObjectVariants(objects),
    folder: () => folder,
    atOnce: 2,
  };
}
