/** What any run needs of this machine. */

import type { Protection } from '../../core/isolation.ts';
import { confinementWords, limitWords } from '../../views/protection.ts';
import type { KnownAgent } from '../context.ts';
import { type DoctorFinding, type Found, fine, type Probe } from './finding.ts';
import { roomAt, writableFolder } from './folders.ts';

export interface MachineRequest {
  readonly nodeVersion: string;
  /** Absolute; it may not exist yet. */
  readonly stateHome: string;
  readonly agents: readonly KnownAgent[];
  readonly probe: Probe;
  readonly protection: () => Promise<Protection>;
}

const LEAST_NODE = [22, 13] as const;
const LEAST_GIT = [2, 39] as const;

export async function examineMachine(request: MachineRequest): Promise<readonly DoctorFinding[]> {
  const { probe, stateHome } = request;
  const found = await Promise.all([
    node(request.nodeVersion),
    git(probe),
    tool(probe, {
      name: 'sh',
      argv: ['sh', '-c', 'echo it runs'],
      needed: true,
      remedy: 'Install a POSIX shell.',
    }),
    tool(probe, {
      name: 'python3',
      argv: ['python3', '--version'],
      needed: false,
      remedy: 'Install Python 3 if a plan validates its groups with Python.',
    }),
    tool(probe, {
      name: 'uv',
      argv: ['uv', '--version'],
      needed: false,
      remedy: 'Install uv if a plan installs packages of Python.',
    }),
    writableFolder('state folder', stateHome, 'set XDG_STATE_HOME to a folder that is'),
    roomAt('disk', stateHome),
    sandbox(request.protection),
    ...request.agents.map(agentFinding),
  ]);
  return found.map((each) => ({ about: 'machine', ...each }));
}

async function sandbox(find: MachineRequest['protection']): Promise<Found> {
  const protection = await find();
  const detail = `${confinementWords(protection)} (${limitWords(protection)})`;
  if (protection.level !== 'none') return fine('sandbox', detail, false);
  const remedy = 'See docs/isolation.md for what a sandbox needs; without one agents are not confined.';
  return { name: 'sandbox', state: 'missing', needed: false, detail, remedy };
}

async function node(version: string): Promise<Found> {
  if (atLeast(version, LEAST_NODE)) return fine('node', version);
  const detail = `${version} is too old`;
  return { name: 'node', state: 'wrong', needed: true, detail, remedy: 'Install Node.js 22.13 or later.' };
}

async function git(probe: Probe): Promise<Found> {
  const version = await probe(['git', '--version']);
  const remedy = 'Install git 2.39 or later.';
  if (version === null) return { name: 'git', state: 'missing', needed: true, detail: 'not found', remedy };
  if (atLeast(version, LEAST_GIT)) return fine('git', version.trim());
  return { name: 'git', state: 'wrong', needed: true, detail: `${version.trim()} is too old`, remedy };
}

export interface Tool {
  readonly name: string;
  readonly argv: readonly string[];
  readonly needed: boolean;
  readonly remedy: string;
}

export async function tool(probe: Probe, { name, argv, needed, remedy }: Tool): Promise<Found> {
  const output = await probe(argv);
  if (output !== null) return fine(name, output.split('\n')[0]?.trim() ?? '', needed);
  return { name, state: 'missing', needed, detail: 'not found', remedy };
}

/** Looked for, not started. None of them is needed: a run uses one or two. */
function agentFinding({ name: agent, part }: KnownAgent): Found {
  const name = `agent ${agent}`;
  const found = part();
  if (found === null)
    return { name, state: 'not run', needed: false, detail: 'settings say what it starts', remedy: '' };
  if (found.missing === null) return fine(name, `${found.name} is there`, false);
  const remedy = `Only to run tasks with --agent ${agent}.`;
  return { name, state: 'missing', needed: false, detail: found.missing, remedy };
}

/** The first two numbers of the text, compared. */
function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const match = /(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  const [found, foundMinor] = [Number(match[1]), Number(match[2])];
  return found > major || (found === major && foundMinor >= minor);
}
