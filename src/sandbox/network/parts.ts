/** What is put around bubblewrap for a network with an allow list. */

import { fileURLToPath } from 'node:url';
import { parseHostList } from '../../core/host-list.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Mount } from '../../ports/sandbox.ts';
import { PROGRAM_OPTIONS } from './environment.ts';
import type { KeeperSettings } from './keeper.ts';
import { listenersFor } from './listeners.ts';

/**
 * `[...outside, 'bwrap', …, '--unshare-net', '--die-with-parent', '--', ...inside, …program]`. Bubblewrap has to leave
 * the environment as it gets it: the keeper sets what programs look at to find the proxy.
 */
export interface AllowListParts {
  readonly outside: readonly string[];
  readonly inside: readonly string[];
  /** What `inside` needs. */
  readonly mounts: readonly Mount[];
}

// Built code lies beside this file under the name that its own kind has.
const KIND = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const KEEPER = fileURLToPath(new URL(`./keeper-main.${KIND}`, import.meta.url));
const ENTER = fileURLToPath(new URL(`./enter-main.${KIND}`, import.meta.url));
const NODE: readonly string[] = [
  process.execPath,
  '--experimental-strip-types',
  '--disable-warning=ExperimentalWarning',
];
/** Inside there is no package.json that says which kind of module it is, and Node.js says so. */
const ALONE = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';

/**
 * The keeper is no part of the sandbox, and stands in a folder that the program writes to: a `--require ./file` that
 * is meant for the program must not be read by it.
 */
const OUTSIDE_SCRIPT = `${PROGRAM_OPTIONS}=\${NODE_OPTIONS-}; export ${PROGRAM_OPTIONS}; unset NODE_OPTIONS; exec "$@"`;

/**
 * Descriptor 3 is the channel to the keeper; the program must not have it, nor a Node.js of its own believe that it
 * has one. Then the shell becomes the program: signals and exit status are its own, and no process stays between.
 */
const ENTER_SCRIPT = [
  'listeners=$1; shift',
  'NODE_OPTIONS= NODE_CHANNEL_FD=3 NODE_CHANNEL_SERIALIZATION_MODE=json "$1" "$2" "$3" "$4" "$5" "$listeners" || exit 126',
  'shift 5; unset NODE_CHANNEL_FD NODE_CHANNEL_SERIALIZATION_MODE listeners; exec "$@" 3<&-',
].join('\n');

/** The error is for people. */
export function allowListParts(settings: KeeperSettings): Result<AllowListParts, string> {
  const rules = parseHostList(settings.hosts);
  if (!rules.ok) return err(rules.error.join('; '));
  const listeners = JSON.stringify(listenersFor(rules.value));
  return ok({
    outside: ['/bin/sh', '-c', OUTSIDE_SCRIPT, 'cox-keeper', ...NODE, KEEPER, JSON.stringify(settings)],
    inside: ['/bin/sh', '-c', ENTER_SCRIPT, 'cox-enter', listeners, ...NODE, ALONE, ENTER],
    mounts: [process.execPath, ENTER].map((path) => ({ from: path, at: path, writable: false })),
  });
}
