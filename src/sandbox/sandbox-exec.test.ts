import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import type { Bounds, Launch } from '../ports/sandbox.ts';
import { LocalSandbox, NO_LIMITER } from './local-sandbox.ts';
import { SandboxExec } from './sandbox-exec.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'cox-seatbelt-')));
after(() => rmSync(root, { recursive: true }));
const at = (name: string): string => join(root, name);
for (const name of ['home', 'work', 'shared']) mkdirSync(at(name));

/** Stands in for the system's program, which only a Mac has: takes the same words, keeps the profile, walls nothing in. */
writeFileSync(
  at('program'),
  `#!/bin/sh\n[ "$1 $3" = "-p --" ] || exit 64\nprintf '%s' "$2" > '${at('profile')}'\nshift 3\nexec "$@"\n`,
  { mode: 0o755 },
);

function open(program = at('program')): LocalSandbox {
  const facts = { home: at('home'), searchPath: '/usr/bin:/bin', readable: [], checkout: null };
  const walls = new SandboxExec({ facts, writable: [at('shared')], isRoot: false, program });
  return new LocalSandbox({ walls, limiter: NO_LIMITER });
}

const LAUNCH: Launch = {
  argv: ['/bin/sh', '-c', 'echo "$HOME $TMPDIR"; printf "%s|" "$@"', 'sh', '--', 'a b', ''],
  cwd: at('work'),
  env: { PATH: '/usr/bin:/bin', HOME: at('home'), XDG_CONFIG_HOME: at('home/config') },
};
const BOUNDS: Bounds = {
  scratch: at('scratch'),
  mounts: [{ from: at('work'), at: at('work'), writable: true }],
  network: { is: 'none' },
  limits: {},
};

test('a program is started under a profile for its places, with a home and temporary files of its own', async () => {
  const sandbox = open();
  assert.deepEqual([sandbox.showsElsewhere, (await sandbox.protection()).level], [false, 'sandbox-exec']);
  const confined = await sandbox.confine(LAUNCH, BOUNDS);
  assert.ok(confined.ok);
  const { argv, env, cwd } = confined.value;
  const said = execFileSync(argv[0] ?? '', argv.slice(1), { env, cwd, encoding: 'utf8' });
  assert.equal(said, `${at('scratch/home')} ${at('scratch/tmp')}\n--|a b||`);
  assert.equal(env['XDG_CONFIG_HOME'], undefined);
  const profile = argv[2] ?? '';
  for (const place of ['shared', 'work', 'scratch/home', 'scratch/tmp'])
    assert.ok(profile.includes(`(allow file-write* file-ioctl (subpath "${at(place)}"))`), place);
  assert.ok(!profile.includes(`"${at('home')}"`));
});

test('what it cannot keep is refused', async () => {
  const sandbox = open();
  const list = await sandbox.confine(LAUNCH, {
    ...BOUNDS,
    network: { is: 'allow-list', hosts: ['example.org'] },
  });
  assert.ok(!list.ok && list.error.includes('sandbox.network'));
  const moved = await sandbox.confine(LAUNCH, {
    ...BOUNDS,
    mounts: [{ from: at('work'), at: at('elsewhere'), writable: true }],
  });
  assert.ok(!moved.ok && moved.error.includes(at('elsewhere')));
  const unseen = await sandbox.confine({ ...LAUNCH, argv: [at('program')] }, BOUNDS);
  assert.ok(!unseen.ok && unseen.error.includes('sandbox.readable'));
});

test('where it does not work, there are no walls, and the reason is told', async () => {
  writeFileSync(at('broken'), '#!/bin/sh\necho "sandbox_apply: Operation not permitted" >&2\nexit 71\n', {
    mode: 0o755,
  });
  const sandbox = open(at('broken'));
  const { level, detail } = await sandbox.protection();
  assert.equal(level, 'none');
  assert.match(detail, /sandbox_apply: Operation not permitted/);
  assert.ok(!(await sandbox.confine(LAUNCH, BOUNDS)).ok);
});
