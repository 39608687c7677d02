/**
 * Who has a slot. The owner file is made in one step and only if there is none, so of any number of processes
 * that want a slot one gets it. It names a run's holder, not a process: the slot stays taken over a crash.
 */

import { rmSync } from 'node:fs';

import type { SlotHolder } from '../../ports/worktree.ts';
import { createWhole, isBlank, isRecord, readJson, readText, writeWhole } from '../base/small-files.ts';
import { listPlaces, type SlotPlace, slotPlace } from './slot-place.ts';

export interface Ownership extends SlotHolder {
  /**
   * `kept` is left for a look and may be given back when there are too many; `leaving` is being given back so, and
   * nobody's to take.
   */
  readonly state: 'held' | 'kept' | 'leaving';
  /** Milliseconds since the epoch; of the state. */
  readonly since: number;
}

export interface OwnedSlot {
  readonly place: SlotPlace;
  readonly owner: Ownership;
}

export function listOwned(poolFolder: string): OwnedSlot[] {
  return listPlaces(poolFolder).flatMap((place) => {
    const owner = readOwner(place);
    return owner === null ? [] : [{ place, owner }];
  });
}

/** Null when the slot is free, and when its owner file cannot be understood: then it is nobody's to take. */
export function readOwner(place: SlotPlace): Ownership | null {
  return readJson(place.ownerFile, toOwnership);
}

export function findOwned(poolFolder: string, holder: SlotHolder): OwnedSlot | null {
  return ownedBy(poolFolder, holder).find(({ owner }) => owner.key === holder.key) ?? null;
}

function ownedBy(poolFolder: string, { run }: SlotHolder): OwnedSlot[] {
  return listOwned(poolFolder).filter(({ owner }) => owner.run === run && owner.state !== 'leaving');
}

/** False where the slot is somebody else's, or nobody's: what lies there is not the holder's then. */
export function mayHold(place: SlotPlace, { run, key }: SlotHolder): boolean {
  if (readText(place.ownerFile) === null) return false;
  const owner = readOwner(place);
  // One that cannot be read tells of nobody else.
  return owner === null || (owner.run === run && owner.key === key);
}

/**
 * The holder's slot: the one it has, else that of an earlier attempt of its task, else a free one, else a new
 * number.
 */
export function claimSlot(poolFolder: string, holder: SlotHolder): SlotPlace {
  const owned = ownedBy(poolFolder, holder);
  const mine =
    owned.find(({ owner }) => owner.key === holder.key) ??
    owned.find(({ owner }) => holder.task !== undefined && owner.task === holder.task);
  if (mine !== undefined) {
    writeOwner(mine.place, { ...holder, state: 'held', since: Date.now() });
    return mine.place;
  }
  const places = listPlaces(poolFolder);
  const text = ownerText({ ...holder, state: 'held', since: Date.now() });
  for (const place of places) {
    if (takeIfFree(place, text)) return place;
  }
  for (let number = (places.at(-1)?.number ?? 0) + 1; ; number += 1) {
    const place = slotPlace(poolFolder, number);
    if (createWhole(place.ownerFile, text)) return place;
  }
}

/** With the power of the machine. */
export function isOwnerLost(place: SlotPlace): boolean {
  return isBlank(readText(place.ownerFile) ?? 'absent');
}

/** Whoever has worked there goes before those who want any slot. */
export function takeBack(place: SlotPlace, { run, key, task }: SlotHolder): void {
  const holder = { run, key, ...(task === undefined ? {} : { task }) };
  if (isOwnerLost(place)) writeOwner(place, { ...holder, state: 'held', since: Date.now() });
}

function isFree(place: SlotPlace): boolean {
  return readText(place.ownerFile) === null || isOwnerLost(place);
}

function takeIfFree(place: SlotPlace, text: string): boolean {
  if (isOwnerLost(place)) dropOwner(place);
  return readText(place.ownerFile) === null && createWhole(place.ownerFile, text);
}

/** Who takes a slot away; it is nobody's then. */
const REMOVER = '';

/** Takes a slot that nobody has, so that nobody gets it before it is removed; false for one that somebody has. */
export function takeFree(place: SlotPlace): boolean {
  const text = ownerText({ run: REMOVER, key: REMOVER, state: 'leaving', since: Date.now() });
  return takeIfFree(place, text) || isBeingRemoved(readOwner(place));
}

/** True also when whoever did so has died. */
export function isBeingRemoved(owner: Ownership | null): boolean {
  return owner?.state === 'leaving' && owner.run === REMOVER;
}

/** The slots that would be claimed next, in this order, by nobody who has one. Reads only. */
export function nextFree(poolFolder: string, count: number): readonly SlotPlace[] {
  const places = listPlaces(poolFolder);
  const free = places.filter(isFree).slice(0, count);
  const last = places.at(-1)?.number ?? 0;
  const more = Array.from({ length: count - free.length }, (_, index) =>
    slotPlace(poolFolder, last + index + 1),
  );
  return [...free, ...more];
}

export function writeOwner(place: SlotPlace, owner: Ownership): void {
  writeWhole(place.ownerFile, ownerText(owner));
}

/** The slot is free for everybody afterwards. */
export function dropOwner(place: SlotPlace): void {
  rmSync(place.ownerFile, { force: true });
}

function ownerText(owner: Ownership): string {
  return `${JSON.stringify(owner)}\n`;
}

function toOwnership(value: unknown): Ownership | null {
  if (!isRecord(value)) return null;
  const { run, key, task, state, since } = value;
  if (typeof run !== 'string' || typeof key !== 'string' || typeof since !== 'number') return null;
  if (state !== 'held' && state !== 'kept' && state !== 'leaving') return null;
  return { run, key, state, since, ...(typeof task === 'string' ? { task } : {}) };
}
