/** `.claude/auto-memory/`: what sessions of the auto family leave for the next one. */

import { readdir, rename, stat } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { Document, isScalar, isSeq, Scalar } from 'yaml';
import { safeName } from '../../core/names.ts';
import { printable } from '../../core/printable.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { GroupCheckpoint } from '../../views/auto-checkpoint.ts';
import { makeFolder } from '../make-folder.ts';
import { kindOf, readLinked } from '../read-folder.ts';
import { errorCode } from '../system-error.ts';
import { writeProblem, writeText } from '../write-text.ts';
import {
  freePath,
  keptStamp,
  locked,
  memoryFolder,
  notWritten,
  type SessionParts,
  type SessionProblem,
} from './session.ts';

/** From the root. */
export const MEMORY = '.claude/auto-memory';
const MOST_BYTES = 10_000_000;
/** Made from the others. */
const SUMMARIES: ReadonlySet<string> = new Set(['context-summary.md', 'next-actions.md']);
/** Something newer has taken its place. */
const SET_ASIDE = /-before-\d{17}\.(?:md|yaml)$/;

/** Paths of what lies there, from the root, by name. */
export async function memoryFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, MEMORY), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => `${MEMORY}/${name}`)
    .sort();
}

/** A name as it stands in a file's name: as it is, where that is no danger. */
export function fileNameOf(name: string): string {
  return /^[\w-][\w.-]{0,79}$/.test(name) ? name : safeName(name);
}

/** The value is its path from the root. */
export async function writeMemory(
  root: string,
  name: string,
  text: string,
): Promise<Result<string, SessionProblem>> {
  const folder = await memoryFolder(root);
  if (!folder.ok) return folder;
  const written = await writeText(join(folder.value, name), printable(text));
  return written.ok ? ok(`${MEMORY}/${name}`) : err(notWritten(written.error));
}

/** The same; what a file of that name says is kept beside it, as the second of the values. */
export async function writeMemoryAnew(
  parts: SessionParts,
  name: string,
  text: string,
): Promise<Result<{ readonly path: string; readonly kept: string | null }, SessionProblem>> {
  const { root } = parts;
  return await locked(parts, async () => {
    const before = await readMemory(root, `${MEMORY}/${name}`);
    const isSame = before !== null && withoutTime(before) === withoutTime(printable(text));
    const kept = isSame ? ok(null) : await setAside(root, name, parts.now());
    if (!kept.ok) return kept;
    const written = await writeMemory(root, name, text);
    return written.ok ? ok({ path: written.value, kept: kept.value }) : written;
  });
}

function withoutTime(text: string): string {
  return text.replace(/^Generated: .*$/m, '');
}

/** Gives a file another name beside it, whose path from the root is the value; null where there is none. */
export async function setAside(
  root: string,
  name: string,
  at: number,
): Promise<Result<string | null, SessionProblem>> {
  const folder = await memoryFolder(root);
  if (!folder.ok) return folder;
  const { name: stem, ext: extension } = parse(name);
  const kept = await freePath(folder.value, { stem: `${stem}-before-`, at, extension });
  try {
    await rename(join(folder.value, name), kept);
    return ok(`${MEMORY}/${basename(kept)}`);
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? ok(null) : err(notWritten(writeProblem(kept, error)));
  }
}

/** Null for what is not there or cannot be read. */
export async function readMemory(root: string, path: string): Promise<string | null> {
  const text = await readLinked(root, path, MOST_BYTES);
  return text.ok ? printable(text.value) : null;
}

export interface CheckpointNote {
  readonly state: string;
  readonly file: string;
  readonly text: string;
}

/** Adds to the notes of a state. */
export async function noteCheckpoint(
  parts: SessionParts,
  { state, file, text }: CheckpointNote,
): Promise<Result<string, SessionProblem>> {
  const name = `${fileNameOf(state.toLowerCase())}-checkpoint.md`;
  const at = new Date(parts.now()).toISOString();
  const note = [
    `## Checkpoint: ${file}`,
    `- Time: ${at}`,
    ...(text === '' ? [] : [`- Description: ${text}`]),
  ];
  return await locked(parts, async () => {
    const before = await notesBefore(parts.root, `${MEMORY}/${name}`);
    if (!before.ok) return before;
    return await writeMemory(parts.root, name, `${before.value}${note.join('\n')}\n\n`);
  });
}

async function notesBefore(root: string, path: string): Promise<Result<string, SessionProblem>> {
  if ((await kindOf(join(root, path))) === null) return ok('');
  const text = await readLinked(root, path, MOST_BYTES);
  if (text.ok) return text;
  const message = `${path} cannot be read: ${text.error}`;
  return err({ reason: 'broken', message, remedy: 'Mend the file, or move it away.' });
}

/** The one that was written last, but for those that are made from the others; null for none. */
export async function newestCheckpoint(
  root: string,
): Promise<{ readonly path: string; readonly text: string } | null> {
  const found: { readonly path: string; readonly at: number }[] = [];
  for (const path of await memoryFiles(root)) {
    const name = path.slice(MEMORY.length + 1);
    if (SUMMARIES.has(name) || SET_ASIDE.test(name)) continue;
    const at = await stat(join(root, path)).catch(() => null);
    if (at?.isFile() === true) found.push({ path, at: at.mtimeMs });
  }
  const [newest] = found.toSorted((left, right) => right.at - left.at);
  const text = newest === undefined ? null : await readMemory(root, newest.path);
  return newest === undefined || text === null ? null : { path: newest.path, text };
}

/** Moves everything into a folder of its own there, whose path from the root is the value; null for nothing to move. */
export async function archiveMemory(parts: SessionParts): Promise<Result<string | null, SessionProblem>> {
  return await locked(parts, async () => {
    const paths = await memoryFiles(parts.root);
    if (paths.length === 0) return ok(null);
    // Behind a link lie files of somebody else's.
    const folder = await memoryFolder(parts.root);
    if (!folder.ok) return folder;
    const stamp = keptStamp(parts.now());
    const archive = `${MEMORY}/archive-${stamp.slice(0, 8)}-${stamp.slice(8)}`;
    const made = await makeFolder(join(parts.root, archive));
    if (!made.ok) return err(notWritten(made.error));
    for (const path of paths)
      await rename(join(parts.root, path), join(parts.root, archive, path.slice(MEMORY.length + 1)));
    return ok(archive);
  });
}

export function groupFileName(group: number): string {
  return `parallel-group-${group}-summary.md`;
}

/**
 * YAML, which begins as a heading in Markdown. Scripts look for lines such as `status: complete`, `  - auto/task-3` and
 * `remaining_groups: [3, 4]`; texts of people stand in quotes.
 */
export function groupText(checkpoint: GroupCheckpoint): string {
  const document = new Document(checkpoint);
  const branches = checkpoint.branches_created.map((_, index) => ['branches_created', index]);
  for (const path of [['status'], ...branches]) {
    const node = document.getIn(path, true);
    if (isScalar(node)) node.type = Scalar.PLAIN;
  }
  const remaining = document.get('remaining_groups', true);
  if (isSeq(remaining)) remaining.flow = true;
  const yaml = document.toString({
    lineWidth: 0,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    flowCollectionPadding: false,
  });
  return printable(`# Parallel group ${checkpoint.group_number}\n${yaml}`);
}
