/** How a job's shim is started: its arguments, and the environment that the job gets through it. */

import { randomUUID } from 'node:crypto';

import type { ProcessLimits } from '../core/isolation.ts';
import { cgroupLines } from './cgroup.ts';
import { DEFAULT_PATH } from './find-program.ts';
import { ownIdentity } from './identity.ts';
import type { StartRequest } from './start/start.ts';
import { graceTicks, SHELL, SHIM } from './sweep.ts';

/** What is started, where, and what it sees. */
export interface JobLaunch {
  /** argv[0] is looked up in env.PATH. */
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment; nothing is inherited. A name that is no shell identifier is left out. */
  readonly env: Readonly<Record<string, string>>;
  /** Folders of control groups, made for this job and empty. All it starts is in them; they are removed after it. */
  readonly cgroups?: readonly string[];
  readonly rlimits?: ProcessLimits;
  /** The program stands around the job's own processes: it is not asked to end, for it would end them at once. */
  readonly walled?: boolean;
}

interface ShimBounds {
  readonly folder: string;
  readonly hardMs: number;
  readonly graceMs: number;
  readonly logBytes: number;
}

export function shimRequest(
  bounds: ShimBounds,
  { argv, cwd, env, cgroups, rlimits, walled }: JobLaunch,
): StartRequest {
  const { bootId, host } = ownIdentity();
  const args = [
    SHIM,
    bounds.folder,
    seconds(bounds.hardMs),
    graceTicks(bounds.graceMs),
    blocks(bounds.logBytes),
    bootId,
    host,
    cgroupLines(cgroups),
    ulimits(rlimits ?? {}),
    walled === true ? 'walls' : '',
  ];
  return { program: SHELL, args: [...args, ...argv], cwd, env: shimEnv(env), output: false };
}

function shimEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  // Shells pass on only what they could name themselves, and not all alike.
  const named = Object.entries(env).filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  return { PATH: DEFAULT_PATH, ...Object.fromEntries(named), COX_SHIM: randomUUID() };
}

/** Letters of `ulimit`, each with its value. */
function ulimits({ openFiles, fileBytes, userProcesses }: ProcessLimits): string {
  const words: string[] = [];
  if (openFiles !== undefined) words.push('n', String(Math.ceil(openFiles)));
  if (fileBytes !== undefined) words.push('f', blocks(fileBytes));
  if (userProcesses !== undefined) words.push('u', String(Math.ceil(userProcesses)));
  return words.join(' ');
}

/** Whole seconds where it matters little: some systems' `sleep` knows no others. */
function seconds(ms: number): string {
  return ms >= 10_000
    ? String(Math.ceil(ms / 1_000))
    : (Math.max(1, ms) / 1_000).toFixed(3).replace(/\.?0+$/, '');
}

/** In the unit of `ulimit -f`. */
function blocks(bytes: number): string {
  return String(Math.ceil(bytes / 512));
}
