/** What a machine needs for runs, checked one by one. */

import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KnownAgent } from './context.ts';
import { exists } from './files.ts';

export interface DoctorFinding {
  readonly name: string;
  /** `missing` makes the exit code 1; `absent` is something that runs can do without. */
  readonly state: 'ok' | 'missing' | 'absent';
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
    tool(probe, {
      name: 'git-lfs',
      argv: ['git', 'lfs', 'version'],
      needed: false,
      remedy: 'Install git-lfs if the repository keeps files with it.',
    }),
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

async function node(version: string): Promise<DoctorFinding> {
  const good = atLeast(version, LEAST_NODE);
  return good
    ? { name: 'node', state: 'ok', detail: version, remedy: '' }
    : { name: 'node', state: 'missing', detail: version, remedy: 'Install Node.js 22.13 or later.' };
}

async function git(probe: DoctorRequest['probe']): Promise<DoctorFinding> {
  const version = await probe(['git', '--version']);
  const remedy = 'Install git 2.39 or later.';
  if (version === null) return { name: 'git', state: 'missing', detail: 'not found', remedy };
  const detail = version.trim();
  return atLeast(version, LEAST_GIT)
    ? { name: 'git', state: 'ok', detail, remedy: '' }
    : { name: 'git', state: 'missing', detail: `${detail} is too old`, remedy };
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
  if (output !== null) return { name, state: 'ok', detail: output.split('\n')[0]?.trim() ?? '', remedy: '' };
  return { name, state: needed ? 'missing' : 'absent', detail: 'not found', remedy };
}

async function bubblewrap(probe: DoctorRequest['probe']): Promise<DoctorFinding> {
  const version = await probe(['bwrap', '--version']);
  const detail = `${version === null ? 'not found' : version.trim()}; this version does not confine agents with it`;
  return {
    name: 'bubblewrap',
    state: version === null ? 'absent' : 'ok',
    detail,
    remedy: version === null ? 'Run only agents that you would let run in your checkout.' : '',
  };
}

async function stateFolder(path: string): Promise<DoctorFinding> {
  const there = await nearestThere(path);
  const writable = await access(there, constants.W_OK).then(
    () => true,
    () => false,
  );
  return writable
    ? { name: 'state folder', state: 'ok', detail: path, remedy: '' }
    : {
        name: 'state folder',
        state: 'missing',
        detail: `${path} cannot be written`,
        remedy: `Make ${there} writable, or set XDG_STATE_HOME to a folder that is.`,
      };
}

async function disk(path: string): Promise<DoctorFinding> {
  const { bavail, bsize } = await statfs(await nearestThere(path));
  const free = bavail * bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free`;
  return free >= LEAST_DISK_BYTES
    ? { name: 'disk', state: 'ok', detail, remedy: '' }
    : {
        name: 'disk',
        state: 'missing',
        detail,
        remedy: 'Make room: worktrees need at least 1 GB, large projects more.',
      };
}

async function agentFinding(
  probe: DoctorRequest['probe'],
  { name, program }: KnownAgent,
): Promise<DoctorFinding> {
  if (program === undefined) return { name: `agent ${name}`, state: 'ok', detail: 'built in', remedy: '' };
  return await tool(probe, {
    name: `agent ${name}`,
    argv: [program, '--version'],
    needed: false,
    remedy: `Install ${program} to run tasks with it.`,
  });
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
