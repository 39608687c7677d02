import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type BubblewrapCall, bubblewrapArgs } from './bubblewrap-args.ts';

const CALL: BubblewrapCall = {
  view: [],
  home: '/home/ada',
  scratch: '/scratch',
  mounts: [],
  network: true,
  userNamespace: 'none',
  filter: '/scratch/system-calls.bpf',
  proc: { readOnly: [], hiddenFiles: [], hiddenFolders: [] },
  cwd: '/work',
  argv: ['/bin/true', '--unshare-net'],
};

/** Where the option with these values stands; fails when it is not there. */
function place(args: readonly string[], ...wanted: readonly string[]): number {
  const at = args.findIndex((_, index) => wanted.every((word, offset) => args[index + offset] === word));
  assert.notEqual(at, -1, `${wanted.join(' ')} is missing in ${args.join(' ')}`);
  return at;
}

test('what is shown below a folder of the process’s own is mounted after that folder', () => {
  for (const [own, path] of [
    ['/tmp', '/tmp/clone/coxswain'],
    ['/var/tmp', '/var/tmp/tools'],
    ['/home/ada', '/home/ada/.nvm'],
  ] as const) {
    const view = [
      { is: 'shown', path } as const,
      { is: 'hidden', path: `${path}/secret`, folder: false } as const,
    ];
    const args = bubblewrapArgs({ ...CALL, view });
    const source = own === '/home/ada' ? '/scratch/home' : '/scratch/tmp';
    const ownAt = place(args, '--bind', source, own);
    const shownAt = place(args, '--ro-bind', path, path);
    assert.ok(ownAt < shownAt);
    assert.ok(shownAt < place(args, '--ro-bind', '/dev/null', `${path}/secret`));
  }
});

test('mounts lie over everything that is shown, later ones over earlier ones', () => {
  const view = [{ is: 'shown', path: '/home/ada/.nvm' } as const];
  const mounts = [
    { from: '/a', at: '/repository/.git', writable: true },
    { from: '/b', at: '/repository/.git/box', writable: false },
  ];
  const args = bubblewrapArgs({ ...CALL, view, mounts });
  const shown = place(args, '--ro-bind', '/home/ada/.nvm', '/home/ada/.nvm');
  const first = place(args, '--bind', '/a', '/repository/.git');
  const second = place(args, '--ro-bind', '/b', '/repository/.git/box');
  assert.ok(shown < first && first < second);
});

test('all capabilities are dropped, and the empty root is closed at last', () => {
  const args = bubblewrapArgs(CALL);
  place(args, '--cap-drop', 'ALL');
  assert.deepEqual(args.slice(place(args, '--remount-ro', '/')), [
    ...['--remount-ro', '/', '--chdir', '/work', '--'],
    ...CALL.argv,
  ]);
});

test('the network is open, or there is none; a namespace of users is made where it is needed', () => {
  const options = (change: Partial<BubblewrapCall>): string[] => {
    const args = bubblewrapArgs({ ...CALL, ...change });
    return args.slice(0, args.indexOf('--'));
  };
  assert.ok(!options({}).includes('--unshare-net') && !options({}).includes('--unshare-user'));
  assert.ok(options({ network: false }).includes('--unshare-net'));
  assert.ok(options({ userNamespace: 'own' }).includes('--unshare-user'));
});
