/** What the command line needs of the process it runs in (`CliHost`) and of the rest of the program (`CliParts`). */

import type { LocalSettings } from '../config/local-settings.ts';
import type { Protection } from '../core/isolation.ts';
import type { LogReader, PrintedBy } from '../core/log-line.ts';
import type { AgentProfile, PackageChange } from '../core/plan.ts';
import type { SlotPorts } from '../core/preflight.ts';
import type { Result } from '../core/result.ts';
import type { AgentSettings } from '../core/settings.ts';
import type { CoxApi, Refusal } from '../engine/api.ts';
import type { LoadedPlan, LoadRequest } from '../project/load-plan.ts';
import type { PoolAdapters } from '../project/pool/pool-merge.ts';
import type { FileLock } from '../project/session/session.ts';
import type { Terminal } from './terminal.ts';

export interface Output {
  /** Never throws: what nobody can read any more is dropped. */
  write(data: string | Uint8Array): void;
  /** Resolves when what was written has been taken, or nobody takes it any more. */
  drained(): Promise<void>;
  /** True when the reader is gone. */
  readonly closed: boolean;
  readonly isTTY: boolean;
  /** For a block that is drawn again and again. */
  readonly terminal: Terminal;
}

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** The process. Only `main.ts` makes one that is real. */
export interface CliHost {
  /** What stands behind the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly version: string;
  /** Of Node.js, e.g. `v24.1.0`. */
  readonly nodeVersion: string;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Milliseconds since the epoch. */
  now(): number;
  /** What this process has used of a processor, in milliseconds. */
  cpuMs(): number;
  /** From now on the signals come here instead of ending the process; the returned function ends that. */
  onSignal(handler: (signal: Signal) => void): () => void;
  /**
   * Calls for each key that is pressed: `q`, `up`, `pagedown`, `ctrl+c`, which makes no signal meanwhile. The returned
   * function ends that. Null without a keyboard.
   */
  onKey(handler: (key: string) => void): (() => void) | null;
  /** Called when the process ends, unless it is killed; the returned function takes that back. */
  atExit(handler: () => void): () => void;
  /** Ends the process at once, whatever is under way. */
  exitNow(code: number): void;
  /** Starts this program once more, in a session of its own, its output going to a file. */
  startDetached(request: DetachedRequest): Promise<Result<DetachedProcess, string>>;
}

export interface DetachedRequest {
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly logFile: string;
}

export interface DetachedProcess {
  readonly pid: number;
  /** Resolves when it has ended; it may well live longer than this process. */
  readonly exited: Promise<void>;
}

export interface OpenRequest {
  /** Absolute path of the repository's top level. */
  readonly root: string;
  readonly local: LocalSettings;
}

export interface OpenedRepository {
  readonly api: CoxApi;
  /** Absolute path of a folder of ours outside the checkout; it exists. */
  readonly stateFolder: string;
}

export interface PreflightRequest extends OpenRequest {
  /** Agents at once: as many worktrees will be used. */
  readonly agents: number;
  readonly ports: boolean;
  readonly allowDirty: boolean;
  /** Paths relative to the top level that do not make it dirty. */
  readonly ignoreDirty: readonly string[];
}

export interface PreflightFacts {
  /** What speaks against a run from this checkout. */
  readonly against: readonly { readonly message: string; readonly remedy: string }[];
  /** Where worktrees lie; null when that cannot be asked. */
  readonly freeBytes: number | null;
  /** Of the worktrees that will be used first, in this order; null where ports are not to be looked at. */
  readonly slots: readonly SlotPorts[] | null;
}

export interface AboutRepository {
  /** Absolute path of the checkout that this is a worktree of; null when it is none, or that one has no files. */
  readonly mainCheckout: string | null;
  /** Absolute path of git's own folder, which all its checkouts share. */
  readonly gitFolder: string;
  /** Absolute path of the folder that its runs are kept in; it may not exist yet. */
  readonly stateFolder: string;
  /** Files of it are kept with git-lfs. */
  readonly usesLargeFiles: boolean;
  readonly hasCommit: boolean;
}

/** A driver. */
export interface KnownAgent {
  readonly name: string;
  /** Of tokens or money: with each of its answers, as the program behind it does, or never. */
  readonly tellsUse: 'live' | 'as-its-program' | 'never';
  /** Looks for what it starts without further settings; null when only settings can say what that is. */
  part(): AgentPart | null;
  /** What of the options it does not take, and why. */
  wrongOptions(options: Readonly<Record<string, unknown>>): readonly string[];
}

export interface AgentPart {
  /** Of its program or package. */
  readonly name: string;
  /** Why it is not there, for people; null when it is. */
  readonly missing: string | null;
}

/** What stands behind the last line's end waits for more. */
export interface LogRedactor {
  add(bytes: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

/** What the rest of the program does for the command line. */
export interface CliParts {
  loadPlan(request: LoadRequest): Promise<LoadedPlan>;
  /** The top level of the repository that the folder lies in. */
  findRepository(folder: string): Promise<Result<string, Refusal>>;
  /** Null when git cannot read it. */
  aboutRepository(root: string): Promise<AboutRepository | null>;
  /** Locks between processes, in a folder that all of them know. */
  fileLocks(folder: string): FileLock;
  /** For the pool of worktrees that scripts know. */
  openPool(request: OpenRequest): Promise<Result<PoolAdapters, Refusal>>;
  openRepository(request: OpenRequest): Promise<Result<OpenedRepository, Refusal>>;
  /** What a run would find; makes nothing. */
  preflightFacts(request: PreflightRequest): Promise<PreflightFacts>;
  /** Null when the driver exists, takes its options, and what it starts is there. `inside`: and can be seen in a sandbox. */
  agentProblem(agent: AgentSettings, inside: OpenRequest | null): Promise<Refusal | null>;
  /** Why the program that a shell's command line starts first is not there; null when it is, or cannot be told. */
  missingProgram(command: string): string | null;
  /** Why package managers are not there that a plan's packages need in the checkout, for people. */
  missingManagers(root: string, changes: readonly PackageChange[]): Promise<readonly string[]>;
  /** What confines the agents of a run on this machine. */
  protection(request: OpenRequest): Promise<Protection>;
  /** What confines processes on this machine, whatever the settings of a project are. */
  machineProtection(): Promise<Protection>;
  /** What of the profile that agent cannot be, in words. */
  profileGaps(agent: AgentSettings, profile: AgentProfile): readonly string[];
  /** A reader of what an agent prints in one attempt; as `redactLog`. */
  readLog(by: PrintedBy, secrets: readonly string[]): LogReader;
  /** For bytes of one log as they come: without these secrets and those of the environment, and without what looks like a token. */
  redactLog(secrets: readonly string[]): LogRedactor;
  /** The living process of the agent of the attempt with that folder; null when there is none on this machine. */
  agentPid(attemptFolder: string): number | null;
  readonly agents: readonly KnownAgent[];
  /** Folder that runs of this machine keep their state in; it may not exist yet. Absolute. */
  readonly stateHome: string;
  /** What a short helper command prints on standard output; null when it is not there or fails. */
  probe(argv: readonly string[]): Promise<string | null>;
  /** Makes the sample project and runs it; the value is the exit code. */
  runDemo(request: DemoRequest): Promise<number>;
}

export interface DemoRequest {
  readonly host: CliHost;
  /** Absolute path of a folder that is empty or does not exist; absent for one of its own. */
  readonly folder?: string;
  /** Runs a command line of this program, with the demo's repository as its folder. */
  readonly cox: (args: readonly string[]) => Promise<number>;
}
