/**
 * Where an agent's own files lie. A variable of the user's may name another place for them. Behind walls its home is
 * one for each attempt: there they are shown where they usually are, and the variable would lead to nowhere.
 */

import { join, relative } from 'node:path';
import type { HostEnvironment } from '../../process/environment.ts';
import type { Driver } from '../driver.ts';

/** Absolute, of a path below the user's home. */
export function ownPath({ homes }: Driver, path: string, hostEnv: HostEnvironment): string {
  for (const { variable, folder } of homes) {
    const place = hostEnv[variable];
    const below = relative(folder, path);
    if (place !== undefined && place !== '' && !below.startsWith('..')) return join(place, below);
  }
  return join(hostEnv['HOME'] ?? '', path);
}

/** Without what leads out of the home that is shown to it. */
export function atHome({ homes }: Driver, hostEnv: HostEnvironment): HostEnvironment {
  return Object.fromEntries(
    Object.entries(hostEnv).filter(([name]) => homes.every(({ variable }) => variable !== name)),
  );
}
