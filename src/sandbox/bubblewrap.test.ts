import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { sandboxContract } from '../testing/sandbox-contract.ts';
import { bubblewrapFor, WITHOUT_BUBBLEWRAP } from '../testing/sandboxes.ts';

const IS_ROOT = process.getuid?.() === 0;

sandboxContract({
  name: `bubblewrap, as ${IS_ROOT ? 'root' : 'an ordinary user'}`,
  skip: WITHOUT_BUBBLEWRAP,
  open: (env, writable) => bubblewrapFor(env, { writable }),
  showsElsewhere: true,
});

sandboxContract({
  name: 'bubblewrap, as an ordinary user where the tests run as root',
  skip: IS_ROOT ? WITHOUT_BUBBLEWRAP : 'the tests do not run as root',
  open: (env, writable) => bubblewrapFor(env, { writable, isRoot: false }),
  prefix: ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'],
  showsElsewhere: true,
});

test('nothing is shown beyond a link that lies in a writable place', {
  skip: WITHOUT_BUBBLEWRAP,
}, async () => {
  const root = mkdtempSync(join(tmpdir(), 'cox-walls-'));
  const at = (name: string): string => join(root, name);
  for (const name of ['work', 'host', 'shown']) mkdirSync(at(name));
  // Where bubblewrap has the machine's own files while it makes the sandbox.
  symlinkSync(`/oldroot${at('host')}`, at('work/planted'));
  const env = { PATH: '/usr/bin:/bin', HOME: at('home') };
  const confined = await bubblewrapFor(env).confine(
    { argv: ['/bin/true'], cwd: at('work'), env },
    {
      scratch: at('scratch'),
      mounts: [
        { from: at('work'), at: at('work'), writable: true },
        { from: at('shown'), at: at('work/planted/inner'), writable: false },
      ],
      network: { is: 'none' },
      limits: {},
    },
  );
  if (confined.ok) execFileSync(confined.value.argv[0] ?? '', confined.value.argv.slice(1), { env });
  assert.deepEqual(readdirSync(at('host')), []);
  assert.ok(!confined.ok && confined.error.includes('planted'));
  assert.ok(existsSync(at('work')));
  rmSync(root, { recursive: true });
});
