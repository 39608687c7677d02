/**
 * Who a process is, so that it can be told from a later one with the same pid: pid, start time and boot.
 * Linux reads /proc, macOS asks `ps` and `sysctl`. Elsewhere a process is known by its pid alone.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

import type { Owner } from '../core/event.ts';

/** What can be said of a pid without asking anybody else. `hidden`: it exists, and its start time cannot be read. */
type Sight =
  | { readonly is: 'alive'; readonly startTime: string }
  | { readonly is: 'dead' }
  | { readonly is: 'hidden' };

/** The kernel's number for the first PID namespace (PROC_PID_INIT_INO in include/linux/proc_ns.h). */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

const TOOL_TIMEOUT_MS = 5_000;

/** The identity of the calling process. */
export function ownIdentity(): Owner {
  return { pid: process.pid, host: hostId(), startTime: readStartTime(process.pid) ?? '', bootId: bootId() };
}

/** The identity of a process on this machine, or null when no living process has the pid. */
export function identify(pid: number): Owner | null {
  const startTime = readStartTime(pid);
  return startTime === null ? null : { pid, host: hostId(), startTime, bootId: bootId() };
}

/**
 * False only when the process is known to be gone: its machine was started anew, nobody has its pid, or
 * somebody else has. A zombie is gone. Of a process on another host nothing is known, so it counts as alive.
 */
export function isAlive(owner: Owner): boolean {
  if (owner.host !== hostId()) return true;
  if (owner.bootId !== bootId()) return false;
  const sight = look(owner.pid);
  if (sight.is !== 'alive') return sight.is === 'hidden';
  return owner.startTime === '' || sight.startTime === owner.startTime;
}

/**
 * When the process was started, in a unit that is only good for comparing: clock ticks since boot on Linux,
 * a date of `ps` on macOS. Null when there is no such process, when it is a zombie, or when it cannot be read.
 */
export function readStartTime(pid: number): string | null {
  const sight = look(pid);
  return sight.is === 'alive' ? sight.startTime : null;
}

let knownBootId: string | undefined;

/** Differs after each start of the machine. Empty where the system does not say. */
export function bootId(): string {
  knownBootId ??= readBootId();
  return knownBootId;
}

let knownHostId: string | undefined;

/**
 * Where a pid means something. Two containers may share a name, a boot and a repository and still not see
 * each other's processes, so a PID namespace other than the first belongs to the name.
 */
function hostId(): string {
  knownHostId ??= readHostId();
  return knownHostId;
}

function readHostId(): string {
  if (process.platform !== 'linux') return hostname();
  try {
    const namespace = readlinkSync('/proc/self/ns/pid');
    if (namespace === FIRST_PID_NAMESPACE) return hostname();
    return `${hostname()}/pidns-${namespace.replace(/\D/g, '')}`;
  } catch {
    return hostname();
  }
}

function readBootId(): string {
  if (process.platform === 'linux') return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  if (process.platform !== 'darwin') return '';
  // kern.boottime moves when the clock is set; the session's UUID does not, but old systems lack it.
  const uuid = runTool('sysctl', ['-n', 'kern.bootsessionuuid']);
  if (uuid !== '') return uuid;
  return /sec = (\d+)/.exec(runTool('sysctl', ['-n', 'kern.boottime']))?.[1] ?? '';
}

function look(pid: number): Sight {
  // Signal 0 to these means a group of processes, or everybody.
  if (!Number.isSafeInteger(pid) || pid <= 0) return { is: 'dead' };
  if (process.platform === 'linux') return lookInProc(pid);
  if (process.platform === 'darwin')
    return parsePs(runTool('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)]), pid);
  return probe(pid);
}

function lookInProc(pid: number): Sight {
  const stat = readText(`/proc/${pid}/stat`);
  return (stat === null ? null : parseProcStat(stat)) ?? probe(pid);
}

/**
 * Reads /proc/<pid>/stat: field 3 is the state, field 22 the start time in clock ticks since boot (proc(5)).
 * Field 2, the command's name in brackets, may itself hold spaces and brackets, so fields count from its last `)`.
 * Null for a text of another shape.
 */
export function parseProcStat(stat: string): Sight | null {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const state = fields[0];
  const startTime = fields[19];
  if (!stat.includes(')') || state === undefined || startTime === undefined) return null;
  return isGone(state) ? { is: 'dead' } : { is: 'alive', startTime };
}

function parsePs(line: string, pid: number): Sight {
  const match = /^(\S+)\s+(\S.*)$/.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) return probe(pid);
  return isGone(match[1]) ? { is: 'dead' } : { is: 'alive', startTime: match[2].replace(/\s+/g, ' ') };
}

function isGone(state: string): boolean {
  return state.startsWith('Z') || state.startsWith('X');
}

/** For when the system shows nothing of the pid: it is gone, or another user's and hidden from us (`hidepid`). */
function probe(pid: number): Sight {
  try {
    process.kill(pid, 0);
    return { is: 'hidden' };
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    return { is: gone ? 'dead' : 'hidden' };
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

function runTool(command: string, args: readonly string[]): string {
  // `lstart` is printed in the caller's language and time zone, and must compare equal between callers.
  const env = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    env,
    timeout: TOOL_TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return result.status === 0 ? result.stdout.trim() : '';
}
