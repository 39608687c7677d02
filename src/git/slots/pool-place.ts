/** A place of the pool as a slot, and whether anything of anybody's lies there. */

import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { safeName } from '../../core/names.ts';
import type { PoolPlace } from '../../ports/pool-worktrees.ts';
import type { Slot } from '../../ports/worktree.ts';
import type { Repository } from '../base/repository.ts';
import { readText } from '../base/small-files.ts';
import { placeAt, type SlotPlace } from './slot-place.ts';

/** What we keep of it lies in git's common directory, in a folder that is made if need be. */
export function slotAt({ commonDir }: Pick<Repository, 'commonDir'>, { name, path }: PoolPlace): SlotPlace {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 32);
  const data = join(commonDir, 'coxswain', 'pool', `${safeName(name)}-${hash}`);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  return placeAt({ name, number: 1, path, data });
}

/** From here on what lies there is ours, and half made, until `endMaking`: nobody was given it. */
export function beginMaking(slot: SlotPlace): void {
  writeFileSync(making(slot), '');
}

export function endMaking(slot: SlotPlace): void {
  rmSync(making(slot), { force: true });
}

function making({ data }: SlotPlace): string {
  return join(data, 'making');
}

/** Nothing is there, or what a process of ours or of git that was killed has begun with. */
export function isVacant(slot: SlotPlace): boolean {
  const { path } = slot;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return true;
  if (!found.isDirectory()) return false;
  // Somebody may have put something else there since.
  const link = lstatSync(join(path, '.git'), { throwIfNoEntry: false });
  if (link?.isFile() === true && existsSync(making(slot))) return true;
  const [first, ...others] = readdirSync(path, { withFileTypes: true });
  if (first === undefined) return true;
  if (first.name !== '.git' || !first.isFile() || others.length > 0) return false;
  const admin = (readText(join(path, '.git')) ?? '').replace(/^gitdir: /, '').trim();
  return !existsSync(join(admin, 'index'));
}

/** Without ports: who starts something in it chooses them. */
export function slotOf({ name, path }: PoolPlace): Slot {
  return { name, path, portBase: 0, ports: 0, environment: {} };
}
