/**
 * The command line in this process, over the real engine and the real event log in a folder of its own. Agents, git
 * and checks are stood in for by a script: what is under test is what the commands make of a run.
 */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliHost, CliParts, KnownAgent, Signal } from '../cli/context.ts';
import { runCli } from '../cli/run-cli.ts';
import { e2eNotRun } from '../core/e2e.ts';
import { PLAIN_LINES } from '../core/log-line.ts';
import type { Plan } from '../core/plan.ts';
import { err, ok } from '../core/result.ts';
import { Cox } from '../engine/cox.ts';
import type { EventStore } from '../ports/store.ts';
import { fileLocks } from '../process/file-locks.ts';
import { ownIdentity } from '../process/identity.ts';
import type { LoadedPlan, LoadRequest } from '../project/load-plan.ts';
import { openEventStore } from '../store/open.ts';
import { CapturedOutput, type PaperTerminal } from './captured-output.ts';
import { commitOf, type Deed, DeedDispatcher } from './deed-dispatcher.ts';
import { KEEPING } from './engine-world.ts';
import { makePlan, makeTask } from './plans.ts';
import { NO_SANDBOX } from './sandboxes.ts';
import { ScriptedConflicts, ScriptedReader } from './scripted-conflicts.ts';
import { ScriptedIntegration } from './scripted-integration.ts';
import { ScriptedLeftovers, ScriptedResolver } from './scripted-ports.ts';
import { ScriptedRadar } from './scripted-radar.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<Ran>;
  signal(signal: Signal): void;
  press(key: string): void;
  /** What a process does at its end, however it comes about. */
  atExit(): void;
  /** Standard output's, to be resized. */
  readonly terminal: PaperTerminal;
  /** What it has printed so far. */
  stdout(): string;
  /** Resolves when the text stands in what was printed so far. */
  shows(text: string): Promise<void>;
}

interface Handlers {
  readonly signals: Set<(signal: Signal) => void>;
  readonly keys: Set<(key: string) => void>;
  readonly exits: Set<() => void>;
}

export interface WorldOptions {
  readonly plan?: Plan;
  readonly deeds?: Readonly<Record<string, readonly Deed[]>>;
  readonly load?: (path: string, request: LoadRequest) => LoadedPlan;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output is a terminal. */
  readonly tty?: boolean;
  readonly hasCommit?: boolean;
  readonly agents?: readonly KnownAgent[];
}

export const PLAN: Plan = makePlan([
  makeTask('task-001', 1),
  makeTask('task-002', 2, { dependsOn: ['task-001'] }),
]);

export class CliWorld {
  /** Stands for the repository; the plan lies in its folder `plan`. */
  readonly root: string;
  /** Changed by a test to change what agents do from now on. */
  deeds: Readonly<Record<string, readonly Deed[]>>;
  /** Changed by a test to have no agent installed from now on. */
  hasAgents = true;
  /** Exit codes with which a process left at once. */
  readonly exits: number[] = [];
  readonly detached: (readonly string[])[] = [];
  readonly #options: WorldOptions;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.deeds = options.deeds ?? {};
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'cox-cli-')));
    mkdirSync(join(this.root, 'plan'));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Runs a command line to its end. */
  async cox(...argv: readonly string[]): Promise<Ran> {
    return await this.start(...argv).ended;
  }

  /** Begins one, for tests that do something meanwhile. */
  start(...argv: readonly string[]): Running {
    const stdout = new CapturedOutput(this.#options.tty === true);
    const stderr = new CapturedOutput(false);
    const handlers: Handlers = { signals: new Set(), keys: new Set(), exits: new Set() };
    const host = this.#host({ argv, stdout, stderr, handlers });
    const ended = runCli(host, this.#parts()).then((code) => ({
      code,
      stdout: stdout.text,
      stderr: stderr.text,
    }));
    return {
      ended,
      signal: (signal) => {
        for (const handler of handlers.signals) handler(signal);
      },
      press: (key) => {
        for (const handler of handlers.keys) handler(key);
      },
      atExit: () => {
        for (const handler of handlers.exits) handler();
      },
      terminal: stdout.terminal,
      stdout: () => stdout.text,
      shows: async (text) => {
        const until = Date.now() + 120_000;
        while (!`${stdout.text}${stderr.text}`.includes(text)) {
          if (Date.now() > until) throw new Error(`never shown: ${text}\n${stdout.text}\n${stderr.text}`);
          await sleep(5);
        }
      },
    };
  }

  #host(parts: Pick<CliHost, 'argv' | 'stdout' | 'stderr'> & { handlers: Handlers }): CliHost {
    const { argv, stdout, stderr } = parts;
    const { signals: handlers, keys: keyHandlers, exits: exitHandlers } = parts.handlers;
    return {
      argv,
      env: { COX_AGENT_COMMAND: 'true', COX_BACKOFF_FIRST: '1ms', COX_RETRIES: '0', ...this.#options.env },
      cwd: this.root,
      version: '9.8.7',
      nodeVersion: process.version,
      stdout,
      stderr,
      now: Date.now,
      cpuMs: () => 0,
      onSignal(handler) {
        handlers.add(handler);
        return () => handlers.delete(handler);
      },
      onKey(handler) {
        keyHandlers.add(handler);
        return () => keyHandlers.delete(handler);
      },
      atExit(handler) {
        exitHandlers.add(handler);
        return () => exitHandlers.delete(handler);
      },
      exitNow: (code) => this.exits.push(code),
      startDetached: async (request) => {
        this.detached.push(request.args);
        const exited = this.cox(...request.args).then(() => undefined);
        return ok({ pid: process.pid, exited });
      },
    };
  }

  #parts(): CliParts {
    const plan = this.#options.plan ?? PLAN;
    const read = (path: string): LoadedPlan => ({
      is: 'read',
      format: 'manifest',
      plan,
      findings: [],
      source: path,
      folder: path,
    });
    return {
      loadPlan: async (request) => (this.#options.load ?? read)(request.path, request),
      findRepository: async () => ok(this.root),
      aboutRepository: async () => ({
        gitFolder: this.root,
        stateFolder: this.root,
        mainCheckout: null,
        usesLargeFiles: true,
        hasCommit: this.#options.hasCommit ?? true,
      }),
      fileLocks,
      openPool: async () => err({ reason: 'repository', message: 'there is no pool here', remedy: '' }),
      openRepository: async () => ok({ api: this.#api(), stateFolder: this.root }),
      profileGaps: ({ driver }, { name, model }) => (model === undefined ? [] : [`${name} is not ${driver}`]),
      readLog: () => PLAIN_LINES,
      redactLog: () => ({ add: (bytes) => bytes, end: () => new Uint8Array() }),
      agentPid: () => null,
      preflightFacts: async () => ({ against: [], freeBytes: null, slots: null }),
      agentProblem: async ({ driver }) =>
        this.hasAgents && (driver === 'command' || driver === 'recipe')
          ? null
          : { reason: 'not-possible', message: `there is no agent ${driver}`, remedy: 'Choose another.' },
      agents: this.#options.agents ?? [
        { name: 'command', tellsUse: 'never' as const, part: () => null, wrongOptions: () => [] },
        { name: 'recipe', tellsUse: 'live' as const, part: () => null, wrongOptions: () => [] },
      ],
      stateHome: join(this.root, 'state'),
      missingProgram: (command) => (command.startsWith('nowhere') ? 'there is no nowhere' : null),
      missingManagers: async (_, changes) =>
        changes.some(({ ecosystem }) => ecosystem === 'python') ? ['there is no uv'] : [],
      protection: () => NO_SANDBOX.protection(),
      machineProtection: () => NO_SANDBOX.protection(),
      probe: async ([program, option]) =>
        program === 'git' && option === '--version' ? 'git version 2.45.1\n' : null,
      runDemo: async ({ cox, folder }) => await cox(['plan', folder ?? 'plan']),
    };
  }

  #api(): Cox {
    const opened = openEventStore({ file: join(this.root, 'log.sqlite') });
    if (!opened.ok) throw new Error(opened.error.detail);
    return new Cox({
      store: opened.value,
      owner: ownIdentity(),
      probe: () => undefined,
      keeping: KEEPING,
      lookEveryMs: null,
      clock: { now: Date.now, sleep: quietSleep },
      attemptFolder: (run, task, attempt) => this.attemptFolder(run, task, attempt),
      secrets: [],
      rest: () => Promise.resolve(),
      integration: new ScriptedIntegration(),
      repository: {
        refusals: async () => [],
        base: async () => ({ commit: commitOf('base'), branch: 'main' }),
        freeBranches: async (wanted) => wanted,
      },
      ports: {
        dispatcher: new DeedDispatcher(this),
        merger: {
          prepareBranch: async () => undefined,
          commitFiles: async ({ onto }) => commitOf(`${onto}files`),
          merge: async ({ onto, tip }) => ({ is: 'clean', commit: commitOf(`${onto}${tip}`) }),
          conflict: async () => ({ files: [], others: [] }),
          advance: async () => ({ is: 'advanced' }),
          unpin: async () => undefined,
        },
        resolver: new ScriptedResolver(),
        installer: { install: async () => ({ is: 'installed', files: new Map(), unconfirmed: [] }) },
        e2e: { look: async () => e2eNotRun('there is no browser') },
        conflicts: new ScriptedConflicts(),
        reader: new ScriptedReader(),
        prover: { prove: async () => ({ checks: [], criteria: [] }) },
        diff: {
          show: async () => ({ stat: '', patch: '', isWhole: true }),
          patch: async () => ({ patch: Buffer.alloc(0), isWhole: true }),
        },
        radar: new ScriptedRadar(),
        leftovers: new ScriptedLeftovers(),
        sandbox: NO_SANDBOX,
        admission: { admit: async (wanted) => ({ starts: wanted, shortage: null }) },
        checker: {
          check: async ({ what }) => ({
            command: what.kind === 'shell' ? what.command : what.code,
            passed: true,
            exitCode: 0,
            durationMs: 1,
            output: '',
          }),
        },
      },
    });
  }

  attemptFolder(run: string, task: string, attempt: number): string {
    return join(this.root, 'attempts', run, task, String(attempt));
  }

  /** The log, for looking at it from outside. */
  openStore(): EventStore {
    const opened = openEventStore({ file: join(this.root, 'log.sqlite') });
    if (!opened.ok) throw new Error(opened.error.detail);
    return opened.value;
  }
}

async function quietSleep(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
