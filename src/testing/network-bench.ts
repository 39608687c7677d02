/** Sandboxes with a network of an allow list, for tests: real bubblewrap, and as little else as there can be. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { allowListParts } from '../sandbox/network/parts.ts';

const KEEPER = fileURLToPath(new URL('network-keeper-main.ts', import.meta.url));
const BASE = ['--die-with-parent', '--unshare-pid', '--unshare-net', '--dev', '/dev', '--proc', '/proc'];
const SYSTEM = ['/usr', '/bin', '/lib', '/lib64', '/etc'].filter((path) => existsSync(path));

export interface ConfinedCall {
  readonly hosts: readonly string[];
  /** Absolute; the file of refusals. */
  readonly refusals: string;
  /** What names lead to; without them the machine's own resolver is asked. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** Folders that are shown, and may be written. */
  readonly shown?: readonly string[];
}

/** Why there can be no sandbox on this machine; false when there can be. */
export function noSandbox(): string | false {
  const tried = spawnSync('bwrap', [...BASE, '--ro-bind', '/', '/', '--', '/bin/sh', '-c', 'exit 42'], {
    encoding: 'utf8',
  });
  if (tried.status === 42) return false;
  return `bubblewrap does not work here: ${tried.error?.message ?? tried.stderr.trim()}`;
}

/** What to start for a program in the sandbox. */
export function confined(call: ConfinedCall, program: readonly string[], bubblewrap = 'bwrap'): string[] {
  const { hosts, refusals, names, shown = [] } = call;
  const parts = allowListParts({ hosts, refusals });
  if (!parts.ok) throw new Error(parts.error);
  const { outside, inside, mounts } = parts.value;
  return [
    ...(names === undefined
      ? outside
      : [...outside.slice(0, -2), KEEPER, JSON.stringify({ hosts, refusals, names })]),
    bubblewrap,
    ...BASE,
    ...SYSTEM.flatMap((path) => ['--ro-bind', path, path]),
    ...['--tmpfs', '/tmp'],
    ...shown.flatMap((path) => ['--bind', path, path]),
    ...mounts.flatMap(({ from, at }) => ['--ro-bind', from, at]),
    '--',
    ...inside,
    ...program,
  ];
}

export interface Ran {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function start(argv: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const [program = '', ...args] = argv;
  return spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
}

export async function ran(child: ChildProcess, stdin = ''): Promise<Ran> {
  if (child.stdin === null || child.stdout === null || child.stderr === null) throw new Error('no pipes');
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, signal, stdout, stderr };
}
