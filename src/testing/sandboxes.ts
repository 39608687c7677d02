/** Sandboxes for tests. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ok } from '../core/result.ts';
import type { Slot } from '../ports/worktree.ts';
import { Bubblewrap, type BubblewrapOptions } from '../sandbox/bubblewrap.ts';
import { bubblewrapCommand } from '../sandbox/bubblewrap-args.ts';
import { hostView } from '../sandbox/host-view.ts';
import { LocalSandbox, NO_LIMITER } from '../sandbox/local-sandbox.ts';
import { filterFile } from '../sandbox/scratch.ts';
import { keyCallsFilter } from '../sandbox/system-calls.ts';
import { NoWalls } from '../sandbox/walls.ts';

/** Neither walls nor limits. */
export const NO_SANDBOX = new LocalSandbox({ walls: new NoWalls('none in this test'), limiter: NO_LIMITER });

/** Says that it confines and shows everything at its own path; it keeps nothing back. */
export const IN_PLACE = new LocalSandbox({
  walls: {
    showsElsewhere: false,
    find: async () => ({ level: 'sandbox-exec', detail: '' }),
    enclose: async (launch) => ok(launch),
    hiddenPart: () => null,
  },
  limiter: NO_LIMITER,
});

const BUBBLEWRAP = '/usr/bin/bwrap';

/** Why a test that needs bubblewrap cannot run here; false when it can. For `skip` of a test. */
export const WITHOUT_BUBBLEWRAP: string | false = existsSync(BUBBLEWRAP)
  ? false
  : 'bubblewrap is not installed; scripts/setup-test-env.sh installs it';

/** Coxswain's own sources and Node.js, which embedded agents run on. */
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the machine has bubblewrap: runs the command in a slot, as an agent would. */
export function runConfined(
  { path, confined }: Slot,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): string {
  const scratch = mkdtempSync(join(tmpdir(), 'cox-scratch-'));
  try {
    for (const name of ['home', 'tmp']) mkdirSync(join(scratch, name));
    writeFileSync(filterFile(scratch), keyCallsFilter());
    const call = {
      view: hostView(
        { home: '/root', searchPath: env['PATH'] ?? '', readable: [PROJECT], checkout: null },
        false,
      ),
      home: null,
      scratch,
      mounts: confined?.mounts ?? [],
      network: true,
      userNamespace: process.getuid?.() === 0 ? ('none' as const) : ('own' as const),
      filter: filterFile(scratch),
      proc: { readOnly: [], hiddenFiles: [], hiddenFolders: [] },
      cwd: path,
      argv,
    };
    const [program = '', ...args] = bubblewrapCommand(BUBBLEWRAP, call);
    return execFileSync(program, args, { env, encoding: 'utf8' }).replace(/\n$/, '');
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

export function bubblewrapFor(
  env: Readonly<Record<string, string | undefined>>,
  options: Partial<Pick<BubblewrapOptions, 'writable' | 'isRoot'>> = {},
): LocalSandbox {
  const facts = {
    home: env['HOME'] ?? '/',
    searchPath: env['PATH'] ?? '',
    readable: [PROJECT],
    checkout: null,
  };
  const walls = new Bubblewrap({
    program: BUBBLEWRAP,
    facts,
    writable: [],
    isRoot: process.getuid?.() === 0,
    ...options,
  });
  return new LocalSandbox({ walls, limiter: NO_LIMITER });
}
