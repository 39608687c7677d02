/** What the machine's processes cost us: this process, its helper and the shims, but not the agents. Linux only. */

import { readdirSync, readFileSync } from 'node:fs';

/** This process, and all others of ours that live now. */
export interface OwnProcesses {
  /** Milliseconds of processor time so far. What this look itself takes is not among what lies between two of them. */
  times(): OwnTimes;
  bytes(): OwnBytes;
}

export interface OwnTimes {
  readonly self: number;
  readonly others: number;
}

/** Resident: of this process; of the others what is theirs alone and their part of what is shared. */
export interface OwnBytes {
  readonly self: number;
  readonly others: number;
}

/** `folder` is where the shims have their jobs, as it stands in their arguments. */
export function ownProcesses(folder: string): OwnProcesses {
  const all = processes();
  const helpers = all.filter(({ parent }) => parent === process.pid).map(({ pid }) => pid);
  const shims = all.filter(({ pid }) => {
    const line = textOf(`/proc/${pid}/cmdline`);
    return line.includes('shim.sh') && line.includes(folder);
  });
  // A shim leads its session; the agent has one of its own.
  const sessions = new Set(shims.map(({ session }) => session));
  const others = all.filter(({ pid, session }) => helpers.includes(pid) || sessions.has(session));
  let ownLooks = 0;
  return {
    times: () => {
      const before = selfMs();
      const othersMs = sum(others.map(({ pid }) => runMs(pid)));
      const self = before - ownLooks;
      ownLooks += selfMs() - before;
      return { self, others: othersMs };
    },
    bytes: () => ({
      self: process.memoryUsage.rss(),
      others: sum(others.map(({ pid }) => sharedBytes(pid))),
    }),
  };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

function selfMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of processor time of this process, its helper, and all that they have waited for; in steps of 10. */
export function familyMs(): number {
  const helpers = processes().filter(({ parent }) => parent === process.pid);
  const waitedFor = [process.pid, ...helpers.map(({ pid }) => pid)].map((pid) => ticks(pid, [15, 16]));
  const own = helpers.map(({ pid }) => ticks(pid, [13, 14]));
  return selfMs() + 10 * sum([...waitedFor, ...own]);
}

function processes(): readonly Process[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .flatMap((pid) => {
      const fields = fieldsOf(pid);
      return fields.length === 0 ? [] : [{ pid, parent: Number(fields[3]), session: Number(fields[5]) }];
    });
}

/** Counted from 0, as proc(5) has them from 1; the name is one field. Empty for a process that is gone. */
function fieldsOf(pid: number): readonly string[] {
  const text = textOf(`/proc/${pid}/stat`);
  const behind = text.lastIndexOf(')');
  return behind === -1 ? [] : [String(pid), 'name', ...text.slice(behind + 2).split(' ')];
}

function ticks(pid: number, fields: readonly number[]): number {
  const of = fieldsOf(pid);
  return sum(fields.map((field) => Number(of[field] ?? 0)));
}

/** In nanoseconds, where `stat` has steps of ten milliseconds. Of programs with one thread. */
function runMs(pid: number): number {
  return Number(textOf(`/proc/${pid}/schedstat`).split(' ')[0] ?? 0) / 1e6;
}

function sharedBytes(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
