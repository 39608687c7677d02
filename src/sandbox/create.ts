/** The sandbox of this machine. */

import { existsSync, realpathSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { HostEnvironment } from '../process/environment.ts';
import { DEFAULT_PATH, findProgram } from '../process/find-program.ts';
import { Bubblewrap } from './bubblewrap.ts';
import { LocalSandbox } from './local-sandbox.ts';
import { ResourceLimiter } from './resources/resource-limiter.ts';
import { SandboxExec } from './sandbox-exec.ts';
import { NoWalls, type Walls } from './walls.ts';

export interface SandboxOptions {
  readonly env: HostEnvironment;
  /** Absolute; the user's own. */
  readonly checkout: string;
  /** Absolute, or below `~/`. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

/** Coxswain itself: embedded agents, and what is started around an agent, are programs of it. */
const INSTALLED = fileURLToPath(new URL('../..', import.meta.url));

export function createSandbox(options: SandboxOptions): LocalSandbox {
  return new LocalSandbox({ walls: createWalls(options), limiter: new ResourceLimiter() });
}

function createWalls({ env, checkout, readable, writable }: SandboxOptions): Walls {
  const system = platform();
  if (system !== 'linux' && system !== 'darwin') return new NoWalls(`there is no sandbox for ${system}`);
  const home = env['HOME'] || homedir();
  const searchPath = env['PATH'] ?? DEFAULT_PATH;
  const paths = (list: readonly string[]): string[] => list.map((path) => inHome(path, home));
  const options = {
    facts: { home, searchPath, readable: [...ownPlaces(), ...paths(readable)], checkout },
    writable: paths(writable),
    isRoot: process.getuid?.() === 0,
  };
  if (system === 'darwin') return new SandboxExec(options);
  const program = findProgram('bwrap', searchPath, '/');
  return new Bubblewrap({ ...options, program: program.ok ? program.value : null });
}

/** Also where links lead to: Node.js and the packages may lie elsewhere. */
function ownPlaces(): string[] {
  const places = [INSTALLED, join(INSTALLED, 'node_modules'), process.execPath];
  return places.filter((path) => existsSync(path)).flatMap((path) => [path, realpathSync(path)]);
}

function inHome(path: string, home: string): string {
  return path.startsWith('~/') ? join(home, path.slice(2)) : resolve('/', path);
}
