/** What a machine needs for runs, checked one by one. */

import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KnownAgent } from './context.ts';
import { exists } from './files.ts';

export interface DoctorFinding {
  readonly name: string;
  /** `not run`: it could not be looked at. */
  readonly state: 'ok' | 'missing' | 'not run';
  /** Runs cannot do without it. */
  readonly needed: boolean;
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly remedy: string;
}

export interface DoctorRequest {
  readonly nodeVersion: string;
  /** Absolute; it may not exist yet. */
  readonly stateHome: string;
  readonly agents: readonly KnownAgent[];
  /** What a short command prints; null when it is not there or fails. */
  readonly probe: (argv: readonly string[]) => Promise<string | null>;
}

const LEAST_NODE = [22, 13] as const;
const LEAST_GIT = [2, 39] as const;
/** Worktrees of a middling repository fill this quickly. */
const LEAST_DISK_BYTES = 1e9;

export async function examine(request: DoctorRequest): Promise<readonly DoctorFinding[]> {
  const { probe } = request;
  return await Promise.all([
    node(request.nodeVersion),
    git(probe),
    tool(probe, {
      name: 'sh',
      argv: ['sh', '-c', 'echo it runs'],
      needed: true,
      remedy: 'Install a POSIX shell.',
    }),
    gitLfs(probe),
    tool(probe, {
      name: 'python3',
      argv: ['python3', '--version'],
      needed: false,
      remedy: 'Install Python 3 if a plan validates its groups with Python.',
    }),
    bubblewrap(probe),
    stateFolder(request.stateHome),
    disk(request.stateHome),
    ...request.agents.map((agent) => agentFinding(probe, agent)),
  ]);
}

function fine(name: string, detail: string, needed = true): DoctorFinding {
  return { name, state: 'ok', needed, detail, remedy: '' };
}

async function node(version: string): Promise<DoctorFinding> {
  if (atLeast(version, LEAST_NODE)) return fine('node', version);
  const detail = `${version} is too old`;
  return { name: 'node', state: 'missing', needed: true, detail, remedy: 'Install Node.js 22.13 or later.' };
}

async function git(probe: DoctorRequest['probe']): Promise<DoctorFinding> {
  const version = await probe(['git', '--version']);
  if (version !== null && atLeast(version, LEAST_GIT)) return fine('git', version.trim());
  const detail = version === null ? 'not found' : `${version.trim()} is too old`;
  return { name: 'git', state: 'missing', needed: true, detail, remedy: 'Install git 2.39 or later.' };
}

async function gitLfs(probe: DoctorRequest['probe']): Promise<DoctorFinding> {
  const name = 'git-lfs';
  if ((await probe(['git', '--version'])) === null) {
    return {
      name,
      state: 'not run',
      needed: false,
      detail: 'there is no git to ask',
      remedy: 'Install git first.',
    };
  }
  const remedy = 'Install git-lfs if the repository keeps files with it.';
  return await tool(probe, { name, argv: ['git', 'lfs', 'version'], needed: false, remedy });
}

interface Tool {
  readonly name: string;
  readonly argv: readonly string[];
  readonly needed: boolean;
  readonly remedy: string;
}

async function tool(
  probe: DoctorRequest['probe'],
  { name, argv, needed, remedy }: Tool,
): Promise<DoctorFinding> {
  const output = await probe(argv);
  if (output !== null) return fine(name, output.split('\n')[0]?.trim() ?? '', needed);
  return { name, state: 'missing', needed, detail: 'not found', remedy };
}

const UNCONFINED = 'this version does not confine agents with it';

async function bubblewrap(probe: DoctorRequest['probe']): Promise<DoctorFinding> {
  const version = await probe(['bwrap', '--version']);
  if (version !== null) return fine('bubblewrap', `${version.trim()}; ${UNCONFINED}`, false);
  return {
    name: 'bubblewrap',
    state: 'missing',
    needed: false,
    detail: `not found; ${UNCONFINED}`,
    remedy: 'Run only agents that you would let run in your checkout.',
  };
}

async function stateFolder(path: string): Promise<DoctorFinding> {
  const there = await nearestThere(path);
  const writable = await access(there, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (writable) return fine('state folder', path);
  const remedy = `Make ${there} writable, or set XDG_STATE_HOME to a folder that is.`;
  return {
    name: 'state folder',
    state: 'missing',
    needed: true,
    detail: `${path} cannot be written`,
    remedy,
  };
}

async function disk(path: string): Promise<DoctorFinding> {
  const name = 'disk';
  const sizes = await statfs(await nearestThere(path)).catch(() => null);
  if (sizes === null) {
    const remedy = 'See by hand that 1 GB is free.';
    return { name, state: 'not run', needed: true, detail: 'the system does not say', remedy };
  }
  const free = sizes.bavail * sizes.bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free`;
  if (free >= LEAST_DISK_BYTES) return fine(name, detail);
  const remedy = 'Make room: worktrees need at least 1 GB, those of large projects more.';
  return { name, state: 'missing', needed: true, detail, remedy };
}

async function agentFinding(probe: DoctorRequest['probe'], agent: KnownAgent): Promise<DoctorFinding> {
  const name = `agent ${agent.name}`;
  const { program } = agent;
  if (program === undefined)
    return fine(name, 'its driver is built in; the command or recipe you give it is not tried', false);
  const remedy = `Install ${program} to run tasks with it.`;
  return await tool(probe, { name, argv: [program, '--version'], needed: false, remedy });
}

async function nearestThere(path: string): Promise<string> {
  let there = path;
  while (!(await exists(there)) && dirname(there) !== there) there = dirname(there);
  return there;
}

/** The first two numbers of the text, compared. */
function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const match = /(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  const [found, foundMinor] = [Number(match[1]), Number(match[2])];
  return found > major || (found === major && foundMinor >= minor);
}
