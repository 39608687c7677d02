import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

import { type HostFacts, hostView, isWithin, type ViewEntry } from './host-view.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'cox-view-')));
after(() => rmSync(root, { recursive: true }));

function at(path: string): string {
  return join(root, path);
}

function write(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), '#!/bin/sh\n');
    chmodSync(at(path), 0o755);
  }
}

function view(facts: Partial<HostFacts> = {}): readonly ViewEntry[] {
  return hostView(
    { home: at('home'), searchPath: '', readable: [], checkout: at('checkout'), ...facts },
    false,
  );
}

function shown(facts?: Partial<HostFacts>): string[] {
  return view(facts)
    .filter(({ is, path }) => is === 'shown' && path.startsWith(root))
    .map(({ path }) => path.slice(root.length + 1));
}

test('of the home only tool chains are shown, without their credentials', () => {
  write(
    'home/.cargo/bin/cargo',
    'home/.cargo/credentials.toml',
    'home/.ssh/id',
    'home/notes.txt',
    'home/.nvm/x',
  );
  assert.deepEqual(shown(), ['home/.cargo', 'home/.nvm']);
  const hidden = view().filter(({ is, path }) => is === 'hidden' && path.startsWith(root));
  assert.deepEqual(hidden, [{ is: 'hidden', path: at('home/.cargo/credentials.toml'), folder: false }]);
});

test('what lies beside a folder of programs is shown with it, unless that is more than a tool chain', () => {
  write(
    'tools/x/bin/x',
    'tools/x/lib/x.so',
    'tools/x/secret',
    'home/bin/mine',
    'checkout/bin/own',
    'bin/beside',
  );
  assert.deepEqual(shown({ searchPath: at('tools/x/bin') }), [
    'home/.cargo',
    'home/.nvm',
    'tools/x/bin',
    'tools/x/lib',
  ]);
  const wide = shown({ searchPath: [at('home/bin'), at('checkout/bin'), at('bin'), 'bin', ''].join(':') });
  assert.deepEqual(wide, ['bin', 'home/.cargo', 'home/.nvm', 'home/bin']);
});

test('a folder of programs that holds the checkout shows its programs alone', () => {
  write('projects/bin/x', 'projects/checkout/secret.txt');
  const paths = shown({ searchPath: at('projects/bin'), checkout: at('projects/checkout') });
  assert.ok(paths.includes('projects/bin') && !paths.includes('projects'));
});

test('of what programs are linked from only the programs are shown, and nothing of the checkout', () => {
  write('elsewhere/tool/run', 'elsewhere/tool/.env', 'checkout/tool');
  mkdirSync(at('links'));
  symlinkSync(at('elsewhere/tool/run'), at('links/run'));
  symlinkSync(at('checkout/tool'), at('links/own'));
  symlinkSync(at('nowhere'), at('links/broken'));
  const paths = shown({ searchPath: at('links') });
  assert.deepEqual(
    paths.filter((path) => !path.startsWith('home/')),
    ['elsewhere/tool/run', 'links'],
  );
});

test('settings of a tool chain are hidden when they hold a token', () => {
  mkdirSync(at('home/.cargo'), { recursive: true });
  const settings = at('home/.cargo/config.toml');
  const isHidden = (): boolean => view().some(({ is, path }) => is === 'hidden' && path === settings);
  writeFileSync(settings, '[build]\njobs = 2\n');
  assert.ok(!isHidden());
  writeFileSync(settings, '[registry]\ntoken = "secret"\n');
  assert.ok(isHidden());
  rmSync(settings);
});

test('what the configuration names is shown, and within another only once', () => {
  write('given/inner/file');
  const paths = shown({ readable: [at('given/inner'), at('given'), at('not-there')] });
  assert.deepEqual(
    paths.filter((path) => path.startsWith('given') || path === 'not-there'),
    ['given'],
  );
});

test('passwords of the machine are hidden', () => {
  const hidden = view()
    .filter(({ is }) => is === 'hidden')
    .map(({ path }) => path);
  assert.ok(hidden.includes('/etc/shadow'));
});

test('root is shown no more of the settings than everybody', () => {
  const facts = { home: at('home'), searchPath: '', readable: [], checkout: null };
  const paths = hostView(facts, true)
    .filter(({ is }) => is === 'hidden')
    .map(({ path }) => path);
  // Folders that only root may enter are left out of the answer where the test is not root's.
  const found = spawnSync('find', ['/etc', '-type', 'f', '!', '-perm', '-004'], { encoding: 'utf8' }).stdout;
  const secret = found.split('\n').filter((path) => path !== '');
  assert.ok(secret.includes('/etc/shadow'));
  for (const path of secret)
    assert.ok(
      paths.some((hidden) => isWithin(path, hidden)),
      path,
    );
  // Nothing is hidden in what is hidden: there it could not be mounted.
  assert.deepEqual(
    paths.filter((path) => paths.some((other) => path.startsWith(`${other}/`))),
    [],
  );
});
