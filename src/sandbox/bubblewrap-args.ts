/** The words of a call of bubblewrap. Pure. */

import { join } from 'node:path';

import type { Mount } from '../ports/sandbox.ts';
import type { ViewEntry } from './host-view.ts';

export interface BubblewrapCall {
  /** What of the machine is shown; read-only. */
  readonly view: readonly ViewEntry[];
  /** The user's home; null where there is none to be replaced. */
  readonly home: string | null;
  /** Absolute; holds `tmp` and `home`. */
  readonly scratch: string;
  readonly mounts: readonly Mount[];
  /** False gives a loopback device and nothing else. */
  readonly network: boolean;
  /**
   * A namespace of users of its own: what a user without rights over the machine needs. `last`: none can be made in
   * it, for in one of its own a process of root's could mount the control groups, which are root's.
   */
  readonly userNamespace: 'none' | 'own' | 'last';
  /** Absolute; the file of the filter for system calls, which descriptor 9 is opened on. */
  readonly filter: string;
  /** Paths below /proc that are there on this kernel. */
  readonly proc: ProcParts;
  readonly cwd: string;
  readonly argv: readonly string[];
}

export interface ProcParts {
  readonly readOnly: readonly string[];
  readonly hiddenFiles: readonly string[];
  readonly hiddenFolders: readonly string[];
}

/** Settings of the whole machine: root may write some of them without any capability, for they are root's. */
export const PROC_READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys'];
export const PROC_HIDDEN_FILES = [
  '/proc/kcore',
  '/proc/keys',
  '/proc/kpagecgroup',
  '/proc/kpagecount',
  '/proc/kpageflags',
  '/proc/latency_stats',
  '/proc/mtrr',
  '/proc/sched_debug',
  '/proc/sysrq-trigger',
  '/proc/timer_list',
];
export const PROC_HIDDEN_FOLDERS = ['/proc/acpi', '/proc/asound', '/proc/dynamic_debug', '/proc/scsi'];

const OWN_FOLDERS = ['/tmp', '/var/tmp'];

const FILTER_DESCRIPTOR = 9;

/** `program` is the absolute path of bubblewrap. */
export function bubblewrapCommand(program: string, call: BubblewrapCall): string[] {
  const opened = `exec ${FILTER_DESCRIPTOR}<"$1" && shift && exec "$@"`;
  return ['/bin/sh', '-c', opened, 'sh', call.filter, program, ...bubblewrapArgs(call)];
}

/** All but the program's own name, which stands in front. */
export function bubblewrapArgs(call: BubblewrapCall): string[] {
  const { home, scratch, mounts, network, userNamespace, cwd, argv } = call;
  return [
    ...[
      '--die-with-parent',
      '--new-session',
      '--unshare-pid',
      '--unshare-ipc',
      '--unshare-uts',
      '--unshare-cgroup-try',
    ],
    ...(userNamespace === 'none' ? [] : ['--unshare-user']),
    ...(userNamespace === 'last' ? ['--disable-userns'] : []),
    ...['--seccomp', String(FILTER_DESCRIPTOR)],
    ...(network ? [] : ['--unshare-net']),
    // As root bubblewrap leaves all of them in place.
    ...['--cap-drop', 'ALL'],
    ...['--tmpfs', '/run', '--dir', '/var'],
    ...call.view.filter(({ path }) => !isCovered(path, home)).flatMap(viewArgs),
    ...['--dev', '/dev', '--proc', '/proc', ...procArgs(call.proc)],
    ...['--bind', join(scratch, 'tmp'), '/tmp', '--bind', join(scratch, 'tmp'), '/var/tmp'],
    ...(home === null ? [] : ['--bind', join(scratch, 'home'), home]),
    ...call.view.filter(({ path }) => isCovered(path, home)).flatMap(viewArgs),
    ...mounts.flatMap(({ from, at, writable }) => [writable ? '--bind' : '--ro-bind', from, at]),
    ...['--remount-ro', '/', '--chdir', cwd, '--', ...argv],
  ];
}

/** Lies where the process has a folder of its own, which would hide it. */
function isCovered(path: string, home: string | null): boolean {
  return [...OWN_FOLDERS, ...(home === null ? [] : [home])].some((folder) => path.startsWith(`${folder}/`));
}

function viewArgs(entry: ViewEntry): string[] {
  switch (entry.is) {
    case 'shown':
      return ['--ro-bind', entry.path, entry.path];
    case 'link':
      return ['--symlink', entry.target, entry.path];
    case 'hidden':
      return entry.folder
        ? ['--tmpfs', entry.path, '--remount-ro', entry.path]
        : ['--ro-bind', '/dev/null', entry.path];
  }
}

function procArgs({ readOnly, hiddenFiles, hiddenFolders }: ProcParts): string[] {
  return [
    ...readOnly.flatMap((path) => ['--ro-bind', path, path]),
    ...hiddenFiles.flatMap((path) => ['--ro-bind', '/dev/null', path]),
    ...hiddenFolders.flatMap((path) => ['--tmpfs', path, '--remount-ro', path]),
  ];
}
