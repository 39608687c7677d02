/** What holds of an agent's sessions, whatever happens in them. */

import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Usage } from '../../core/attempt.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import type { Slot } from '../../ports/worktree.ts';
import type { Driver } from '../driver.ts';

export interface SessionPlace {
  readonly slot: Pick<Slot, 'confined'>;
  readonly driver: Driver;
  readonly sandbox: Pick<Sandbox, 'showsElsewhere'>;
  /** Absolute; where sessions are kept for later attempts. */
  readonly sessions: string;
  /** As the agent has named the last one. */
  readonly session: string | undefined;
}

/** Year, month and day. */
const DEPTH = 3;

/** Without walls they lie in the user's home; behind walls they go with the home, unless they can be shown there. */
export function keepsSessions(place: SessionPlace): boolean {
  const { driver, sandbox, sessions, session } = place;
  const { confined } = place.slot;
  if (confined === undefined || confined.mounts === null) return true;
  if (!sandbox.showsElsewhere) return false;
  // What stands behind it may keep its sessions anywhere.
  if (driver.abilities.usage !== 'as-its-program') return driver.sessionFolders.length > 0;
  if (session === undefined) return false;
  return driver.sessionFolders.some((folder) => holdsFile(join(sessions, folder), session, DEPTH));
}

/** The folders may be of an agent's making: no link is followed. */
function holdsFile(folder: string, name: string, depth: number): boolean {
  return entriesOf(folder).some((entry) =>
    entry.isDirectory()
      ? depth > 0 && holdsFile(join(folder, entry.name), name, depth - 1)
      : entry.isFile() && entry.name.includes(name),
  );
}

/** None of a folder that is not there, or may not be read. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Of what was counted, what the agent will count again. */
export function countedAgain({ abilities }: Driver, counted: Usage = {}): Usage {
  const isOne = (key: string): boolean => abilities.accumulates?.some((each) => each === key) ?? false;
  const { estimatedUsd } = counted;
  return {
    ...Object.fromEntries(Object.entries(counted).filter(([key]) => isOne(key))),
    ...(estimatedUsd === undefined || !isOne('costUsd') ? {} : { estimatedUsd }),
  };
}
