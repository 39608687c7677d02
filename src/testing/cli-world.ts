/**
 * The command line in this process, over the real engine and the real event log in a folder of its own. Agents, git
 * and checks are stood in for by a script: what is under test is what the commands make of a run.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliHost, CliParts, KnownAgent, Output, Signal } from '../cli/context.ts';
import { runCli } from '../cli/run-cli.ts';
import type { AttemptOutcome, AttemptSpec } from '../core/attempt.ts';
import { e2eNotRun } from '../core/e2e.ts';
import { PLAIN_LINES } from '../core/log-line.ts';
import type { Plan } from '../core/plan.ts';
import { err, ok } from '../core/result.ts';
import { Cox } from '../engine/cox.ts';
import type { Dispatcher } from '../ports/dispatcher.ts';
import type { EventStore } from '../ports/store.ts';
import { fileLocks } from '../process/file-locks.ts';
import { ownIdentity } from '../process/identity.ts';
import type { LoadedPlan, LoadRequest } from '../project/load-plan.ts';
import { openEventStore } from '../store/open.ts';
import { KEEPING, ScriptedLeftovers, ScriptedResolver } from './engine-world.ts';
import { makePlan, makeTask } from './plans.ts';
import { NO_SANDBOX } from './sandboxes.ts';
import { ScriptedConflicts, ScriptedReader } from './scripted-conflicts.ts';
import { ScriptedIntegration } from './scripted-integration.ts';
import { ScriptedRadar } from './scripted-radar.ts';

/** What the agent of a task does, the last one again and again. `hang` lasts until it is stopped. */
export type Deed = 'done' | 'fail' | 'hang' | 'ask';

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

/** A terminal's stream that only keeps what is written. */
export type PaperTerminal = PassThrough & { columns?: number; rows?: number };

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
        const until = Date.now() + 30_000;
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
      ownPaths: [path],
    });
    return {
      loadPlan: async (request) => (this.#options.load ?? read)(request.path, request),
      findRepository: async () => ok(this.root),
      aboutRepository: async () => ({
        stateFolder: this.root,
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
        driver === 'command' || driver === 'recipe'
          ? null
          : { reason: 'not-possible', message: `there is no agent ${driver}`, remedy: 'Choose another.' },
      agents: this.#options.agents ?? [
        { name: 'command', tellsUse: 'never' as const, part: () => null },
        { name: 'recipe', tellsUse: 'live' as const, part: () => null },
      ],
      stateHome: join(this.root, 'state'),
      missingProgram: (command) => (command.startsWith('nowhere') ? 'there is no nowhere' : null),
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
      rest: () => Promise.resolve(),
      integration: new ScriptedIntegration(),
      repository: {
        refusals: async () => [],
        base: async () => ({ commit: commitOf('base'), branch: 'main' }),
        freeBranches: async (wanted) => wanted,
      },
      ports: {
        dispatcher: new ScriptedDispatcher(this),
        merger: {
          prepareBranch: async () => undefined,
          commitFiles: async ({ onto }) => commitOf(`${onto}files`),
          merge: async ({ onto, tip }) => ({ is: 'clean', commit: commitOf(`${onto}${tip}`) }),
          conflict: async () => ({ files: [], others: [] }),
          advance: async () => ({ is: 'advanced' }),
          unpin: async () => undefined,
        },
        resolver: new ScriptedResolver(),
        installer: { install: async () => ({ is: 'installed', files: new Map() }) },
        e2e: { look: async () => e2eNotRun('there is no browser') },
        conflicts: new ScriptedConflicts(),
        reader: new ScriptedReader(),
        prover: { prove: async () => ({ checks: [], criteria: [] }) },
        diff: { show: async () => ({ stat: '', patch: '', isWhole: true }) },
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

class ScriptedDispatcher implements Dispatcher {
  readonly #world: CliWorld;
  readonly #hanging = new Map<string, (outcome: AttemptOutcome) => void>();

  constructor(world: CliWorld) {
    this.#world = world;
  }

  start(spec: AttemptSpec, report: Parameters<Dispatcher['start']>[1]): void {
    const { run, task, number } = spec.id;
    const deeds = this.#world.deeds[task] ?? ['done'];
    const deed = deeds[Math.min(number, deeds.length) - 1] ?? 'done';
    const log = join(this.#world.attemptFolder(run, task, number), 'agent');
    mkdirSync(log, { recursive: true });
    writeFileSync(join(log, 'stdout.log'), `${task} \u001b[31mworks\u001b[0m on try ${number}\n`);
    writeFileSync(join(log, 'stderr.log'), 'a warning\n');
    setImmediate(() => {
      report({ is: 'started', slot: 'slot-1', worktree: '/slots/slot-1' });
      const end = (outcome: AttemptOutcome) => report({ is: 'ended', outcome });
      if (deed === 'hang') this.#hanging.set(`${task}/${number}`, end);
      else setImmediate(() => end(outcomeOf(deed, task)));
    });
  }

  stop(id: AttemptSpec['id'], why: Parameters<Dispatcher['stop']>[1]): void {
    const end = this.#hanging.get(`${id.task}/${id.number}`);
    this.#hanging.delete(`${id.task}/${id.number}`);
    end?.({ is: 'stopped', why, usage: {}, exitCode: null });
  }

  tell(): boolean {
    return false;
  }

  async detach(): Promise<void> {
    this.#hanging.clear();
  }
}

function outcomeOf(deed: Exclude<Deed, 'hang'>, task: string): AttemptOutcome {
  const ended = { usage: {}, exitCode: 0 };
  switch (deed) {
    case 'done': {
      const work = {
        tip: commitOf(task),
        commits: 1,
        files: [`${task}.txt`],
        linesAdded: 1,
        linesRemoved: 0,
      };
      return { ...ended, usage: { inputTokens: 100, outputTokens: 10 }, is: 'done', work };
    }
    case 'fail':
      return { ...ended, is: 'failed', exitCode: 7, failure: { reason: 'exit-code', code: 7, tail: '' } };
    case 'ask':
      return { ...ended, is: 'asking', question: 'Which colour?' };
  }
}

/** Keeps what was written; nobody's terminal. */
class CapturedOutput implements Output {
  readonly terminal: PaperTerminal = new PassThrough();
  readonly isTTY: boolean;
  readonly closed = false;
  text = '';

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
    this.terminal.on('data', (chunk) => this.write(String(chunk)));
  }

  write(data: string | Uint8Array): void {
    this.text += typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
  }

  async drained(): Promise<void> {}
}

function commitOf(seed: string): string {
  return createHash('sha1').update(seed).digest('hex');
}

async function quietSleep(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
