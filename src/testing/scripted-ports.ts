/** What an engine asks of the world, as a test decides about it. */

import type { Commit } from '../core/attempt.ts';
import type { E2eResult } from '../core/e2e.ts';
import type { CommandResult } from '../core/event.ts';
import type { Proof } from '../core/proof.ts';
import type { Admission, Admitted } from '../ports/admission.ts';
import type { Checker, CheckRequest } from '../ports/checker.ts';
import type {
  ConflictResolver,
  LockfileRequest,
  MadeLockfiles,
  TextResolutions,
} from '../ports/conflict-resolver.ts';
import type { E2e, E2eRequest } from '../ports/e2e.ts';
import type { Installation, Installer, InstallRequest } from '../ports/installer.ts';
import type { Leftovers } from '../ports/leftovers.ts';
import type { CommitRequest, ConflictParts, MergeRequest, Merger } from '../ports/merger.ts';
import type { ProofRequest, Prover } from '../ports/prover.ts';
import { e2eResult } from './e2e-results.ts';
import { proofOf } from './proofs.ts';

/** A merge's commit is the names of what it holds, joined by `+`. */
export class ScriptedMerger implements Merger {
  unpinned = 0;
  /** Called before each merge; may throw. */
  before: (request: MergeRequest) => void = () => undefined;
  conflicts: (request: MergeRequest) => boolean = () => false;

  async prepareBranch(): Promise<void> {}

  async commitFiles({ onto, files }: CommitRequest) {
    return files.size === 0 ? onto : `${onto}+${[...files.keys()].join('+')}`;
  }

  async merge(request: MergeRequest) {
    this.before(request);
    if (this.conflicts(request)) return { is: 'conflict', paths: ['shared.txt'] } as const;
    return { is: 'clean', commit: `${request.onto}+${request.tip}` } as const;
  }

  async conflict(): Promise<ConflictParts> {
    return { files: [], others: [] };
  }

  async advance() {
    return { is: 'advanced' } as const;
  }

  async unpin(): Promise<void> {
    this.unpinned += 1;
  }
}

export class ScriptedChecker implements Checker {
  readonly asked: CheckRequest[] = [];
  passes: (commit: Commit, request: CheckRequest) => boolean = () => true;
  output = '';
  /** While true a check lasts until it is given up. */
  hangs = false;
  /** A check ends no sooner than this; one that is given up does not wait for it. */
  until: (request: CheckRequest) => Promise<void> = () => Promise.resolve();

  async check(request: CheckRequest, signal: AbortSignal): Promise<CommandResult | null> {
    this.asked.push(request);
    const givenUp = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    await (this.hangs ? givenUp : Promise.race([givenUp, this.until(request)]));
    if (signal.aborted) return null;
    const passed = this.passes(request.commit, request);
    const { what } = request;
    const command = what.kind === 'shell' ? what.command : what.code;
    return { command, passed, exitCode: passed ? 0 : 1, durationMs: 1, output: this.output };
  }
}

/** Everything passes until told otherwise. */
export class ScriptedProver implements Prover {
  readonly asked: ProofRequest[] = [];
  /** How many were given up. */
  givenUp = 0;
  proof: (request: ProofRequest) => Proof = () => proofOf('passed');
  /** While true a proof lasts until it is given up. */
  hangs = false;

  async prove(request: ProofRequest, report: (step: string) => void, signal: AbortSignal) {
    this.asked.push(request);
    report('tests');
    if (!this.hangs) return this.proof(request);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    this.givenUp += 1;
    return null;
  }
}

/** Changes nothing until told otherwise. */
export class ScriptedInstaller implements Installer {
  readonly asked: InstallRequest[] = [];
  installation: Installation = { is: 'installed', files: new Map(), unconfirmed: [] };
  /** While true an installation lasts until it is given up. */
  hangs = false;

  async install(request: InstallRequest, signal: AbortSignal) {
    this.asked.push(request);
    if (!this.hangs) return this.installation;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    return null;
  }
}

/** Sees nothing wrong until told otherwise. */
export class ScriptedE2e implements E2e {
  readonly asked: E2eRequest[] = [];
  sees: (request: E2eRequest) => E2eResult = () => e2eResult('passed');

  async look(request: E2eRequest, _signal: AbortSignal): Promise<E2eResult | null> {
    this.asked.push(request);
    return this.sees(request);
  }
}

/** Resolves nothing until told otherwise, and makes lockfiles at once. */
export class ScriptedResolver implements ConflictResolver {
  readonly asked: LockfileRequest[] = [];
  resolutions: TextResolutions = {
    resolved: [],
    lockfiles: [],
    unresolved: [{ path: 'shared.txt', reason: 'no' }],
  };
  /** While true a lockfile is made until it is given up. */
  hangs = false;

  async resolve(): Promise<TextResolutions> {
    return this.resolutions;
  }

  async makeLockfiles(request: LockfileRequest, signal: AbortSignal): Promise<MadeLockfiles | null> {
    this.asked.push(request);
    if (!this.hangs) return { is: 'made', files: request.lockfiles };
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    return null;
  }
}

/** What earlier runs left: logs by run, and slots by run with the time since when they are held. */
export class ScriptedLeftovers implements Leftovers {
  removals = 0;
  readonly logs = new Set<string>();
  readonly slots = new Map<string, number>();

  async hasLogs(run: string) {
    return this.logs.has(run);
  }

  async removeLogs(run: string) {
    this.logs.delete(run);
  }

  async heldSlots() {
    return [...this.slots].map(([run, since]) => ({ run, since }));
  }

  async giveBackSlots(run: string) {
    this.slots.delete(run);
  }

  async removeFreeSlots() {
    this.removals += 1;
  }
}

/** Lets everything pass until told otherwise. */
export class ScriptedAdmission implements Admission {
  /** Of each question, how many starts pass. */
  room = Number.POSITIVE_INFINITY;
  shortage: string | null = null;

  async admit(wanted: number): Promise<Admitted> {
    return { starts: Math.min(wanted, this.room), shortage: this.shortage };
  }
}
