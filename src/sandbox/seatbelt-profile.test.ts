import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type SeatbeltProfile, seatbeltProfile } from './seatbelt-profile.ts';

const EMPTY: SeatbeltProfile = { view: [], mounts: [], network: false };

function lines(profile: Partial<SeatbeltProfile>): string[] {
  return seatbeltProfile({ ...EMPTY, ...profile }).split('\n');
}

/** Which line that is; fails when it is not there. */
function place(profile: readonly string[], wanted: string): number {
  const at = profile.indexOf(wanted);
  assert.notEqual(at, -1, `${wanted} is missing in\n${profile.join('\n')}`);
  return at;
}

test('everything is refused that is not allowed', () => {
  assert.deepEqual(lines({}).slice(0, 2), ['(version 1)', '(deny default)']);
  const allowed = lines({}).filter((line) => /file-write\*|network|mach-lookup/.test(line));
  for (const line of allowed) assert.match(line, /ptmx|ttys|com\.apple\.(?:system|logd|diagnosticd)/);
});

test('the system is shown for reading, and its secrets after that refused', () => {
  const profile = lines({
    view: [
      { is: 'shown', path: '/usr' },
      { is: 'link', path: '/etc', target: 'private/etc' },
      { is: 'shown', path: '/private/etc' },
      { is: 'hidden', path: '/private/etc/master.passwd', folder: false },
    ],
  });
  const shown = place(
    profile,
    '(allow file-read* (literal "/etc") (subpath "/usr") (subpath "/private/etc"))',
  );
  assert.ok(shown < place(profile, '(deny file-read* (subpath "/private/etc/master.passwd"))'));
  place(profile, '(allow file-read-metadata (literal "/private"))');
});

test('places are written or read in their order, so that a closed one may lie in an open one', () => {
  const profile = lines({
    mounts: [
      { from: '/repository/work', at: '/repository/work', writable: true },
      { from: '/repository/work/in', at: '/repository/work/in', writable: false },
    ],
  });
  const open = place(profile, '(allow file-write* file-ioctl (subpath "/repository/work"))');
  assert.ok(open < place(profile, '(deny file-write* (subpath "/repository/work/in"))'));
});

test('the network lets through to addresses, and to no socket that lies outside of its places', () => {
  const work = { from: '/work', at: '/work', writable: true };
  const open = lines({ network: true, mounts: [work] });
  place(open, '(allow network-outbound (remote ip "*:*") (literal "/private/var/run/mDNSResponder"))');
  assert.ok(!open.includes('(allow network*)'));
  const none = lines({ mounts: [work] }).filter((line) => line.includes('network'));
  assert.deepEqual(none, ['(allow network* (subpath "/work"))']);
});

test('a path cannot end its text', () => {
  const evil = '/work/") (allow default) ("\\\n(allow network*)';
  const profile = lines({ mounts: [{ from: evil, at: evil, writable: true }] });
  place(profile, '(allow file-read* (subpath "/work/\\") (allow default) (\\"\\\\\\n(allow network*)"))');
  assert.ok(!profile.includes('(allow network*)'));
});
