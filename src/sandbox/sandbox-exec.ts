/**
 * The sandbox of macOS: the kernel refuses what a profile does not allow. Everything stays at its own path; a process
 * that gave up its parents is found by the shim, for there are no namespaces that would end it.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { err, ok, type Result } from '../core/result.ts';
import type { Launch, Mount } from '../ports/sandbox.ts';
import { confinedEnvironment } from './environment.ts';
import { type HostFacts, hostView, realPath, type ViewEntry } from './host-view.ts';
import { makeScratch } from './scratch.ts';
import { seatbeltProfile } from './seatbelt-profile.ts';
import { hiddenPart, seenProgram } from './seen-program.ts';
import { tryWalls } from './try-walls.ts';
import type { WallBounds, Walls, WallsFound } from './walls.ts';

export interface SandboxExecOptions {
  readonly facts: HostFacts;
  /** Absolute paths that every confined process may write. */
  readonly writable: readonly string[];
  readonly isRoot: boolean;
  /** Absolute; the system's own, but for tests. */
  readonly program?: string;
}

const PROGRAM = '/usr/bin/sandbox-exec';

const SYSTEM = [
  '/System',
  '/Library',
  '/private/etc',
  '/private/var/db/dyld',
  '/private/var/db/timezone',
  '/private/var/db/xcode_select_link',
  '/private/var/select',
  '/Applications/Xcode.app',
];
const SECRETS = [
  '/Library/Keychains',
  '/private/etc/master.passwd',
  '/private/etc/sudoers',
  '/private/etc/ssh',
];

export class SandboxExec implements Walls {
  readonly showsElsewhere = false;
  readonly #program: string;
  readonly #view: readonly ViewEntry[];
  readonly #writable: readonly Mount[];
  #working: Promise<Result<void, string>> | undefined;

  constructor({ facts, writable, isRoot, program = PROGRAM }: SandboxExecOptions) {
    const view = hostView({ ...facts, readable: [...SYSTEM, ...facts.readable] }, isRoot);
    const secrets = SECRETS.filter((path) => existsSync(path));
    this.#program = program;
    this.#view = [
      ...view.flatMap(resolved),
      ...secrets.map((path) => ({ is: 'hidden', path, folder: true }) as const),
    ];
    this.#writable = writable.filter((path) => existsSync(path)).map(ownPlace);
  }

  async find(): Promise<WallsFound> {
    this.#working ??= this.#probe();
    const working = await this.#working;
    return working.ok ? { level: 'sandbox-exec', detail: '' } : { level: 'none', detail: working.error };
  }

  async enclose(launch: Launch, bounds: WallBounds): Promise<Result<Launch, string>> {
    const found = await this.find();
    if (found.level === 'none') return err(found.detail);
    const made = await makeScratch(bounds.scratch);
    if (!made.ok) return made;
    const moved = bounds.mounts.find(({ from, at }) => from !== at);
    if (moved !== undefined) return err(`${moved.from} cannot be shown at ${moved.at} on this system`);
    const missing = bounds.mounts.find(({ from }) => !existsSync(from));
    if (missing !== undefined) return err(`${missing.from} is to be shown and does not exist`);
    const program = seenProgram(launch, this.#view, [...this.#writable, ...bounds.mounts]);
    if (!program.ok) return program;
    const argv = this.#command(launch, bounds);
    if (!argv.ok) return argv;
    const own = { HOME: join(bounds.scratch, 'home'), TMPDIR: join(bounds.scratch, 'tmp') };
    return ok({
      argv: argv.value,
      env: { ...confinedEnvironment(launch.env, null), ...own },
      cwd: launch.cwd,
    });
  }

  hiddenPart(path: string): string | null {
    return hiddenPart(path, this.#view, this.#writable);
  }

  #command({ argv }: Launch, { scratch, mounts, network }: WallBounds): Result<readonly string[], string> {
    if (network.is === 'allow-list')
      return err('a list of hosts cannot be kept on this system; set sandbox.network to open or none');
    const own = ['home', 'tmp'].map((name) => ownPlace(join(scratch, name)));
    const profile = seatbeltProfile({
      view: this.#view,
      mounts: [...this.#writable, ...own, ...mounts.map(real)],
      network: network.is === 'open',
    });
    return ok([this.#program, '-p', profile, '--', ...argv]);
  }

  async #probe(): Promise<Result<void, string>> {
    const works = await tryWalls((launch, bounds) => this.#command(launch, bounds));
    return works.ok ? works : err(`sandbox-exec does not work here: ${works.error}; see \`cox doctor\``);
  }
}

/** Rules are asked for the path of what is opened at last, and on the way for each link. */
function resolved(entry: ViewEntry): ViewEntry[] {
  if (entry.is === 'link') return [entry];
  const path = realPath(entry.path);
  if (path === null || path === entry.path) return [entry];
  const there = { ...entry, path };
  return entry.is === 'hidden' ? [entry, there] : [there, { is: 'link', path: entry.path, target: path }];
}

function ownPlace(path: string): Mount {
  return real({ from: path, at: path, writable: true });
}

function real(mount: Mount): Mount {
  const path = realPath(mount.at) ?? mount.at;
  return { ...mount, from: path, at: path };
}
