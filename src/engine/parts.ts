/** What the engine's parts are handed: the ports, and the means to reach the log. */

import type { Outcome, Owner, Report } from '../core/event.ts';
import type { RunState } from '../core/run-state.ts';
import type { Admission } from '../ports/admission.ts';
import type { Checker } from '../ports/checker.ts';
import type { Clock } from '../ports/clock.ts';
import type { CombinedProver } from '../ports/combined-prover.ts';
import type { CommitReader } from '../ports/commit-reader.ts';
import type { ConflictCommits } from '../ports/conflict-commits.ts';
import type { ConflictRadar } from '../ports/conflict-radar.ts';
import type { ConflictResolver } from '../ports/conflict-resolver.ts';
import type { Dispatcher } from '../ports/dispatcher.ts';
import type { E2e } from '../ports/e2e.ts';
import type { History } from '../ports/history.ts';
import type { Installer } from '../ports/installer.ts';
import type { Leftovers } from '../ports/leftovers.ts';
import type { Merger } from '../ports/merger.ts';
import type { Prover } from '../ports/prover.ts';
import type { Repository } from '../ports/repository.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import type { EventStore } from '../ports/store.ts';
import type { TargetBranch } from '../ports/target-branch.ts';
import type { WorkDiff } from '../ports/work-diff.ts';
import type { CoxApi } from './api.ts';
import type { Probe } from './probe.ts';

export interface Ports {
  readonly dispatcher: Dispatcher;
  readonly merger: Merger;
  readonly conflicts: ConflictCommits;
  readonly reader: CommitReader;
  readonly checker: Checker;
  readonly e2e: E2e;
  readonly prover: Prover;
  readonly installer: Installer;
  readonly resolver: ConflictResolver;
  readonly diff: WorkDiff;
  readonly radar: ConflictRadar;
  readonly leftovers: Leftovers;
  readonly admission: Admission;
  readonly sandbox: Pick<Sandbox, 'protection'>;
}

/** What checks and merges the work of a run that has ended, or was left. */
export interface IntegrationPorts {
  readonly combined: CombinedProver;
  readonly history: History;
  readonly target: TargetBranch;
}

export interface Performing {
  readonly ports: Ports;
  readonly state: RunState;
  /** Takes the outcome, or reports on the way to it. */
  readonly emit: (event: Outcome | Report) => void;
  /** Aborts what only this process waits for, and what is given up. */
  readonly signal: AbortSignal;
  /** Ends what is done for another intent, named by its key, without an outcome. Resolves when it has ended. */
  readonly giveUp: (key: string) => Promise<void>;
}

export interface Keeping {
  /** The newest runs, whose logs stay. Those of a run that has not ended stay as well. */
  readonly runs: number;
  /** A run that nobody has driven for so long (milliseconds) has no use for its slots. */
  readonly abandonedMs: number;
  /** Whether slots that nobody has are taken away when a run has succeeded, in place of being used again. */
  readonly removesSlots: boolean;
}

export interface CoxParts {
  readonly store: EventStore;
  readonly repository: Repository;
  readonly ports: Ports;
  readonly integration: IntegrationPorts;
  readonly clock: Clock;
  readonly owner: Owner;
  readonly probe: Probe;
  readonly keeping: Keeping;
  /** The least pause between two looks for conflicts to come, in milliseconds; null for no looks. */
  readonly lookEveryMs: number | null;
  /** Absolute folder of an attempt on this machine. */
  readonly attemptFolder: CoxApi['attemptFolder'];
  readonly secrets: CoxApi['secrets'];
  /** Ends what the ports keep for the next call, and resolves when it is gone. */
  readonly rest: () => Promise<void>;
}
