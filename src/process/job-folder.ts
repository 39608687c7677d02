/** The files by which a job's shim and those who watch it speak to each other; `shim.sh` writes them. */

import { readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

import type { Owner } from '../core/event.ts';
import { isCgroupOfOurs } from './cgroup.ts';

export interface JobFiles {
  /** Who runs the job; its creation decides between two shims. */
  readonly claim: string;
  readonly agent: string;
  readonly end: string;
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
}

export function jobFiles(folder: string): JobFiles {
  return {
    claim: join(folder, 'claim'),
    agent: join(folder, 'agent'),
    end: join(folder, 'end'),
    stdin: join(folder, 'stdin'),
    stdout: join(folder, 'stdout.log'),
    stderr: join(folder, 'stderr.log'),
  };
}

export interface Claim {
  readonly shim: Owner;
  /** The random id by which the job's processes are known. */
  readonly marker: string;
  /** Absolute folders of the control groups that they are in. */
  readonly cgroups: readonly string[];
}

/** `begun`: somebody is writing it this moment, or died doing so. */
export type ClaimSight =
  | { readonly is: 'none' }
  | { readonly is: 'begun' }
  | { readonly is: 'made'; readonly claim: Claim };

export function readClaim(files: JobFiles): ClaimSight {
  const text = readText(files.claim);
  if (text === null) return { is: 'none' };
  const [pid, startTime, bootId, host, marker, ...rest] = text.split('\n');
  const dot = rest.indexOf('.');
  const number = processId(pid);
  if (startTime === undefined || bootId === undefined || host === undefined) return { is: 'begun' };
  if (number === null || marker === undefined || dot === -1) return { is: 'begun' };
  const cgroups = rest.slice(0, dot).filter(isCgroupOfOurs);
  return { is: 'made', claim: { shim: { pid: number, startTime, bootId, host }, marker, cgroups } };
}

/** The agent's own process; null before it runs. `claim` says on which machine and boot. */
export function readAgent(files: JobFiles, claim: Claim): Owner | null {
  const [pid, startTime, dot] = (readText(files.agent) ?? '').split('\n');
  const number = processId(pid);
  if (number === null || startTime === undefined || dot !== '.') return null;
  return { ...claim.shim, pid: number, startTime };
}

/** Null for what is no pid of a job: a signal to 0, 1 or a negative number would go to others. */
function processId(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) > 1 ? Number(text) : null;
}

export interface EndReport {
  readonly reason: 'exited' | 'hard-timeout' | 'stopped';
  /** As the shell has it: 128 and a signal's number are one with an exit code of that value. */
  readonly status: number;
  readonly truncated: boolean;
}

/** Null while the job runs, and for ever when its shim died before it could write. */
export function readEnd(files: JobFiles): EndReport | null {
  const match = /^(exited|hard-timeout|stopped) (\d{1,3}) ([01]) \.\n/.exec(readText(files.end) ?? '');
  const [, reason, status, truncated] = match ?? [];
  if (reason !== 'exited' && reason !== 'hard-timeout' && reason !== 'stopped') return null;
  return { reason, status: Number(status), truncated: truncated === '1' };
}

const LAST_PLAIN_SIGNAL = 31;

/** A status over 128 is taken for death by that signal, where there is such a signal. */
export function exitOf(status: number): { readonly code: number | null; readonly signal: string | null } {
  const number = status - 128;
  if (number > 0 && number <= LAST_PLAIN_SIGNAL) {
    for (const [name, value] of Object.entries(constants.signals)) {
      if (value === number) return { code: null, signal: name };
    }
  }
  return { code: status, signal: null };
}

/**
 * The message of the shell or of `setsid` for a program that the kernel would not run, such as a script whose
 * interpreter is missing. Null when the program itself ended with that status.
 */
export function execFailure(
  files: JobFiles,
  status: number,
  names: { readonly shim: string; readonly program: string },
): string | null {
  if (status !== 126 && status !== 127) return null;
  const lines = (readText(files.stderr) ?? '').trimEnd().split('\n');
  const line = lines[0];
  if (line === undefined || lines.length !== 1 || !line.includes(names.program)) return null;
  const ours = line.startsWith('setsid: ') || line.startsWith(`${names.shim}: `);
  return ours
    ? `${names.program} could not be executed: ${line.slice(line.lastIndexOf(':') + 1).trim()}`
    : null;
}

/** Removes what is of no use after the end, and holds the logs to their bound to the byte. Never fails. */
export function tidyFolder(folder: string, logBytes: number): void {
  for (const name of ['out', 'err', 'deadline']) quietly(() => rmSync(join(folder, name), { force: true }));
  const files = jobFiles(folder);
  for (const path of [files.stdout, files.stderr]) {
    quietly(() => {
      if (statSync(path).size > logBytes) truncateSync(path, logBytes);
    });
  }
}

/** For a job that was claimed and never ran. Never fails. */
export function dropClaim(files: JobFiles): void {
  for (const path of [files.end, files.claim]) quietly(() => rmSync(path, { force: true }));
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // A log that was never made, or a folder that is gone.
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
