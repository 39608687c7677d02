/** Finds a plan on the disk, of whatever family, and reads it. */

import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Finding } from '../core/finding.ts';
import type { Plan, PlanFormat } from '../core/plan.ts';
import { shellWord } from '../core/shell-word.ts';
import { detectFamily, type Listing, lookedFor } from '../formats/detect.ts';
import { LocatedText } from '../formats/located-text.ts';
import type { PromptPlace, ReadOptions, ReadPlan } from '../formats/plan-files.ts';
import { unfitPlan } from '../formats/unfit-text.ts';
import { type Conventions, readConventions } from './conventions.ts';
import { knownPlans } from './known-plans.ts';
import { listingOf, MARKDOWN } from './plan-listing.ts';
import { FOLDER_LIMITS, kindOf, readFolder, readText } from './read-folder.ts';
import { repositoryAbove } from './repository-above.ts';

export interface LoadRequest extends Omit<ReadOptions, 'agentFiles' | 'repositoryFiles'> {
  /** Absolute, or relative to the current directory of the process. */
  readonly path: string;
  /** How the user has called it, for messages; the path without it. */
  readonly called?: string;
  /** Absolute path of the folder that paths in messages are relative to; absolute ones without it. */
  readonly from?: string;
  /** Tries this family alone instead of looking. */
  readonly format?: PlanFormat;
  /** What the reader is to know beside it, once the plan's family is known. */
  readonly ofFamily?: (format: PlanFormat) => Promise<FamilyOptions>;
  /** Absolute path of the repository's root; looked for above the plan when absent. */
  readonly repository?: string;
}

export type FamilyOptions = Pick<ReadOptions, 'largestGroup' | 'workType' | 'branchPrefix'>;

export type LoadedPlan =
  /** When a finding is an error the plan must not be run; it is null when it is not even clear enough to be shown. */
  | {
      readonly is: 'read';
      readonly format: PlanFormat;
      readonly plan: Plan | null;
      /** Of its tasks, where there is one. */
      readonly words?: NonNullable<ReadPlan['words']>;
      /** Their files are relative to `folder`. */
      readonly findings: readonly Finding[];
      /** Absolute: the plan's own, or the one that its file lies in. */
      readonly folder: string;
      /** Absolute path of the plan, of its folder or of its file; without links, so that a plan has one path. */
      readonly source: string;
      /** Only with `promptsMade`. */
      readonly prompts?: readonly PromptPlace[];
    }
  | {
      readonly is: 'unreadable';
      /** There is nothing, or there is something that is no plan of any family. */
      readonly reason: 'no-such-path' | 'not-a-plan';
      readonly message: string;
      readonly remedy: string;
    };

/** Never rejects for what lies on the disk. */
export async function loadPlan(request: LoadRequest): Promise<LoadedPlan> {
  const { path, format, called = path } = request;
  const full = resolve(path);
  const kind = await kindOf(full);
  if (kind === null) return await unreadable(request, 'no-such-path', `there is no file or folder ${called}`);
  const listing = await listingOf(full, kind);
  const family = listing === null ? null : detectFamily(listing, format);
  if (family === null) return await notOfIt(request, { full, kind, listing });
  const folder = kind === 'folder' ? full : dirname(full);
  const file = listing === null ? undefined : family.fileOf?.(listing);
  const source = file === undefined ? folder : join(folder, file);
  const { path: _path, called: _called, from: _from, format: _format, ...rest } = request;
  const { repository: root, ofFamily, ...options } = rest;
  const repository = root ?? (await repositoryAbove(folder));
  const wants = file === undefined ? family.wants : (name: string): boolean => name === file;
  const conventions = await readConventions(repository);
  const { plan, words, findings, prompts } = family.read(await readFolder(folder, wants), {
    ...options,
    ...(await ofFamily?.(family.format)),
    ...(family.namesAgents && repository !== null
      ? { agentFiles: await readFolder(repository, isAgentFile) }
      : {}),
    repositoryFiles: conventions.texts,
  });
  return {
    is: 'read',
    format: family.format,
    plan: plan ?? null,
    ...(words === undefined ? {} : { words }),
    findings: placed(findings, conventions, { folder, repository }),
    folder,
    source: await realpath(source).catch(() => source),
    ...(prompts === undefined ? {} : { prompts }),
  };
}

/** Files that describe agents are the repository's, and named from its root; so are conventions. */
function placed(
  findings: readonly Finding[],
  { findings: others }: Conventions,
  place: Place,
): readonly Finding[] {
  return [
    ...findings.map((each) => (each.file.startsWith('.claude/') ? fromFolder(each, place) : each)),
    ...others.map((each) => fromFolder(each, place)),
  ];
}

interface Place {
  /** Of the plan. */
  readonly folder: string;
  readonly repository: string | null;
}

function fromFolder(finding: Finding, { folder, repository }: Place): Finding {
  if (repository === null) return finding;
  return { ...finding, file: relative(folder, join(repository, finding.file)) };
}

async function unreadable(
  { path, from, repository }: LoadRequest,
  reason: 'no-such-path' | 'not-a-plan',
  message: string,
): Promise<LoadedPlan> {
  const full = resolve(path);
  const known = await knownPlans(full, repository ?? (await repositoryAbove(from ?? dirname(full))));
  const named = known.paths.map((plan) => (from === undefined ? plan : relative(from, plan) || '.'));
  const remedy =
    named.length === 0
      ? 'Name the folder or file of a plan; `cox init` makes a first one.'
      : `Name the folder or file of a plan. There ${named.length === 1 ? 'is' : 'are'}: ${named.join(', ')}${known.isCut ? ', and more' : ''}`;
  return { is: 'unreadable', reason, message, remedy };
}

interface Looked {
  readonly full: string;
  readonly kind: 'file' | 'folder';
  /** Null when it may not be read. */
  readonly listing: Listing | null;
}

/** It is no plan, or none of the family that was asked for. */
async function notOfIt(request: LoadRequest, { full, kind, listing }: Looked): Promise<LoadedPlan> {
  const { format, called = request.path } = request;
  if (listing === null)
    return await unreadable(
      request,
      'not-a-plan',
      `${called} is no plan that can be read: it may not be read`,
    );
  const other = format === undefined ? null : detectFamily(listing);
  if (format !== undefined && other !== null) return ofAnotherFamily(called, other.format, format);
  const why = (await unfit(full, kind)) ?? `looked for ${lookedFor(format)}`;
  return await unreadable(request, 'not-a-plan', `${called} is no plan that can be read: ${why}`);
}

/** It can be read, but not as what was asked for. */
function ofAnotherFamily(called: string, is: PlanFormat, wanted: PlanFormat): LoadedPlan {
  return {
    is: 'unreadable',
    reason: 'not-a-plan',
    message: `${called} is a plan of the format ${is}, and not of ${wanted}`,
    remedy:
      wanted === 'manifest'
        ? `Make a manifest folder of it with: cox import ${shellWord(called)} <folder>`
        : `Leave out --format, or give --format ${is}.`,
  };
}

/** A file that describes an agent, the project's or a plugin's, or a folder on the way to one. */
function isAgentFile(path: string): boolean {
  const isFolder = /^\.claude\/(?:agents\/|plugins\/(?:[^/]+\/(?:agents\/)?)?)?$/.test(path);
  return isFolder || /^\.claude\/(?:plugins\/[^/]+\/)?agents\/[^/]+\.md$/.test(path);
}

/** Why nothing can be found in a Markdown file, whatever is looked for; null when something might be. */
async function unfit(path: string, kind: 'file' | 'folder'): Promise<string | null> {
  if (kind === 'folder' || !MARKDOWN.test(path)) return null;
  const text = await readText(path, FOLDER_LIMITS.file);
  if (!text.ok) return text.error;
  return text.value.trim() === ''
    ? 'it is empty'
    : (unfitPlan(new LocatedText('', text.value))?.message ?? null);
}
