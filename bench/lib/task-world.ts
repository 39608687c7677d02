/** A repository, a plan of tasks that do next to nothing, and the real program opened on it. */

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openRepository } from '../../src/compose.ts';
import { type Resolved, resolveSettings } from '../../src/config/resolve.ts';
import type { LoggedEvent } from '../../src/core/event.ts';
import type { SandboxMode } from '../../src/core/isolation.ts';
import type { RunSettings } from '../../src/core/settings.ts';
import type { CoxApi } from '../../src/engine/api.ts';
import { createGit } from '../../src/git/base/runner.ts';
import { findProgram } from '../../src/process/find-program.ts';
import { type GitFixture, makeLargeRepository } from '../../src/testing/git-fixture.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../../src/testing/plans.ts';

/** The agent of every task, on both sides: one new file, one commit. `$COX_TASK_ID` is set on both. */
export const AGENT = 'echo "$COX_TASK_ID" >"$COX_TASK_ID.txt" && git add . && git commit --quiet -m work';

export interface TaskWorld {
  readonly fixture: GitFixture;
  /** What both sides start their processes with. */
  readonly env: Readonly<Record<string, string>>;
  readonly api: CoxApi;
  /** Runs a plan of so many independent tasks to its end; throws unless all of them, but `lost`, are merged. */
  run(tasks: number, width: number, change?: RunChange): Promise<void>;
  /** Arguments of each process of git since the last call, the agent's own among them; for a world that counts. */
  takeGitCalls(): readonly string[];
  close(): Promise<void>;
}

export interface RunChange {
  readonly onEvent?: (event: LoggedEvent) => void;
  readonly settings?: Partial<RunSettings>;
  /** Tasks that are to fail. */
  readonly lost?: number;
  /** What agents may use of the machine. Default `none`. */
  readonly limits?: 'none' | 'built in';
}

export interface WorldOptions {
  readonly files: number;
  /** Shell command of every task. */
  readonly agent?: string;
  /** Default off. */
  readonly sandbox?: SandboxMode;
  /** Counts processes of git, which makes each of them slower. */
  readonly counting?: boolean;
}

export async function openTaskWorld(options: WorldOptions): Promise<TaskWorld> {
  const fixture = makeLargeRepository(options.files);
  const callsFile = join(fixture.root, 'git-calls');
  const env = options.counting === true ? countingEnvironment(fixture, callsFile) : fixture.env;
  const api = await openApi(fixture, env);
  return {
    fixture,
    env,
    api,
    run: (tasks, width, change = {}) => {
      const { agent = AGENT, sandbox = 'off' } = options;
      return runPlan(api, { ...change, tasks, width, agent, sandbox });
    },
    takeGitCalls() {
      const calls = readFileSync(callsFile, 'utf8').trimEnd().split('\n');
      writeFileSync(callsFile, '');
      return calls;
    },
    async close() {
      await api.close();
      fixture.remove();
    },
  };
}

/** Settings as they are where nobody sets any. */
function builtIn(): Resolved {
  const resolved = resolveSettings({ flags: { agentCommand: 'true' }, env: {}, planWishes: {} });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
  return resolved.value;
}

async function openApi(fixture: GitFixture, env: Readonly<Record<string, string>>): Promise<CoxApi> {
  const machine = { env, git: createGit({ host: env }), stateHome: join(fixture.root, 'state') };
  const opened = await openRepository(machine, { root: fixture.path, local: builtIn().local });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value.api;
}

interface PlanRun extends RunChange {
  readonly tasks: number;
  readonly width: number;
  readonly agent: string;
  readonly sandbox: SandboxMode;
}

async function runPlan(api: CoxApi, run: PlanRun): Promise<void> {
  const { tasks, width, agent, sandbox, settings = {}, lost = 0, limits = 'none', onEvent } = run;
  const isolation = limits === 'none' ? TEST_SETTINGS.isolation : builtIn().settings.isolation;
  const plan = makePlan(Array.from({ length: tasks }, (_, index) => makeTask(`task-${index}`, 1)));
  const created = await api.create({
    plan,
    settings: {
      ...TEST_SETTINGS,
      maxParallel: width,
      retries: 0,
      isolation: { ...isolation, sandbox },
      agent: { driver: 'command', options: { command: agent }, completion: 'exit-code' },
      ...settings,
    },
    source: '/bench',
    allowDirty: false,
    ignoreDirty: [],
  });
  if (!created.ok) throw new Error(created.error.message);
  const end = await api.drive(created.value, {
    onEvent: (event) => onEvent?.(event),
    onTrouble: (detail) => {
      throw new Error(detail ?? 'the log was in trouble');
    },
  });
  const state = await api.read(created.value);
  if (!end.ok || end.value.is !== 'finished' || !state.ok || state.value.unmergedTasks !== lost)
    throw new Error(`the run did not end as it should: ${JSON.stringify(end)}`);
}

/** A `git` in front of the real one that writes down each start. */
function countingEnvironment(fixture: GitFixture, callsFile: string): Readonly<Record<string, string>> {
  const path = fixture.env['PATH'] ?? '';
  const real = findProgram('git', path, '/');
  if (!real.ok) throw new Error(real.error);
  const folder = join(fixture.root, 'counting');
  mkdirSync(folder);
  writeFileSync(callsFile, '');
  writeFileSync(join(folder, 'git'), `#!/bin/sh\necho "$*" >>'${callsFile}'\nexec '${real.value}' "$@"\n`);
  chmodSync(join(folder, 'git'), 0o755);
  return { ...fixture.env, PATH: `${folder}:${path}` };
}
