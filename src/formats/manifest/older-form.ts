/**
 * The older form of manifest.json in the words of the present one. It has `tech_spec{id, title, path}` for the id and the
 * title, `sources{tech_spec}`, and `tasks{total, waves, files[]}` for the waves: which wave a task is in stands in its own
 * file. Each part is taken alone, and where both forms of it are written the present one counts.
 */

import { type FindingList, quoted } from '../finding-list.ts';
import type { JsonDocument } from '../read-json.ts';
import { taskNames } from './names.ts';
import { techSpecIn } from './sources.ts';
import type { TaskFile } from './task-file.ts';

type Table = Readonly<Record<string, unknown>>;
type Path = readonly PropertyKey[];

/** Null when it is not clear which wave a task is in; the findings then say of which. */
export function inPresentForm(
  document: JsonDocument,
  taskFiles: readonly TaskFile[],
  findings: FindingList,
): JsonDocument | null {
  const { value } = document;
  if (!isTable(value)) return document;
  const { tech_spec: spec, tasks } = value;
  const parts: Part[] = [];
  if (isTable(spec)) parts.push(...specParts(value, spec));
  if (isTable(tasks) && value['waves'] === undefined) {
    const found = waveParts({ document, tasks, taskFiles }, findings);
    if (found === null) return null;
    parts.push(...found);
  }
  return parts.length === 0 ? document : withParts(document, value, parts);
}

/** A value for a path of the present form, from where it stands in the older one. */
interface Part {
  readonly to: Path;
  readonly from: Path;
  /** Absent for a path within a value that another part brings. */
  readonly value?: unknown;
}

function specParts(value: Table, spec: Table): readonly Part[] {
  const found = techSpecIn(value);
  // A path that is no text has a finding of its own.
  const path =
    found === null
      ? { from: ['tech_spec', 'path'], value: spec['path'] }
      : { from: found.path, value: found.value };
  return [
    { to: ['tech_spec_id'], from: ['tech_spec', 'id'], value: spec['id'] },
    { to: ['name'], from: ['tech_spec', 'title'], value: spec['title'] },
    { to: ['title'], from: ['tech_spec', 'title'], value: spec['title'] },
    { to: ['metadata', 'tech_spec'], ...path },
  ];
}

interface OldTasks {
  readonly document: JsonDocument;
  /** The value of `tasks`. */
  readonly tasks: Table;
  readonly taskFiles: readonly TaskFile[];
}

interface Entry {
  readonly from: Path;
  readonly id: string;
  readonly file?: TaskFile;
  /** Undefined when neither the entry nor the file says it. */
  readonly wave?: number;
  /** What else the entry says of the task. */
  readonly rest: Table;
}

function waveParts(given: OldTasks, findings: FindingList): readonly Part[] | null {
  const { total, waves: count } = given.tasks;
  const entries = readEntries(given, findings);
  const unclear = entries.filter(({ wave, file }) => wave === undefined && file !== undefined);
  if (unclear.length > 0) {
    reportNoWave(given.document, unclear, findings);
    return null;
  }
  // A file that is not there is told of later; until then its task must be somewhere.
  const waveOf = (entry: Entry): number => entry.wave ?? 0;
  const numbers = [...new Set(entries.map(waveOf))].toSorted((a, b) => a - b);
  const members = numbers.map((number) => entries.filter((entry) => waveOf(entry) === number));
  const value = members.map((inWave, index) => ({
    number: numbers[index],
    tasks: inWave.map(({ id, rest }) => ({ ...rest, id })),
  }));
  const isListed = isList(given.tasks['files']);
  const isKnown = isListed && entries.every(({ wave }) => wave !== undefined);
  if (isKnown && typeof count === 'number' && count !== numbers.length)
    findings.warn({
      rule: 'total-waves',
      at: given.document.at(['tasks', 'waves']),
      message: `tasks.waves is ${count}, and the tasks are in ${numbers.length}`,
      remedy: `Write ${numbers.length}.`,
    });
  return [
    { to: ['waves'], from: ['tasks', 'files'], value },
    ...members.flatMap((inWave, wave) =>
      inWave.map(({ from }, index) => ({ to: ['waves', wave, 'tasks', index], from })),
    ),
    ...(isListed ? [{ to: ['metadata', 'total_tasks'], from: ['tasks', 'total'], value: total }] : []),
  ];
}

/** Those that are listed; a list that was never filled in stands for all task files. */
function readEntries({ document, tasks, taskFiles }: OldTasks, findings: FindingList): readonly Entry[] {
  const { files } = tasks;
  if (!isList(files)) return taskFiles.map((file) => entryOf(file.stem, { from: ['tasks', 'files'], file }));
  const names = taskNames(taskFiles.map(({ stem }) => stem));
  for (const { stem, id } of taskFiles) if (id !== undefined) names.add(stem, [id.value]);
  return files.flatMap((item, index): readonly Entry[] => {
    const from = ['tasks', 'files', index];
    const rest = isTable(item) ? item : {};
    const named = isTable(item) ? [item['file'], item['path'], item['id']] : [item];
    const name = named.find((each) => typeof each === 'string' && each.trim() !== '');
    if (typeof name !== 'string') {
      findings.error({
        rule: 'manifest-field',
        at: document.at(from),
        message: `tasks.files[${index}] names no task file`,
        remedy: 'Write the path of the file, as in "tasks/task-001-users.md".',
      });
      return [];
    }
    const stem = name.trim().replace(/^.*\//s, '').replace(/\.md$/i, '');
    const file = taskFiles.find((each) => each.stem === names.find(stem));
    return [entryOf(stem, { from, rest, ...(file === undefined ? {} : { file }) })];
  });
}

function entryOf(
  stem: string,
  { from, file, rest = {} }: { readonly from: Path; readonly file?: TaskFile; readonly rest?: Table },
): Entry {
  const own = rest['wave'];
  const wave = typeof own === 'number' && Number.isInteger(own) && own >= 0 ? own : file?.wave?.value;
  const id = file?.id?.value ?? stem;
  return { from, id, rest, ...(file === undefined ? {} : { file }), ...(wave === undefined ? {} : { wave }) };
}

/** One for all of them. A file with faults of its own is to be mended first. */
function reportNoWave(document: JsonDocument, unclear: readonly Entry[], findings: FindingList): void {
  const faulty = new Set(findings.errors.map(({ file }) => file));
  const found = unclear.flatMap(({ id, file }) =>
    file === undefined || faulty.has(file.source.file) ? [] : [{ id, file: file.source.file }],
  );
  if (found.length === 0) return;
  const files = found.map(({ file }) => quoted(file)).join(', ');
  findings.error({
    rule: 'wave-unknown',
    at: document.at(['tasks', 'files']),
    message: `this older form of manifest.json leaves it to the task files which wave a task is in, and it is not in ${files}`,
    remedy: 'Write `wave: 1`, or a later one, into the front matter of each of them.',
    tasks: found.map(({ id }) => id),
  });
}

/** What the present form says itself counts before the parts. */
function withParts(document: JsonDocument, value: Table, parts: readonly Part[]): JsonDocument {
  const places = new Map<string, Path>();
  const top: Record<string, unknown> = { ...value };
  const metadata: Record<string, unknown> = isTable(value['metadata']) ? { ...value['metadata'] } : {};
  const canHaveMetadata = value['metadata'] === undefined || isTable(value['metadata']);
  for (const { to, from, ...part } of parts) {
    const [first, second] = to.map(String);
    const [table, key] = first === 'metadata' ? [metadata, second ?? ''] : [top, first ?? ''];
    if ('value' in part) {
      if (table[key] !== undefined || part.value === undefined) continue;
      table[key] = part.value;
    }
    places.set(JSON.stringify(to), from);
  }
  if (canHaveMetadata && Object.keys(metadata).length > 0) top['metadata'] = metadata;
  return { value: top, at: (path) => document.at(oldPath(path, places)) };
}

function oldPath(path: Path, places: ReadonlyMap<string, Path>): Path {
  for (let length = path.length; length > 0; length -= 1) {
    const from = places.get(JSON.stringify(path.slice(0, length)));
    if (from !== undefined) return [...from, ...path.slice(length)];
  }
  return path;
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}
