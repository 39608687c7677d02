/**
 * Profiles of macOS's own sandbox, as `sandbox-exec -p` takes them. Pure. The language is Apple's, and documented
 * nowhere; of several rules that fit, the last counts.
 */

import { dirname } from 'node:path';

import type { Mount } from '../ports/sandbox.ts';
import type { ViewEntry } from './host-view.ts';

export interface SeatbeltProfile {
  /** What of the machine is shown, with its links resolved where they are to be followed. */
  readonly view: readonly ViewEntry[];
  /** At their own paths; absolute, and without links. */
  readonly mounts: readonly Mount[];
  /** False refuses every connection, also to this machine: a loopback device of its own cannot be had. */
  readonly network: boolean;
}

/** What every program needs: itself, its children, and answers of the kernel. */
const BASE = [
  '(version 1)',
  '(deny default)',
  '(allow process-exec)',
  '(allow process-fork)',
  // Processes that it started itself, and no others.
  '(allow signal (target same-sandbox))',
  '(allow process-info* (target same-sandbox))',
  '(allow sysctl-read)',
  '(allow ipc-posix-sem)',
  '(allow ipc-posix-shm-read-data (ipc-posix-name "apple.shm.notification_center"))',
  '(allow pseudo-tty)',
  '(allow file-read* file-write* file-ioctl (literal "/dev/ptmx"))',
  // Only terminals that it made itself.
  '(allow file-read* file-write* file-ioctl (require-all (regex #"^/dev/ttys[0-9]+$") (extension "com.apple.sandbox.pty")))',
  '(allow file-read* file-write-data file-ioctl (literal "/dev/null") (literal "/dev/zero"))',
  '(allow file-read* (literal "/dev/random") (literal "/dev/urandom") (subpath "/dev/fd"))',
  '(allow file-read* (literal "/"))',
];

/** Names of users and groups, and the log. None that holds keys or starts programs. */
const SERVICES = [
  'com.apple.system.opendirectoryd.libinfo',
  'com.apple.system.opendirectoryd.membership',
  'com.apple.system.notification_center',
  'com.apple.system.logger',
  'com.apple.logd',
  'com.apple.diagnosticd',
];
/** To look names up, and to judge certificates. */
const NETWORK_SERVICES = [
  'com.apple.dnssd.service',
  'com.apple.SystemConfiguration.configd',
  'com.apple.SystemConfiguration.DNSConfiguration',
  'com.apple.networkd',
  'com.apple.trustd.agent',
];

/** Not `network*`, which lets through to every socket that lies in a folder: of containers, of the agent for keys. */
const NETWORK = [
  '(allow system-socket)',
  '(allow network-outbound (remote ip "*:*") (literal "/private/var/run/mDNSResponder"))',
  '(allow network-bind network-inbound (local ip "*:*"))',
];

export function seatbeltProfile({ view, mounts, network }: SeatbeltProfile): string {
  const shown = view.filter(({ is }) => is === 'shown').map(({ path }) => path);
  const links = view.filter(({ is }) => is === 'link').map(({ path }) => path);
  const hidden = view.filter(({ is }) => is === 'hidden').map(({ path }) => path);
  const places = [...shown, ...links, ...mounts.map(({ at }) => at)];
  const services = [...SERVICES, ...(network ? NETWORK_SERVICES : [])];
  const lines = [
    ...BASE,
    rule(
      'allow mach-lookup',
      services.map((name) => `(global-name ${quoted(name)})`),
    ),
    // Of the folders above, their being there.
    rule('allow file-read-metadata', literals([...new Set(places.flatMap(foldersAbove))])),
    rule('allow file-read*', [...literals(links), ...subpaths(shown)]),
    rule('deny file-read*', subpaths(hidden)),
    ...(network ? NETWORK : []),
    // In their order, for one may lie in another.
    ...mounts.flatMap(mountRules),
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

function mountRules({ at, writable }: Mount): string[] {
  const place = subpaths([at]);
  return [
    rule('allow file-read*', place),
    writable ? rule('allow file-write* file-ioctl', place) : rule('deny file-write*', place),
    // A socket in its own folder is between processes of its own.
    ...(writable ? [rule('allow network*', [`(subpath ${quoted(at)})`])] : []),
  ];
}

function rule(what: string, filters: readonly string[]): string {
  return filters.length === 0 ? '' : `(${what} ${filters.join(' ')})`;
}

function literals(paths: readonly string[]): string[] {
  return paths.map((path) => `(literal ${quoted(path)})`);
}

/** Of a file, the file itself. */
function subpaths(paths: readonly string[]): string[] {
  return paths.map((path) => `(subpath ${quoted(path)})`);
}

function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === path || parent === '/' ? [] : [...foldersAbove(parent), parent];
}

/** As a text of Scheme. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t')}"`;
}
