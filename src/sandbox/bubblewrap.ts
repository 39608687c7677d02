/** The sandbox of Linux: namespaces of the kernel, set up by bubblewrap. */

import { existsSync } from 'node:fs';

import { err, ok, type Result } from '../core/result.ts';
import type { Launch, Mount } from '../ports/sandbox.ts';
import {
  type BubblewrapCall,
  bubblewrapCommand,
  PROC_HIDDEN_FILES,
  PROC_HIDDEN_FOLDERS,
  PROC_READ_ONLY,
} from './bubblewrap-args.ts';
import { confinedEnvironment } from './environment.ts';
import { type HostFacts, hostView } from './host-view.ts';
import { linkInTheWay } from './mount-points.ts';
import { allowListParts } from './network/parts.ts';
import { filterFile, makeScratch } from './scratch.ts';
import { hiddenPart, seenProgram } from './seen-program.ts';
import { tryWalls } from './try-walls.ts';
import type { WallBounds, Walls, WallsFound } from './walls.ts';

export interface BubblewrapOptions {
  /** Absolute path of bubblewrap; null when it was not found. */
  readonly program: string | null;
  readonly facts: HostFacts;
  /** Absolute paths that every confined process may write. */
  readonly writable: readonly string[];
  readonly isRoot: boolean;
}

type Working = { readonly program: string; readonly userNamespace: BubblewrapCall['userNamespace'] };

/** The first that works. Below 0.8 bubblewrap cannot forbid further namespaces of users; many containers have none. */
const AS_ROOT = ['last', 'none', 'own'] as const;
/** A user needs no protection from namespaces of its own, and browsers make them. */
const AS_USER = ['own'] as const;

const REMEDY = 'install bubblewrap (Debian: apt install bubblewrap)';

export class Bubblewrap implements Walls {
  readonly showsElsewhere = true;
  readonly #options: BubblewrapOptions;
  readonly #common: Pick<BubblewrapCall, 'view' | 'home' | 'proc'>;
  readonly #writable: readonly Mount[];
  #working: Promise<Result<Working, string>> | undefined;

  constructor(options: BubblewrapOptions) {
    const { home } = options.facts;
    this.#options = options;
    this.#writable = options.writable
      .filter((path) => existsSync(path))
      .map((path) => ({ from: path, at: path, writable: true }));
    this.#common = {
      view: hostView(options.facts, options.isRoot),
      home: home === '/' ? null : home,
      proc: {
        readOnly: PROC_READ_ONLY.filter((path) => existsSync(path)),
        hiddenFiles: PROC_HIDDEN_FILES.filter((path) => existsSync(path)),
        hiddenFolders: PROC_HIDDEN_FOLDERS.filter((path) => existsSync(path)),
      },
    };
  }

  async find(): Promise<WallsFound> {
    const working = await this.#probed();
    return working.ok ? { level: 'bubblewrap', detail: '' } : { level: 'none', detail: working.error };
  }

  async enclose(launch: Launch, bounds: WallBounds): Promise<Result<Launch, string>> {
    const working = await this.#probed();
    if (!working.ok) return working;
    const made = await makeScratch(bounds.scratch);
    if (!made.ok) return made;
    const missing = bounds.mounts.find(({ from }) => !existsSync(from));
    if (missing !== undefined) return err(`${missing.from} is to be shown and does not exist`);
    const places = [...this.#writable, ...bounds.mounts];
    const link = linkInTheWay(places);
    if (link !== null) return err(`${link} is a link where something is to be shown; remove it`);
    const program = seenProgram(launch, this.#common.view, places);
    if (!program.ok) return program;
    const argv = this.#surrounded(working.value, launch, bounds);
    if (!argv.ok) return argv;
    return ok({ argv: argv.value, env: confinedEnvironment(launch.env, this.#common.home), cwd: launch.cwd });
  }

  hiddenPart(path: string): string | null {
    return hiddenPart(path, this.#common.view, this.#writable);
  }

  /** With what lets the hosts of an allow list through, where there is one. */
  #surrounded(working: Working, launch: Launch, bounds: WallBounds): Result<string[], string> {
    const { network, scratch, mounts } = bounds;
    if (network.is !== 'allow-list') return ok(this.#command(working, launch, bounds));
    const parts = allowListParts({ hosts: network.hosts, refusals: `${scratch}-refused.jsonl` });
    if (!parts.ok) return parts;
    const { outside, inside, mounts: needed } = parts.value;
    const within = { ...launch, argv: [...inside, ...launch.argv] };
    return ok([...outside, ...this.#command(working, within, { ...bounds, mounts: [...needed, ...mounts] })]);
  }

  #command(
    { program, userNamespace }: Working,
    launch: Pick<Launch, 'argv' | 'cwd'>,
    bounds: WallBounds,
  ): string[] {
    const { argv, cwd } = launch;
    const { scratch, network } = bounds;
    const mounts = [...this.#writable, ...bounds.mounts];
    const call = {
      ...this.#common,
      scratch,
      mounts,
      network: network.is === 'open',
      userNamespace,
      filter: filterFile(scratch),
      cwd,
      argv,
    };
    return bubblewrapCommand(program, call);
  }

  #probed(): Promise<Result<Working, string>> {
    this.#working ??= this.#probe();
    return this.#working;
  }

  /** By starting something: what a name or a version promises is refused by many kernels. */
  async #probe(): Promise<Result<Working, string>> {
    const { program, isRoot } = this.#options;
    if (program === null) return err(`bubblewrap (bwrap) was not found; ${REMEDY}`);
    let said = '';
    for (const userNamespace of isRoot ? AS_ROOT : AS_USER) {
      const working = { program, userNamespace };
      const tried = await this.#try(working);
      if (tried.ok) return ok(working);
      said = tried.error;
    }
    return err(`bubblewrap does not work here: ${said}; see \`cox doctor\``);
  }

  async #try(working: Working): Promise<Result<void, string>> {
    return tryWalls((launch, bounds) => ok(this.#command(working, launch, bounds)));
  }
}
