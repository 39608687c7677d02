/** Which family a plan belongs to, by the names of its files; and what is then read of it. */

import type { PlanFormat } from '../core/plan.ts';
import { looksLikeTasks } from './auto/find-tasks.ts';
import { readAuto } from './auto/read-auto.ts';
import { isManifestFile, MANIFEST, readManifest } from './manifest/read-manifest.ts';
import type { PlanFiles, ReadOptions, ReadPlan } from './plan-files.ts';
import { isPlanMd, PLAN_FILE, readPlanMd } from './plan-md/read-plan-md.ts';
import { parseItemName } from './queue/item-name.ts';
import { isQueueFile, readQueue } from './queue/read-queue.ts';

/** What a path leads to. */
export type Listing =
  | {
      readonly kind: 'folder';
      /** Names directly in it; those of folders end in a slash. */
      readonly names: readonly string[];
    }
  | {
      readonly kind: 'file';
      readonly name: string;
      /** Of a Markdown file that can be read; empty otherwise. */
      readonly text: string;
    };

/** One family of plans. */
export interface Family {
  readonly format: PlanFormat;
  /** Completes "looked for …". */
  readonly lookedFor: string;
  /** True when the path is a plan of this family, or, for a file, when the folder around it is. */
  matches(listing: Listing): boolean;
  /** Of plans that are single files: the plan's name in its folder, for a listing that matches. */
  fileOf?(listing: Listing): string;
  /** Whether the reader wants this file, or files of this folder, whose path ends in a slash; relative to the plan's folder. */
  wants(path: string): boolean;
  /** Whether its tasks name agents that the repository describes. */
  readonly namesAgents?: true;
  read(files: PlanFiles, options: ReadOptions): ReadPlan;
}

const manifest: Family = {
  format: 'manifest',
  lookedFor: `a folder with a ${MANIFEST}`,
  matches: (listing) =>
    listing.kind === 'folder' ? listing.names.includes(MANIFEST) : listing.name === MANIFEST,
  wants: isManifestFile,
  namesAgents: true,
  read: readManifest,
};

const queue: Family = {
  format: 'queue',
  lookedFor: 'a folder with items such as 001-pending-login-form.md',
  matches: (listing) =>
    (listing.kind === 'folder' ? listing.names : [listing.name]).some((name) => parseItemName(name) !== null),
  wants: isQueueFile,
  read: readQueue,
};

const auto: Family = {
  format: 'auto',
  lookedFor: 'a Markdown file with tasks as `Task 1: name`, each with `- Depends on:` or its like',
  matches: (listing) => listing.kind === 'file' && looksLikeTasks(listing.text),
  fileOf: (listing) => (listing.kind === 'file' ? listing.name : ''),
  wants: () => false,
  read: readAuto,
};

const planMd: Family = {
  format: 'plan-md',
  lookedFor: `a ${PLAN_FILE}, or a Markdown file with groups as \`## Parallel Group 1: Name\`, workstreams or a table of tasks`,
  matches: (listing) =>
    listing.kind === 'folder'
      ? listing.names.includes(PLAN_FILE)
      : listing.name === PLAN_FILE || isPlanMd(listing.text),
  fileOf: (listing) => (listing.kind === 'file' ? listing.name : PLAN_FILE),
  wants: () => false,
  namesAgents: true,
  read: readPlanMd,
};

/** In this order; a family is added by a line. */
const FAMILIES: readonly Family[] = [manifest, queue, planMd, auto];

/** Null when it is no plan of any family. With a format, only that family is tried. */
export function detectFamily(listing: Listing, format?: PlanFormat): Family | null {
  const [first, ...others] = families(format);
  const found = [first, ...others].find((family) => family?.matches(listing));
  if (found !== undefined) return found;
  // Whoever names the format wants to know what is wrong with the file.
  const isAsked = format !== undefined && others.length === 0 && listing.kind === 'file';
  return isAsked && first?.fileOf !== undefined ? first : null;
}

/** For the message that a path is no plan. */
export function lookedFor(format?: PlanFormat): string {
  return families(format)
    .map((family) => family.lookedFor)
    .join(', or ');
}

function families(format: PlanFormat | undefined): readonly Family[] {
  return FAMILIES.filter((family) => format === undefined || family.format === format);
}
