/** A small project with a plan and a recipe, and the real `cox` binary run on it as a user would. */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FileMap, type GitFixture, makeRepository } from '../../src/testing/git-fixture.ts';

export const COX = fileURLToPath(new URL('../../bin/cox', import.meta.url));

/** For hooks in which whole runs go on, which else have no more time than a test. */
export const WHOLE_RUN_MS = 1_200_000;

export interface Project extends GitFixture {
  /** The plan's folder, relative to the checkout. */
  readonly plan: string;
  /** Starts `cox` in the checkout. */
  cox(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** The same, without waiting. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Started;
  /** Ends what still goes on in it, as after a test that failed in the middle, and removes the whole folder. */
  remove(): void;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  /** Its reader goes away, as `| head` does. */
  closeOutput(): void;
}

export interface ProjectFiles {
  readonly files?: FileMap;
  /** Task id → front matter and scope of a task of one wave. */
  readonly waves: readonly Wave[];
  /** Of the manifest. */
  readonly dependencies?: unknown;
  /** YAML of the recipe. */
  readonly recipe: string;
  /** YAML lines of coxswain.config.yaml behind the agent. */
  readonly config?: string;
}

export interface Wave {
  readonly tasks: Readonly<Record<string, { readonly create: string; readonly deps?: string }>>;
  readonly validation?: string;
}

export function makeProject({ files = {}, recipe, config = '', ...parts }: ProjectFiles): Project {
  const plan = 'parallel/TS-0001-sample';
  const fixture = makeRepository({
    files: {
      'README.md': '# Sample\n',
      'recipe.yaml': recipe,
      'coxswain.config.yaml': `agent:\n  driver: recipe\n  recipe: recipe.yaml\n  environment: [STARTS]\nbackoff:\n  first: 50ms\n${config}`,
      '.gitignore': 'parallel/*/logs/\nparallel/*/report.json\nparallel/*/execution-report.md\n',
      ...planFiles(plan, parts),
      ...files,
    },
  });
  const home = join(fixture.root, 'home');
  mkdirSync(home);
  const env = {
    ...fixture.env,
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
    // Recipes and agents of these tests leave signs beside the repository.
    COX_SANDBOX: 'off',
    // Few of these tests are about what is free on this machine, and others run beside them.
    COX_PREFLIGHT_MIN_DISK: 'none',
    COX_PREFLIGHT_PORTS: 'false',
  };
  const start = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Started =>
    startCox(args, fixture.path, { ...env, ...more });
  const remove = (): void => {
    for (const pid of processesIn(fixture.root)) endIfAlive(pid);
    fixture.remove();
  };
  return { ...fixture, env, plan, start, cox: (args, more) => start(args, more).ended, remove };
}

export function endIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function planFiles(
  folder: string,
  { waves, dependencies }: Pick<ProjectFiles, 'waves' | 'dependencies'>,
): FileMap {
  const manifest = {
    tech_spec_id: 'TS-0001',
    name: 'sample',
    technology: 'javascript',
    ...(dependencies === undefined ? {} : { dependencies }),
    waves: waves.map((wave, index) => ({
      number: index + 1,
      tasks: Object.keys(wave.tasks).map((id) => ({ id, agent: 'experts:any' })),
      ...(wave.validation === undefined ? {} : { validation: wave.validation }),
    })),
  };
  const tasks = waves.flatMap((wave, index) =>
    Object.entries(wave.tasks).map(
      ([id, task]) => [`${folder}/tasks/${id}-part.md`, taskFile(id, index + 1, task)] as const,
    ),
  );
  return {
    [`${folder}/manifest.json`]: JSON.stringify(manifest, null, 2),
    [`${folder}/context.md`]: 'A sample.\n',
    ...Object.fromEntries(tasks),
  };
}

function taskFile(
  id: string,
  wave: number,
  { create, deps = '' }: { readonly create: string; readonly deps?: string },
): string {
  return `---
id: ${id}-part
component: part
wave: ${wave}
deps: [${deps}]
agent: experts:any
---

# ${id}: Make ${create}

## Scope

CREATE: ${create}
MODIFY: []
BOUNDARY: README.md

## Requirements

- Make ${create}

## Checklist

- [ ] ${create} is there
`;
}

function startCox(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Started {
  const child = spawn(COX, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    chunks.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    chunks.stderr += text;
  });
  const closeOutput = (): void => {
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...chunks }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    stdout: () => chunks.stdout,
    stderr: () => chunks.stderr,
    kill: (signal) => child.kill(signal),
    closeOutput,
  };
}

/** Ids of living processes whose working directory lies in the folder: what a run has left behind. */
export function processesIn(folder: string): number[] {
  if (!existsSync('/proc/self/cwd')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      } catch {
        return false;
      }
    });
}

export function linesOf(file: string): string[] {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}
