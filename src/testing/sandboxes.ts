/** Sandboxes for tests. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Bubblewrap } from '../sandbox/bubblewrap.ts';
import { LocalSandbox, NO_LIMITER } from '../sandbox/local-sandbox.ts';
import { NoWalls } from '../sandbox/walls.ts';

/** Neither walls nor limits. */
export const NO_SANDBOX = new LocalSandbox({ walls: new NoWalls('none in this test'), limiter: NO_LIMITER });

const BUBBLEWRAP = '/usr/bin/bwrap';

/** Why a test that needs bubblewrap cannot run here; false when it can. For `skip` of a test. */
export const WITHOUT_BUBBLEWRAP: string | false = existsSync(BUBBLEWRAP)
  ? false
  : 'bubblewrap is not installed; scripts/setup-test-env.sh installs it';

/** Coxswain's own sources and Node.js, which embedded agents run on. */
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export function bubblewrapFor(env: Readonly<Record<string, string | undefined>>): LocalSandbox {
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
  });
  return new LocalSandbox({ walls, limiter: NO_LIMITER });
}
