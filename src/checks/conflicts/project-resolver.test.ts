import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { LockfileRequest, MadeLockfiles } from '../../ports/conflict-resolver.ts';
import { eventually } from '../../testing/agent-bench.ts';
import { makeRepository } from '../../testing/git-fixture.ts';
import { NOT_CONFINED } from '../../testing/plans.ts';
import { NO_SANDBOX } from '../../testing/sandboxes.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { ProjectResolver } from './project-resolver.ts';

/** Plays a package manager: records where it is and what it is told, and writes what it is to write. */
const PLAYED = `#!/bin/sh
name=$(basename "$0")
printf '%s %s %s\\n' "$(basename "$PWD")" "$name" "$*" >> "$HOME/told"
case "$(cat "$HOME/mode" 2>/dev/null)" in
  fails) echo "error: no such version"; exit 3 ;;
  links) for file in *lock*; do ln -sf /etc/hostname "$file"; done; exit 0 ;;
  waits) touch "$HOME/waiting"; until [ -e "$HOME/go-on" ]; do sleep 0.05; done ;;
esac
for file in *lock*; do
  case "$file" in
    pnpm-lock.yaml) echo "lockfileVersion: '9.0'" > "$file" ;;
    yarn.lock) grep -q __metadata "$file" && echo "__metadata:" > "$file" || echo "# yarn lockfile v1" > "$file" ;;
    bun.lock) echo '{ "lockfileVersion": 1 }' > "$file" ;;
    *.lock) printf 'version = 1\\n# %s\\n' "$(date +%N)" > "$file" ;;
  esac
done
echo more > package.json
`;

function folder(name: string, dependencies: Readonly<Record<string, string>>): string {
  return `${JSON.stringify({ name, version: '1.0.0', dependencies }, null, 2)}\n`;
}

describe('a resolver of conflicts', () => {
  const repository = makeRepository({ files: { 'README.md': 'x\n' } });
  const home = join(repository.root, 'home');
  const checks = join(repository.root, 'checks');
  let opened: OpenedPool;
  let resolver: ProjectResolver;
  let keys = 0;
  before(async () => {
    const programs = join(home, 'bin');
    mkdirSync(programs, { recursive: true });
    for (const name of ['pnpm', 'yarn', 'bun', 'cargo', 'uv']) {
      writeFileSync(join(programs, name), PLAYED);
      chmodSync(join(programs, name), 0o755);
    }
    const hooks = { setup: `touch "${home}/set-up"; exit 1`, timeoutMs: 10_000, env: {} };
    opened = await openPool(repository, { hooks });
    const PATH = [programs, process.env['PATH'] ?? ''].join(delimiter);
    const host = { ...repository.env, HOME: home, PATH };
    resolver = new ProjectResolver({
      sandbox: NO_SANDBOX,
      worktrees: opened.pool,
      host,
      folder: () => checks,
    });
  });
  after(() => opened.close());

  /** As the engine asks: both versions of each lockfile, in a commit with what else was merged. */
  async function request(
    files: Readonly<Record<string, string>>,
    conflicts: Readonly<Record<string, readonly [ours: string, theirs: string]>>,
  ): Promise<LockfileRequest> {
    const all = Object.entries(conflicts).map(([path, [ours, theirs]]) => ({
      path,
      base: null,
      ours,
      theirs,
    }));
    const { lockfiles, resolved, unresolved } = await resolver.resolve(all);
    assert.deepEqual([resolved, unresolved, lockfiles.length], [[], [], all.length]);
    const begun = Object.fromEntries(lockfiles.map(({ path, text }) => [path, text]));
    const commit = repository.commit({ ...files, ...begun }, 'Merged');
    keys += 1;
    const key = `lockfiles-${keys}`;
    return { run: 'run-1', key, commit, lockfiles, timeoutMs: 60_000, isolation: NOT_CONFINED };
  }

  async function make(wanted: LockfileRequest): Promise<MadeLockfiles> {
    const made = await resolver.makeLockfiles(wanted, new AbortController().signal);
    assert.ok(made !== null);
    assert.equal(
      await opened.pool.find({ run: wanted.run, key: `check/${wanted.key}` }),
      null,
      'slot is kept',
    );
    return made;
  }

  function filesOf(made: MadeLockfiles): Readonly<Record<string, string>> {
    assert.ok(made.is === 'made', made.is === 'failed' ? made.reason : '');
    return Object.fromEntries(made.files.map(({ path, text }) => [path, text]));
  }

  const told = (): readonly string[] => readFileSync(join(home, 'told'), 'utf8').trim().split('\n');
  const mode = (name: string): void => writeFileSync(join(home, 'mode'), name);

  it('puts texts together, hands lockfiles on, and says why it leaves the rest', async () => {
    const files = [
      { path: '.gitignore', base: 'a\n', ours: 'a\nb\n', theirs: 'a\nc\n' },
      { path: 'x/package-lock.json', base: '{}', ours: '{"a":1}', theirs: '{"b":1}' },
      { path: 'x/uv.lock', base: '', ours: 'ours', theirs: 'theirs' },
      { path: 'notes.txt', base: 'a', ours: 'b', theirs: 'c' },
    ];
    assert.deepEqual(await resolver.resolve(files), {
      resolved: [{ path: '.gitignore', text: 'a\nb\nc\n', patterns: ['entries'] }],
      lockfiles: [
        {
          path: 'x/package-lock.json',
          text: '<<<<<<< ours\n{"a":1}\n=======\n{"b":1}\n>>>>>>> theirs\n',
        },
        { path: 'x/uv.lock', text: 'ours' },
      ],
      unresolved: [{ path: 'notes.txt', reason: 'no files of this kind are looked into' }],
    });
  });

  it('has npm itself make its lockfile anew, with the packages of both, and runs no set-up for it', async () => {
    const packages = { 'a/package.json': folder('a', {}), 'b/package.json': folder('b', {}) };
    const lock = (name: string): string =>
      `${JSON.stringify(
        {
          name: 'app',
          version: '1.0.0',
          lockfileVersion: 3,
          requires: true,
          packages: {
            '': { name: 'app', version: '1.0.0', dependencies: { [name]: `file:${name}` } },
            [name]: { version: '1.0.0' },
            [`node_modules/${name}`]: { resolved: name, link: true },
          },
        },
        null,
        2,
      )}\n`;
    const manifest = folder('app', { a: 'file:a', b: 'file:b' });
    const wanted = await request(
      { 'package.json': manifest, ...packages },
      { 'package-lock.json': [lock('a'), lock('b')] },
    );
    const made = await make(wanted);
    const text = filesOf(made)['package-lock.json'] ?? '';
    assert.partialDeepStrictEqual(JSON.parse(text), {
      packages: {
        '': { dependencies: { a: 'file:a', b: 'file:b' } },
        'node_modules/a': { link: true },
        'node_modules/b': { link: true },
      },
    });
    assert.ok(!existsSync(join(home, 'set-up')));
  });

  it('tells each package manager to make its lockfile and nothing else, where the file lies', async () => {
    const wanted = await request(
      { 'app/package.json': '{}' },
      {
        'app/pnpm-lock.yaml': ['a', 'b'],
        'classic/yarn.lock': ['# yarn lockfile v1\n', '# yarn lockfile v1\nx\n'],
        'berry/yarn.lock': ['__metadata:\n', '__metadata:\n  x: 1\n'],
        'bun/bun.lock': ['{}', '{ }'],
        'rust/Cargo.lock': ['a', 'b'],
        'py/uv.lock': ['a', 'b'],
      },
    );
    const files = filesOf(await make(wanted));
    assert.deepEqual(told(), [
      'app pnpm install --lockfile-only --no-frozen-lockfile --ignore-scripts',
      'classic yarn install --ignore-scripts --non-interactive --no-progress',
      'berry yarn install --mode=update-lockfile --no-immutable',
      'bun bun install --lockfile-only --ignore-scripts',
      'rust cargo update --workspace',
      'py uv lock',
    ]);
    assert.deepEqual(Object.keys(files).length, 6, 'more than the lockfiles was taken');
    assert.equal(files['berry/yarn.lock'], '__metadata:\n');
    // What it says now it would not say again.
    assert.deepEqual(filesOf(await make(wanted)), files);
    assert.equal(told().length, 6);
  });

  it('says what is missing, what failed, and what cannot be taken', async () => {
    const one = await request({}, { 'poetry.lock': ['a', 'b'] });
    const missing = await make(one);
    assert.ok(missing.is === 'failed');
    assert.deepEqual(
      [missing.path, missing.reason],
      ['poetry.lock', 'it needs poetry, which is not installed on this machine'],
    );
    mode('fails');
    const failed = await make(await request({}, { 'uv.lock': ['a', 'b'] }));
    assert.ok(failed.is === 'failed');
    assert.equal(failed.reason, '`uv lock` ended with 3: error: no such version');
    mode('links');
    const linked = await make(await request({}, { 'uv.lock': ['a', 'b'] }));
    assert.ok(linked.is === 'failed');
    assert.match(linked.reason, /uv ran, and it is a link/);
    mode('nothing');
  });

  it('goes on where it was given up, for whoever asks, and makes it once for two who ask at once', async () => {
    mode('waits');
    const wanted = await request({}, { 'uv.lock': ['a', 'b'] });
    const first = new AbortController();
    const cut = resolver.makeLockfiles(wanted, first.signal);
    const waiting = resolver.makeLockfiles(wanted, new AbortController().signal);
    await eventually(() => existsSync(join(home, 'waiting')));
    first.abort();
    writeFileSync(join(home, 'go-on'), '');
    assert.equal(await cut, null);
    const [made, again] = await Promise.all([waiting, make(wanted)]);
    assert.ok(made !== null);
    assert.deepEqual(filesOf(made), filesOf(again));
  });
});
