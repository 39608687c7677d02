/** The folder `tech-specs/`: drafts, approved ones, and their numbers. */

import { readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { slugOf } from '../core/names.ts';
import { err, ok, type Result } from '../core/result.ts';
import { newTechSpec, readTechSpec, type TechSpec, withStatus } from '../formats/manifest/tech-spec.ts';
import { type FolderProblem, folderProblem, folderWithin } from './new-folder.ts';
import { FOLDER_LIMITS, kindOf, readLinked, readText } from './read-folder.ts';
import { errorCode } from './write-text.ts';

const FOLDER = 'tech-specs';
const KINDS = ['approved', 'draft'] as const;
/** More digits could not be counted on. */
const NUMBER = /^TS-(\d{1,9})(?!\d)/i;

/** What a user has asked for. */
export interface WantedSpec {
  readonly called: string;
  /** Absolute: what is called so, if it is a path. */
  readonly path: string;
}

export interface SpecFile extends TechSpec {
  /** Absolute. */
  readonly path: string;
  /** For messages. */
  readonly called: string;
  readonly text: string;
}

export type SpecProblem =
  | FolderProblem
  | { readonly reason: 'no-such-spec' | 'unfit'; readonly message: string; readonly remedy: string };

export interface NewSpec {
  /** The repository's root, or where there is none the current folder. */
  readonly root: string;
  readonly title: string;
  readonly author: string;
  /** `YYYY-MM-DD` */
  readonly date: string;
}

/** A draft with the next number that nobody has; two that are made at once get two. The value is its path. */
export async function newSpec({ root, title, author, date }: NewSpec): Promise<Result<string, SpecProblem>> {
  const made = await folderWithin(root, `${FOLDER}/draft`);
  if (!made.ok) return made;
  const folder = made.value;
  const name = slugOf(title).slice(0, 60).replace(/-$/, '') || 'spec';
  try {
    for (let number = (await highest(root)) + 1; ; number += 1) {
      const id = `TS-${String(number).padStart(4, '0')}`;
      // Whoever holds the mark has the number to himself; one that a crash left behind costs a number.
      const mark = join(root, FOLDER, `.${id}.taken`);
      if (!(await create(mark, ''))) continue;
      const isFree = !(await numbers(root)).includes(number);
      const path = join(folder, `${id}-${name}.md`);
      const isNew = isFree && (await create(path, newTechSpec({ id, title, author, date })));
      await rm(mark, { force: true });
      if (isNew) return ok(path);
    }
  } catch (error) {
    return err(folderProblem(folder, error));
  }
}

/** Moves a draft to the approved ones. The value is where it is now. */
export async function approveSpec(
  { root, date }: Pick<NewSpec, 'root' | 'date'>,
  wanted: WantedSpec,
): Promise<Result<string, SpecProblem>> {
  const found = await findSpec(root, wanted, 'draft');
  if (!found.ok) return found;
  const spec = found.value;
  const text = withStatus(spec.text, 'APPROVED', date);
  if (text === null) {
    const message = `${spec.called} has no front matter that can be read`;
    return err({
      reason: 'unfit',
      message,
      remedy: 'Begin it with a line `---`, tech_spec_id, title, status, and `---`.',
    });
  }
  const folders = await foldersWithin(root, [`${FOLDER}/draft`, `${FOLDER}/approved`]);
  if (!folders.ok) return folders;
  const name = basename(spec.path);
  const folder = join(root, FOLDER, 'approved');
  const path = join(folder, name);
  try {
    const there = await readText(path, FOLDER_LIMITS.file);
    // Written, but not taken from the drafts, before a crash.
    const isSame = there.ok && there.value === text;
    if (!isSame && !(await create(path, text))) {
      const message = `${FOLDER}/approved/${name} is there already`;
      return err({ reason: 'exists', message, remedy: 'Give one of them another name.' });
    }
    await rm(spec.path);
    return ok(path);
  } catch (error) {
    return err(folderProblem(folder, error));
  }
}

async function foldersWithin(
  root: string,
  paths: readonly string[],
): Promise<Result<undefined, FolderProblem>> {
  for (const path of paths) {
    const made = await folderWithin(root, path);
    if (!made.ok) return made;
  }
  return ok(undefined);
}

/** By its path, or by its id, e.g. `TS-0042`. */
export async function findSpec(
  root: string,
  { called, path }: WantedSpec,
  only?: (typeof KINDS)[number],
): Promise<Result<SpecFile, SpecProblem>> {
  if ((await kindOf(path)) === 'file') {
    const isThere = only === undefined || relative(join(root, FOLDER, only), path).startsWith('TS-');
    if (isThere) return specOf({ called, path }, await readText(path, FOLDER_LIMITS.file));
    const message = `${called} is not in ${FOLDER}/${only}`;
    return err({ reason: 'no-such-spec', message, remedy: `Name one of ${FOLDER}/${only}.` });
  }
  const found = await withId(root, called);
  if (!found.ok) return found;
  const all = found.value;
  const own = all.find((path) => only === undefined || path.startsWith(`${FOLDER}/${only}/`));
  if (own !== undefined) {
    const text = await readLinked(root, own, FOLDER_LIMITS.file);
    return specOf({ called: own, path: join(root, own) }, text);
  }
  const where = only === undefined ? FOLDER : `${FOLDER}/${only}`;
  const message =
    all[0] === undefined
      ? `there is no tech spec ${called}`
      : `${called} is not in ${where}: it is ${all[0]}`;
  return err({ reason: 'no-such-spec', message, remedy: `Give its path, or its id if it lies in ${where}.` });
}

/** Paths from the root, the approved one first. */
async function withId(root: string, called: string): Promise<Result<readonly string[], FolderProblem>> {
  const id = NUMBER.exec(called)?.[1];
  if (id === undefined) return ok([]);
  const found: string[] = [];
  for (const kind of KINDS) {
    const folder = `${FOLDER}/${kind}`;
    try {
      const names = await namesIn(join(root, folder));
      const name = names.find((each) => Number(NUMBER.exec(each)?.[1]) === Number(id));
      if (name !== undefined) found.push(`${folder}/${name}`);
    } catch (error) {
      return err(folderProblem(folder, error, 'read'));
    }
  }
  return ok(found);
}

function specOf(wanted: WantedSpec, text: Result<string, string>): Result<SpecFile, SpecProblem> {
  if (text.ok) return ok({ ...readTechSpec(text.value), ...wanted, text: text.value });
  const message = `${wanted.called} cannot be read: ${text.error}`;
  return err({ reason: 'unfit', message, remedy: 'Mend the file, and try again.' });
}

async function highest(root: string): Promise<number> {
  return Math.max(0, ...(await numbers(root)));
}

async function numbers(root: string): Promise<readonly number[]> {
  const names = await Promise.all(KINDS.map((kind) => namesIn(join(root, FOLDER, kind))));
  return names.flat().flatMap((name) => {
    const digits = NUMBER.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
}

/** False when there is a file of that name. */
export async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    // Half of a file would be taken for the user's the next time.
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}
