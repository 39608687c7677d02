/** The engine over the real event log, with an outside world (agents, git, checks) that a test decides about. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptId, AttemptOutcome, AttemptSpec, Commit, StopReason } from '../core/attempt.ts';
import type { E2eResult } from '../core/e2e.ts';
import type { CommandResult, LoggedEvent } from '../core/event.ts';
import type { Message } from '../core/message.ts';
import type { Plan } from '../core/plan.ts';
import type { Proof } from '../core/proof.ts';
import type { RunState } from '../core/run-state.ts';
import type { RunSettings } from '../core/settings.ts';
import type { DriveOptions, RunEnd } from '../engine/api.ts';
import { Cox } from '../engine/cox.ts';
import type { CoxParts, Keeping, Ports } from '../engine/parts.ts';
import type { Admission, Admitted } from '../ports/admission.ts';
import type { Checker, CheckRequest } from '../ports/checker.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  ConflictResolver,
  LockfileRequest,
  MadeLockfiles,
  TextResolutions,
} from '../ports/conflict-resolver.ts';
import type { AttemptReport, Dispatcher } from '../ports/dispatcher.ts';
import type { E2e, E2eRequest } from '../ports/e2e.ts';
import type { Installation, Installer, InstallRequest } from '../ports/installer.ts';
import type { Leftovers } from '../ports/leftovers.ts';
import type { CommitRequest, ConflictParts, MergeRequest, Merger } from '../ports/merger.ts';
import type { ProofRequest, Prover } from '../ports/prover.ts';
import type { Repository } from '../ports/repository.ts';
import type { EventStore } from '../ports/store.ts';
import { ownIdentity } from '../process/identity.ts';
import { e2eResult } from './e2e-results.ts';
import { makePlan, makeTask, TEST_SETTINGS } from './plans.ts';
import { proofOf } from './proofs.ts';
import { NO_SANDBOX } from './sandboxes.ts';
import { ScriptedConflicts, ScriptedReader } from './scripted-conflicts.ts';
import { ScriptedIntegration } from './scripted-integration.ts';
import { ScriptedRadar } from './scripted-radar.ts';
import { doneOutcome } from './simulator.ts';
import { openStore } from './store-opener.ts';

export const realClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

export const KEEPING: Keeping = { runs: 20, abandonedMs: 7 * 24 * 3_600_000 };

/** Agents that do nothing until the test says how they end; `auto` says it at once. */
export class ManualDispatcher implements Dispatcher {
  readonly started: AttemptSpec[] = [];
  readonly stopped: { readonly id: AttemptId; readonly why: StopReason }[] = [];
  readonly told: { readonly id: AttemptId; readonly message: Message }[] = [];
  detached = 0;
  auto: (spec: AttemptSpec) => AttemptOutcome | null = () => null;
  /** Of every attempt that was started, for reports that come too late. */
  readonly reporters = new Map<string, (report: AttemptReport) => void>();
  readonly #live = new Map<string, (report: AttemptReport) => void>();

  start(spec: AttemptSpec, report: (report: AttemptReport) => void): void {
    this.started.push(spec);
    const key = `${spec.id.task}/${spec.id.number}`;
    this.reporters.set(key, report);
    this.#live.set(key, report);
    report({ is: 'started', slot: 'slot-1', worktree: '/slots/slot-1' });
    const outcome = this.auto(spec);
    if (outcome !== null) this.end(spec.id.task, outcome, spec.id.number);
  }

  stop(id: AttemptId, why: StopReason): void {
    this.stopped.push({ id, why });
    this.end(id.task, { is: 'stopped', why, usage: {}, exitCode: null }, id.number);
  }

  tell(id: AttemptId, message: Message): boolean {
    if (!this.#live.has(`${id.task}/${id.number}`)) return false;
    this.told.push({ id, message });
    return true;
  }

  async detach(): Promise<void> {
    this.detached += 1;
    this.#live.clear();
  }

  progress(task: string, step: string, number = 1): void {
    this.#live.get(`${task}/${number}`)?.({ is: 'progress', step });
  }

  end(task: string, outcome: AttemptOutcome = doneOutcome(`t-${task}`), number = 1): void {
    const report = this.#live.get(`${task}/${number}`);
    this.#live.delete(`${task}/${number}`);
    report?.({ is: 'ended', outcome });
  }
}

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
  installation: Installation = { is: 'installed', files: new Map() };
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

export class EngineWorld {
  readonly root = mkdtempSync(join(tmpdir(), 'cox-engine-'));
  readonly file = join(this.root, 'log.db');
  readonly store: EventStore = this.openStore();
  readonly dispatcher = new ManualDispatcher();
  readonly merger = new ScriptedMerger();
  readonly conflicts = new ScriptedConflicts();
  readonly reader = new ScriptedReader();
  readonly checker = new ScriptedChecker();
  readonly prover = new ScriptedProver();
  readonly installer = new ScriptedInstaller();
  readonly e2e = new ScriptedE2e();
  readonly resolver = new ScriptedResolver();
  readonly radar = new ScriptedRadar();
  readonly leftovers = new ScriptedLeftovers();
  readonly admission = new ScriptedAdmission();
  readonly integration = new ScriptedIntegration();
  readonly events: LoggedEvent[] = [];
  readonly troubles: (string | null)[] = [];
  readonly #stores: EventStore[] = [this.store];

  openStore(): EventStore {
    const store = openStore(this.file);
    if (store instanceof Promise) throw new Error('the SQLite store opens at once');
    return store;
  }

  ports(): Ports {
    const { dispatcher, merger, conflicts, reader, checker, prover, leftovers, admission } = this;
    const { installer, resolver, e2e, radar } = this;
    const diff: Ports['diff'] = {
      show: async (base, tip) => ({ stat: ` a | 1 +`, patch: `+${base}..${tip}`, isWhole: true }),
    };
    const own = { dispatcher, merger, conflicts, reader, checker, prover, leftovers, admission };
    return { ...own, installer, resolver, e2e, radar, diff, sandbox: NO_SANDBOX };
  }

  /** As another process would have it, over a handle of its own. */
  cox(change: Partial<CoxParts> = {}): Cox {
    const store = change.store ?? this.openStore();
    this.#stores.push(store);
    const repository: Repository = {
      refusals: async () => [],
      base: async () => ({ commit: 'c0', branch: 'main' }),
      freeBranches: async (wanted) => wanted,
    };
    return new Cox({
      store,
      repository,
      ports: this.ports(),
      integration: this.integration,
      clock: realClock,
      owner: ownIdentity(),
      probe: () => undefined,
      keeping: KEEPING,
      lookEveryMs: null,
      attemptFolder: (run, task, attempt) => join(this.root, run, task, String(attempt)),
      rest: () => Promise.resolve(),
      ...change,
    });
  }

  async create(
    plan: Plan = onePlan(),
    settings: Partial<RunSettings> = {},
    cox = this.cox(),
  ): Promise<string> {
    const made = await cox.create({
      plan,
      settings: { ...TEST_SETTINGS, ...settings },
      source: '/project/plan',
      allowDirty: false,
      ignoreDirty: [],
    });
    if (!made.ok) throw new Error(made.error.message);
    return made.value;
  }

  /** Drives to the end; what is told meanwhile is kept. */
  async drive(run: string, cox = this.cox()): Promise<RunEnd> {
    const ended = await cox.drive(run, this.watching());
    if (!ended.ok) throw new Error(`${ended.error.message} ${ended.error.remedy}`);
    return ended.value;
  }

  watching(): DriveOptions {
    return {
      onEvent: (event) => this.events.push(event),
      onTrouble: (detail) => this.troubles.push(detail),
    };
  }

  async state(run: string): Promise<RunState> {
    const read = await this.cox().read(run);
    if (!read.ok) throw new Error(read.error.message);
    return read.value;
  }

  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + 30_000;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error('it never came to that');
      await sleep(5);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function onePlan(): Plan {
  return makePlan([makeTask('a', 1)]);
}
