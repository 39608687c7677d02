/** Where everything of a slot lies: its worktree, and beside it a folder of our own that no agent is shown. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Slot } from '../../ports/worktree.ts';

export interface SlotPlace {
  readonly name: string;
  /** From 1. */
  readonly number: number;
  /** The worktree. */
  readonly path: string;
  /** Our own folder, which holds everything below. */
  readonly data: string;
  /** Who has the slot; absent when it is free. */
  readonly ownerFile: string;
  /** How git knows the worktree; absent while it is being made. */
  readonly recordFile: string;
  /** The commit the worktree was last made to hold. */
  readonly preparedFile: string;
  /** What was copied in. */
  readonly copiesFile: string;
  /** What it holds since it was cleaned while it was free, and a file whose time is that of the cleaning. */
  readonly restFile: string;
  readonly restMark: string;
  /** For which lockfiles and command the set-up was done. */
  readonly setupFile: string;
  /** What the set-up made, as it left it. */
  readonly vouchedFile: string;
  /** A git directory with nothing in it that an agent could have written. */
  readonly cleanDir: string;
  /** The index of the worktree as we left it; the agent works with a copy. */
  readonly index: string;
  /** Patterns of what an agent should not add; see `slotEnvironment`. */
  readonly excludeFile: string;
  /** What is shown as the repository's git directory in a confined slot. */
  readonly privateDir: string;
  /** What is to be shown where in a confined slot; absent for one that is not confined. */
  readonly confinedFile: string;
  /** For what is taken over of it. */
  readonly quarantine: string;
  /** For the set-up and teardown commands: temporary files and a home. */
  readonly scratch: string;
}

export function slotPlace(poolFolder: string, number: number): SlotPlace {
  const name = `slot-${number}`;
  return placeAt({ name, number, path: join(poolFolder, name), data: join(poolFolder, `.${name}`) });
}

/** Each slot has a range of its own. */
export function firstPortOf(
  { number }: Pick<SlotPlace, 'number'>,
  { portBase, portsPerSlot }: { readonly portBase: number; readonly portsPerSlot: number },
): number {
  return portBase + (number - 1) * portsPerSlot;
}

/** A slot whose two folders lie anywhere. */
export function placeAt(folders: Pick<SlotPlace, 'name' | 'number' | 'path' | 'data'>): SlotPlace {
  const { data } = folders;
  return {
    ...folders,
    ownerFile: join(data, 'owner.json'),
    recordFile: join(data, 'worktree.json'),
    preparedFile: join(data, 'prepared.json'),
    copiesFile: join(data, 'copies.json'),
    restFile: join(data, 'rest.json'),
    restMark: join(data, 'rest-mark'),
    setupFile: join(data, 'setup.json'),
    vouchedFile: join(data, 'vouched.json'),
    cleanDir: join(data, 'git'),
    index: join(data, 'index'),
    excludeFile: join(data, 'exclude'),
    privateDir: join(data, 'private'),
    confinedFile: join(data, 'confined.json'),
    quarantine: join(data, 'quarantine'),
    scratch: join(data, 'scratch'),
  };
}

/** The place of a slot that the port has given out; null for a name that is none of a pool's. */
export function placeOf(poolFolder: string, slot: Pick<Slot, 'name'>): SlotPlace | null {
  const number = slotNumber(`.${slot.name}`);
  return number === null ? null : slotPlace(poolFolder, number);
}

/** All slots ever made in the pool, in order of their numbers. */
export function listPlaces(poolFolder: string): SlotPlace[] {
  return readFolder(poolFolder)
    .map((name) => slotNumber(name))
    .filter((number) => number !== null)
    .sort((left, right) => left - right)
    .map((number) => slotPlace(poolFolder, number));
}

function slotNumber(dataFolder: string): number | null {
  const match = /^\.slot-([1-9]\d{0,5})$/.exec(dataFolder);
  return match === null ? null : Number(match[1]);
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
