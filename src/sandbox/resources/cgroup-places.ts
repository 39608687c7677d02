/** Where control groups are mounted, and which of them this process is in: read from /proc. Pure. */

import { posix } from 'node:path';

/** The controllers that hold our limits. */
export type Controller = 'memory' | 'pids' | 'cpu';

export const CONTROLLERS: readonly Controller[] = ['memory', 'pids', 'cpu'];

export interface CgroupPlace {
  readonly version: 1 | 2;
  /** Of version 1; version 2 says in a file of each group which controllers it has. */
  readonly controllers: readonly Controller[];
  /** Absolute folder of the highest group that can be seen. */
  readonly top: string;
  /** Absolute folder of the group that this process is in. */
  readonly own: string;
}

interface Mount {
  readonly version: 1 | 2;
  readonly options: readonly string[];
  /** The group that is shown at the mount's folder. */
  readonly root: string;
  readonly folder: string;
}

/** From the texts of /proc/self/mountinfo and /proc/self/cgroup. */
export function cgroupPlaces(mountinfo: string, memberships: string): readonly CgroupPlace[] {
  const mounts = mountinfo.split('\n').flatMap(mountOf);
  const places: CgroupPlace[] = [];
  for (const line of memberships.split('\n')) {
    const [, names, ...rest] = line.split(':');
    const path = rest.join(':');
    if (names === undefined || path === '') continue;
    const hierarchy = names.split(',');
    const version = names === '' ? 2 : 1;
    const controllers = CONTROLLERS.filter((name) => hierarchy.includes(name));
    if (version === 1 && controllers.length === 0) continue;
    const mount = mounts.find(
      (each) =>
        each.version === version &&
        (version === 2 || controllers.every((name) => each.options.includes(name))),
    );
    if (mount === undefined) continue;
    places.push({ version, controllers, top: mount.folder, own: ownFolder(mount, path) });
  }
  return places;
}

/** proc(5): `36 35 98:0 ROOT FOLDER OPTIONS [TAGS] - TYPE SOURCE SUPER-OPTIONS`. */
function mountOf(line: string): Mount[] {
  const [before, after] = line.split(' - ');
  const [, , , root, folder] = before?.split(' ') ?? [];
  const [type, , options = ''] = after?.split(' ') ?? [];
  if (root === undefined || folder === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return [];
  return [
    {
      version: type === 'cgroup2' ? 2 : 1,
      options: options.split(','),
      root: unescaped(root),
      folder: unescaped(folder),
    },
  ];
}

/** A container may show a part of the tree: then the path is counted from what the mount shows. */
function ownFolder({ root, folder }: Mount, path: string): string {
  const below = posix.relative(root, path);
  return below === '..' || below.startsWith('../') ? folder : posix.join(folder, below);
}

/** Spaces and the like are written as three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
