/** What holds of an agent's sessions, whatever happens in them. */

import type { Usage } from '../../core/attempt.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import type { Slot } from '../../ports/worktree.ts';
import type { Driver } from '../driver.ts';

export interface SessionPlace {
  readonly slot: Slot;
  readonly driver: Driver;
  readonly sandbox: Sandbox;
}

/** Without walls they lie in the user's home; behind walls they go with the home, unless they can be shown there. */
export function keepsSessions({ slot: { confined }, driver, sandbox }: SessionPlace): boolean {
  if (confined === undefined || confined.mounts === null) return true;
  return sandbox.showsElsewhere && driver.sessionFolders.length > 0;
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
