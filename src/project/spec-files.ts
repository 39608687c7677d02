/** The files of `tech-specs/`: which one is meant, and which numbers are taken. */

import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { err, ok, type Result } from '../core/result.ts';
import { readTechSpec, type TechSpec } from '../formats/manifest/tech-spec.ts';
import { type FolderProblem, folderProblem } from './new-folder.ts';
import { FOLDER_LIMITS, isWithin, kindOf, readLinked, readText } from './read-folder.ts';
import { errorCode } from './system-error.ts';

export const SPECS = 'tech-specs';
const KINDS = ['approved', 'draft'] as const;
type Kind = (typeof KINDS)[number];
/** More digits could not be counted on. */
const NUMBER = /^TS-(\d{1,9})(?!\d)/i;
const ID = /^TS-\d{1,9}$/i;

/** What a user has asked for. */
export interface WantedSpec {
  readonly called: string;
  /** Absolute: what is called so, if it is a path. */
  readonly path: string;
}

export interface SpecFile extends TechSpec {
  /** Absolute; below the root, as that is given, where it lies there. */
  readonly path: string;
  /** For messages. */
  readonly called: string;
  readonly text: string;
}

export type SpecProblem =
  | FolderProblem
  | { readonly reason: 'no-such-spec' | 'unfit'; readonly message: string; readonly remedy: string };

/** By its path, by its id, e.g. `TS-0042`, or by its file's name. */
export async function findSpec(
  root: string,
  { called, path }: WantedSpec,
  only?: Kind,
): Promise<Result<SpecFile, SpecProblem>> {
  if ((await kindOf(path)) === 'file') return await atPath(root, { called, path }, only);
  const found = await named(root, called);
  if (!found.ok) return found;
  const all = found.value;
  const own = KINDS.map((kind) => all.filter((each) => each.startsWith(`${SPECS}/${kind}/`))).filter(
    (_, index) => only === undefined || KINDS[index] === only,
  );
  const [first, second] = own.find((each) => each.length > 0) ?? [];
  if (first !== undefined && second !== undefined) {
    const message = `${called} may be ${first} or ${second}`;
    return err({ reason: 'no-such-spec', message, remedy: 'Give the path of the one that is meant.' });
  }
  if (first !== undefined) {
    const text = await readLinked(root, first, FOLDER_LIMITS.file);
    return specOf({ called: first, path: join(root, first) }, text);
  }
  const where = only === undefined ? SPECS : `${SPECS}/${only}`;
  const message =
    all[0] === undefined
      ? `there is no tech spec ${called}`
      : `${called} is not in ${where}: it is ${all[0]}`;
  return err({ reason: 'no-such-spec', message, remedy: `Give its path, or its id if it lies in ${where}.` });
}

async function atPath(
  root: string,
  { called, path: given }: WantedSpec,
  only: Kind | undefined,
): Promise<Result<SpecFile, SpecProblem>> {
  const path = await belowRoot(root, given);
  if (only !== undefined && !(await liesIn(join(root, SPECS, only), path))) {
    const message = `${called} is not in ${SPECS}/${only}`;
    return err({ reason: 'no-such-spec', message, remedy: `Name one of ${SPECS}/${only}.` });
  }
  return specOf({ called, path }, await readText(path, FOLDER_LIMITS.file));
}

/** The way to it may lead through a link, as the current folder's does on some systems. */
async function belowRoot(root: string, path: string): Promise<string> {
  if (isWithin(root, path)) return path;
  const [top, folder] = await Promise.all([realpath(root), realpath(dirname(path))]);
  return isWithin(top, folder) ? join(root, relative(top, folder), basename(path)) : path;
}

async function liesIn(folder: string, path: string): Promise<boolean> {
  const [wanted, real] = await Promise.all([
    realpath(folder).catch(() => null),
    realpath(dirname(path)).catch(() => null),
  ]);
  return wanted !== null && wanted === real;
}

/** Paths from the root. A number in the names of files counts before one that only the text of a file says. */
async function named(root: string, called: string): Promise<Result<readonly string[], FolderProblem>> {
  const files: string[] = [];
  for (const kind of KINDS) {
    const folder = `${SPECS}/${kind}`;
    try {
      files.push(...(await namesIn(join(root, folder))).map((name) => `${folder}/${name}`));
    } catch (error) {
      return err(folderProblem(folder, error, 'read'));
    }
  }
  const exact = files.filter((file) => [called, `${called}.md`].includes(basename(file)));
  if (exact.length > 0 || !ID.test(called)) return ok(exact);
  const byName = files.filter((file) => numberOf(basename(file)) === numberOf(called));
  if (byName.length > 0) return ok(byName);
  const byText: string[] = [];
  for (const file of files.filter((each) => each.endsWith('.md'))) {
    const text = await readLinked(root, file, FOLDER_LIMITS.file);
    const id = text.ok ? readTechSpec(text.value).id : undefined;
    if (id !== undefined && ID.test(id) && numberOf(id) === numberOf(called)) byText.push(file);
  }
  return ok(byText);
}

/** Files of plans in `parallel/` that say the path, from the root: a spec that is moved is not found by them any more. */
export async function plansNaming(root: string, path: string): Promise<readonly string[]> {
  const plans = await readdir(join(root, 'parallel')).catch(() => []);
  const files = plans.flatMap((plan) =>
    ['manifest.json', 'context.md'].map((name) => `parallel/${plan}/${name}`),
  );
  const texts = await Promise.all(files.map((file) => readLinked(root, file, FOLDER_LIMITS.file)));
  return files.filter((_, index) => {
    const text = texts[index];
    return text?.ok === true && text.value.includes(path);
  });
}

function specOf(wanted: WantedSpec, text: Result<string, string>): Result<SpecFile, SpecProblem> {
  if (text.ok) return ok({ ...readTechSpec(text.value), ...wanted, text: text.value });
  const message = `${wanted.called} cannot be read: ${text.error}`;
  return err({ reason: 'unfit', message, remedy: 'Mend the file, and try again.' });
}

/** Those of all folders of specs: what was laid aside keeps its number. */
export async function takenNumbers(root: string): Promise<readonly number[]> {
  const top = join(root, SPECS);
  const names = await namesIn(top);
  const within = await Promise.all(names.map((name) => namesIn(join(top, name), ['ENOENT', 'ENOTDIR'])));
  return [...names, ...within.flat()].flatMap((name) => numberOf(name) ?? []);
}

function numberOf(name: string): number | null {
  const digits = NUMBER.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** None where an error says that there is no folder. */
async function namesIn(folder: string, none: readonly string[] = ['ENOENT']): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (none.includes(errorCode(error))) return [];
    throw error;
  });
}
