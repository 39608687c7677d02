/** The living processes of this machine, from /proc: who belongs to whom, and how much memory they hold. */

import { readdirSync, readFileSync, statSync } from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** In the unit that pids are told apart by. */
  readonly startTime: string;
  readonly threads: number;
  /** The marker of the job that its environment names; empty when it names none, or is hidden from us. */
  readonly marker: string;
}

/** One look at all processes. Null where the system shows none. */
export function readProcesses(): readonly ProcessEntry[] | null {
  let names: readonly string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return null;
  }
  const entries = names.flatMap((name) => (/^\d+$/.test(name) ? entryOf(name) : []));
  return entries.length === 0 ? null : entries;
}

const MARKER = /(?:^|\0)COX_JOB=([^\0]*)/;

/** proc(5). The command's name in brackets may hold anything, so fields count from its last bracket. */
function entryOf(pid: string): ProcessEntry[] {
  const stat = textOf(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, , session] = fields;
  const threads = fields[17];
  const startTime = fields[19];
  if (startTime === undefined || threads === undefined || state === 'Z' || state === 'X') return [];
  return [
    {
      pid: Number(pid),
      parent: Number(parent),
      session: Number(session),
      startTime,
      threads: Number(threads),
      marker: MARKER.exec(textOf(`/proc/${pid}/environ`))?.[1] ?? '',
    },
  ];
}

/** Of our user, over the whole machine: what a limit on a user's processes counts. */
export function userThreads(): number {
  const own = process.getuid?.() ?? -1;
  let threads = 0;
  for (const entry of readProcesses() ?? []) {
    if (statSync(`/proc/${entry.pid}`, { throwIfNoEntry: false })?.uid === own) threads += entry.threads;
  }
  return threads;
}

export interface TreeRoot {
  /** Null when it has ended. */
  readonly agent: { readonly pid: number; readonly startTime: string } | null;
  /** Held by the environment of whoever belongs to it. */
  readonly marker: string;
}

export function treeOf(
  processes: readonly ProcessEntry[],
  { agent, marker }: TreeRoot,
): readonly ProcessEntry[] {
  const isAgent = ({ pid, startTime }: ProcessEntry): boolean =>
    pid === agent?.pid && startTime === agent.startTime;
  const ours = new Set<number>();
  for (const entry of processes) if (isAgent(entry) || entry.marker === marker) ours.add(entry.pid);
  for (let before = -1; before !== ours.size; ) {
    before = ours.size;
    for (const { pid, parent, session } of processes) {
      if (ours.has(parent) || ours.has(session)) ours.add(pid);
    }
  }
  return processes.filter(({ pid }) => ours.has(pid));
}

/** `own` is anonymous memory, and what of it was swapped out; nothing for a process that is gone. In bytes. */
function memoryOf(pid: number): { readonly own: number; readonly shared: number } {
  const status = textOf(`/proc/${pid}/status`);
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  return {
    own: (kilobytes('RssAnon') + kilobytes('VmSwap')) * 1024,
    shared: kilobytes('RssShmem') * 1024,
  };
}

/** Shared memory counts once, as large as the process that has most of it in use. In bytes. */
export function memoryTogether(pids: readonly number[]): number {
  let own = 0;
  let shared = 0;
  for (const pid of pids) {
    const memory = memoryOf(pid);
    own += memory.own;
    shared = Math.max(shared, memory.shared);
  }
  return own + shared;
}

/** Of itself and of its children that have ended, in ticks of the kernel's; 0 for a process that is gone. */
export function ticksOf(pid: number): number {
  const stat = textOf(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [11, 12, 13, 14].reduce((sum, index) => sum + (Number(fields[index]) || 0), 0);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
