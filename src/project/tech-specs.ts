/** Tech specs are made as drafts, with a number of their own, and approved. */

import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { slugOf } from '../core/names.ts';
import { err, ok, type Result } from '../core/result.ts';
import { newTechSpec, withStatus } from '../formats/manifest/tech-spec.ts';
import { type FolderProblem, folderProblem, folderWithin } from './new-folder.ts';
import { FOLDER_LIMITS, readText } from './read-folder.ts';
import { findSpec, SPECS, type SpecProblem, takenNumbers, type WantedSpec } from './spec-files.ts';
import { createText } from './write-text.ts';

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
  const made = await folderWithin(root, `${SPECS}/draft`);
  if (!made.ok) return made;
  const folder = made.value;
  const name = slugOf(title).slice(0, 60).replace(/-$/, '') || 'spec';
  try {
    for (let number = Math.max(0, ...(await takenNumbers(root))) + 1; ; number += 1) {
      const id = `TS-${String(number).padStart(4, '0')}`;
      // Whoever holds the mark has the number to himself; one that a crash left behind costs a number.
      const mark = join(root, SPECS, `.${id}.taken`);
      if (!(await createText(mark, ''))) continue;
      const isFree = !(await takenNumbers(root)).includes(number);
      const path = join(folder, `${id}-${name}.md`);
      const isNew = isFree && (await createText(path, newTechSpec({ id, title, author, date })));
      await rm(mark, { force: true });
      if (isNew) return ok(path);
    }
  } catch (error) {
    return err(folderProblem(folder, error));
  }
}

/** Statuses of specs that are not on their way to be approved. */
const SETTLED: readonly string[] = ['ARCHIVED', 'REFERENCE'];

/** Moves a draft to the approved ones. The value is where it is now. */
export async function approveSpec(
  { root, date }: Pick<NewSpec, 'root' | 'date'>,
  wanted: WantedSpec,
): Promise<Result<string, SpecProblem>> {
  const found = await findSpec(root, wanted, 'draft');
  if (!found.ok) return found;
  const spec = found.value;
  if (SETTLED.includes(spec.status ?? '')) {
    const message = `${spec.called} is no draft: its status is ${spec.status}`;
    return err({ reason: 'unfit', message, remedy: 'Set its status to DRAFT if it is to be approved.' });
  }
  const text = withStatus(spec.text, 'APPROVED', date);
  if (text === null) {
    const message = `${spec.called} has no front matter in which a status can be set`;
    return err({
      reason: 'unfit',
      message,
      remedy: 'Begin it with a line `---`, tech_spec_id, title, status, and `---`.',
    });
  }
  const folders = await foldersWithin(root, [`${SPECS}/draft`, `${SPECS}/approved`]);
  if (!folders.ok) return folders;
  const name = basename(spec.path);
  const folder = join(root, SPECS, 'approved');
  const path = join(folder, name);
  try {
    const there = await readText(path, FOLDER_LIMITS.file);
    // Written, but not taken from the drafts, before a crash.
    const isSame = there.ok && there.value === text;
    if (!isSame && !(await createText(path, text))) {
      const message = `${SPECS}/approved/${name} is there already`;
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
