/**
 * The git directory that what runs in a confined slot is shown in place of the repository's: a copy of its small
 * parts, made anew for each holder, with the repository's objects beside it for reading only. All that git writes
 * there stays there; `untrusted-git.ts` takes over what is wanted of it.
 */

import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { isBranchName } from '../../core/names.ts';

import { ok, type Result } from '../../core/result.ts';
import type { Mount } from '../../ports/sandbox.ts';
import type { Confinement } from '../../ports/worktree.ts';
import type { Site } from '../base/clean-dir.ts';
import { lfsConfig } from '../base/lfs.ts';
import type { Repository } from '../base/repository.ts';
import type { ConfigEntry, GitProblem } from '../base/runner.ts';
import { isTrue } from '../base/settings.ts';
import { isBlank, readText, writeWhole } from '../base/small-files.ts';
import { branchRef, isCommitId } from '../objects/ref-names.ts';
import { moveModules, tieModules } from './private-modules.ts';
import type { Registration } from './slot-making.ts';
import type { SlotPlace } from './slot-place.ts';
import { copyIndex, writeSparse } from './slot-reset.ts';

export interface PrivateGitRequest {
  readonly site: Site;
  readonly place: SlotPlace;
  readonly registration: Registration;
  readonly commit: string;
  /** Short name; absent for a detached HEAD. */
  readonly branch?: string;
  /** What the branch that the user stands on is shown at. */
  readonly base: string;
  /** False where the walls show everything at its own path alone: then the worktree leads to the directory. */
  readonly showsElsewhere: boolean;
}

/** Where the repository's own objects are seen from within; `/run` is otherwise empty there. */
const SHOWN_OBJECTS = '/run/coxswain/objects';

function privateAdmin(place: SlotPlace, admin: string): string {
  return join(place.privateDir, 'worktrees', basename(admin));
}

/** The worktree's folder in the private directory of a confined slot; null for one that is not confined. */
export function shownAdmin(place: SlotPlace, admin: string): string | null {
  const mounts = readConfinement(place)?.mounts ?? null;
  return mounts === null ? null : privateAdmin(place, admin);
}

/** How what runs in the slot is confined; null when nothing was said of it, and when that is lost. */
export function readConfinement(place: SlotPlace): Confinement | null {
  const text = readText(place.confinedFile);
  if (text === null || isBlank(text)) return null;
  const confinement: Confinement = JSON.parse(text);
  return confinement;
}

/** With the power of the machine. What is not known to be confined may still be an agent's. */
export function isConfinementLost(place: SlotPlace): boolean {
  return isBlank(readText(place.confinedFile) ?? 'absent');
}

export function writeConfinement(place: SlotPlace, confinement: Confinement): void {
  writeWhole(place.confinedFile, JSON.stringify(confinement));
}

/** Makes the directory where there is none yet, and says what is to be shown where in its slot. */
export async function makePrivateGit(
  request: PrivateGitRequest,
): Promise<Result<readonly Mount[], GitProblem>> {
  const { site, place, registration, commit, branch, showsElsewhere } = request;
  const { repository } = site;
  const folder = place.privateDir;
  const stores = objectStores(repository.commonDir);
  const shown = stores.map((from, index) => ({
    from,
    at: showsElsewhere ? `${SHOWN_OBJECTS}-${index + 1}` : from,
    writable: false,
  }));
  for (const name of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info', 'hooks', 'lfs'])
    mkdirSync(join(folder, name), { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('objects/info/alternates', shown.map(({ at }) => `${at}\n`).join(''));
  write('HEAD', `ref: ${branchRef(userBranch(repository))}\n`);
  write('config', configText(repository));
  write('packed-refs', packedRefs(request));
  write(
    'info/exclude',
    [readText(join(site.cleanDir, 'info', 'exclude')), readText(place.excludeFile)].join('\n'),
  );
  takeOver(join(site.cleanDir, 'info', 'attributes'), join(folder, 'info', 'attributes'));
  takeOver(join(repository.commonDir, 'shallow'), join(folder, 'shallow'));
  const admin = privateAdmin(place, registration.admin);
  mkdirSync(admin, { recursive: true });
  writeFileSync(join(admin, 'HEAD'), branch === undefined ? `${commit}\n` : `ref: ${branchRef(branch)}\n`);
  writeFileSync(join(admin, 'gitdir'), registration.backLink);
  writeFileSync(join(admin, 'commondir'), registration.commonLink);
  writeSparse(site, admin);
  copyIndex(place.index, join(admin, 'index'));
  moveModules(registration.admin, admin);
  const tied = showsElsewhere ? ok(undefined) : await leadTo(admin, request);
  if (!tied.ok) return tied;
  return ok([
    { from: place.path, at: place.path, writable: true },
    { from: folder, at: showsElsewhere ? repository.commonDir : folder, writable: true },
    ...shown,
    // Paths in it lead to places that are not shown.
    ...(showsElsewhere
      ? shown.filter(({ from }) => existsSync(alternatesOf(from))).map(hiddenAlternates)
      : []),
    { from: place.excludeFile, at: place.excludeFile, writable: false },
  ]);
}

/** Until the slot is given back or prepared again, which writes the links as git knows them. */
function leadTo(
  admin: string,
  { site, place, registration }: PrivateGitRequest,
): Promise<Result<void, GitProblem>> {
  writeWhole(join(place.path, '.git'), `gitdir: ${admin}\n`);
  return tieModules(site, { from: registration.admin, to: admin });
}

function alternatesOf(store: string): string {
  return join(store, 'info', 'alternates');
}

function hiddenAlternates({ at }: Mount): Mount {
  return { from: '/dev/null', at: alternatesOf(at), writable: false };
}

/** The user's branch, which agents compare with, and the task's own; tags, for version numbers are made of them. */
function packedRefs({ site, commit, branch, base }: PrivateGitRequest): string {
  const refs = new Map<string, string>([[branchRef(userBranch(site.repository)), base]]);
  if (branch !== undefined) refs.set(branchRef(branch), commit);
  const heads = [...refs].map(([ref, id]) => `${id} ${ref}\n`);
  return [...heads, ...readTags(site.repository)].join('');
}

function userBranch({ branch }: Repository): string {
  return branch !== null && isBranchName(branch) ? branch : 'main';
}

/** As lines of `packed-refs`. Those of a repository that keeps refs in another format are not shown. */
function readTags({ commonDir }: Repository): string[] {
  const lines: string[] = [];
  const packed = (readText(join(commonDir, 'packed-refs')) ?? '').split('\n');
  for (const [index, line] of packed.entries()) {
    const peels = line.startsWith('^') && isTagLine(packed[index - 1]);
    if (peels || isTagLine(line)) lines.push(`${line}\n`);
  }
  const folder = join(commonDir, 'refs', 'tags');
  for (const entry of existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
    : []) {
    const path = join(entry.parentPath, entry.name);
    const id = entry.isFile() ? (readText(path)?.trim() ?? '') : '';
    if (isCommitId(id)) lines.push(`${id} refs/tags/${relative(folder, path)}\n`);
  }
  return lines;
}

function isTagLine(line: string | undefined): boolean {
  return line !== undefined && /^[0-9a-f]+ refs\/tags\//.test(line);
}

/** Written anew: of the repository's own nothing is taken over that names a program, a place or a token. */
function configText({ settings, objectFormat, sparse, usesLfs }: Repository): string {
  const { identity, carried, lines } = settings;
  const extended = objectFormat === 'sha256' || sparse;
  const entries: ConfigEntry[] = [
    ['core.repositoryformatversion', extended ? '1' : '0'],
    ['core.bare', 'false'],
    ['core.logallrefupdates', 'true'],
    ...carried.filter(([key]) => key.startsWith('core.') && key !== 'core.excludesfile'),
    ['user.name', identity.name],
    ['user.email', identity.email],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ...(objectFormat === 'sha256' ? ([['extensions.objectformat', 'sha256']] as const) : []),
    ...(sparse && isTrue(lines, 'extensions.worktreeconfig')
      ? ([['extensions.worktreeconfig', 'true']] as const)
      : []),
    ...(sparse && !isTrue(lines, 'extensions.worktreeconfig')
      ? ([
          ['core.sparsecheckout', 'true'],
          ['core.sparsecheckoutcone', String(isTrue(lines, 'core.sparsecheckoutcone'))],
        ] as const)
      : []),
    ...(usesLfs ? lfsConfig() : []),
  ];
  return entries
    .map(([key, value]) => `${configSection(key)}\n\t${lastPartOf(key)} = ${quoted(value)}\n`)
    .join('');
}

function configSection(key: string): string {
  const [section = '', ...rest] = key.split('.');
  const sub = rest.slice(0, -1).join('.');
  return sub === '' ? `[${section}]` : `[${section} ${quoted(sub)}]`;
}

function lastPartOf(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

/** As git-config(1) reads it. */
function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** The folder of objects, and those it borrows from; each once. */
export function objectStores(commonDir: string): string[] {
  const found: string[] = [];
  const look = (store: string): void => {
    if (found.includes(store) || !existsSync(store)) return;
    found.push(store);
    for (const line of (readText(alternatesOf(store)) ?? '').split('\n')) {
      if (line !== '' && !line.startsWith('#') && !line.startsWith('"')) look(resolve(store, line));
    }
  };
  look(join(commonDir, 'objects'));
  return found;
}

function takeOver(from: string, to: string): void {
  if (existsSync(from)) copyFileSync(from, to);
}
