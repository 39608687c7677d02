/** Brings together what the manifest says of each task and what its file says, and finds out whom it depends on. */

import { sharedNames } from '../../core/names.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, Place } from '../located-text.ts';
import type { JsonDocument } from '../read-json.ts';
import { type Names, taskNames } from './names.ts';
import { usualPlaces } from './prompt-files.ts';
import type { Manifest } from './schema.ts';
import type { TaskFile } from './task-file.ts';

export interface Dependency {
  readonly id: string;
  /** Where the edge is written. */
  readonly at: Place;
  /** `deps` in the file of the task that waits, or `blocks` in the file of the one it waits for. */
  readonly written: 'deps' | 'blocks';
}

export interface LinkedTask {
  readonly id: string;
  /** The number of its wave. */
  readonly wave: number;
  /** Its place in the manifest. */
  readonly at: Place;
  /** The manifest's word, else the file's. */
  readonly agent?: string;
  readonly promptFile?: string;
  /** Where it lies unless it is named otherwise. */
  readonly usualPrompt: string;
  readonly file?: TaskFile;
  /** Each id once. */
  readonly dependencies: readonly Dependency[];
}

interface Listed {
  readonly id: string;
  readonly wave: number;
  readonly at: Place;
  readonly agent?: string;
  readonly promptFile?: string;
}

export interface LinkInput {
  readonly manifest: Manifest;
  readonly document: JsonDocument;
  readonly taskFiles: readonly TaskFile[];
  readonly unread: {
    /** Of task files that are there but could not be read. */
    readonly stems: readonly string[];
    /** The whole folder of them could not be read. */
    readonly folder: boolean;
  };
}

/** An id becomes a part of branch names, file names and the promise that an agent prints. */
export const TASK_ID = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/;

export function linkTasks(input: LinkInput, findings: FindingList): readonly LinkedTask[] {
  const listed = listTasks(input, findings);
  findShared(listed, findings);
  const names = taskNames(listed.map(({ id }) => id));
  const files = matchFiles(input, { listed, names }, findings);
  for (const [id, file] of files) {
    names.add(id, [file.stem, ...(file.id === undefined ? [] : [file.id.value])]);
  }
  const edges = collectEdges(files, names, findings);
  const prompts = usualPlaces(listed.map(({ id }) => id));
  return listed.map((task) => {
    const file = files.get(task.id);
    const agent = task.agent ?? file?.agent?.value;
    return {
      ...task,
      usualPrompt: prompts.get(task.id) ?? '',
      ...(agent === undefined ? {} : { agent }),
      ...(file === undefined ? {} : { file }),
      dependencies: [...(edges.get(task.id)?.values() ?? [])],
    };
  });
}

/** The manifest's tasks in the order of the waves' numbers; of a doubled id the first. */
function listTasks({ manifest, document }: LinkInput, findings: FindingList): readonly Listed[] {
  const listed = new Map<string, Listed>();
  const waves = manifest.waves
    .map((wave, index) => ({ wave, index }))
    .toSorted((a, b) => a.wave.number - b.wave.number);
  for (const { wave, index } of waves) {
    for (const [position, task] of wave.tasks.entries()) {
      const at = document.at(['waves', index, 'tasks', position, 'id']);
      if (!TASK_ID.test(task.id)) {
        findings.error({
          rule: 'task-id',
          at,
          message: `${quoted(task.id)} cannot be a task's id`,
          remedy:
            'Use letters, digits, dots, hyphens and underscores, at most 100, with a letter or digit at both ends.',
        });
      } else if (listed.has(task.id)) {
        findings.error({
          rule: 'duplicate-task-id',
          at,
          message: `${task.id} stands in the manifest more than once`,
          remedy: 'Give each task an id of its own.',
          tasks: [task.id],
        });
      } else {
        const agent = task.agent?.trim() ?? '';
        const promptFile = task.prompt_file?.trim() ?? '';
        listed.set(task.id, {
          id: task.id,
          wave: wave.number,
          at,
          ...(agent === '' ? {} : { agent }),
          ...(promptFile === '' ? {} : { promptFile }),
        });
      }
    }
  }
  return [...listed.values()];
}

/** In quotes where it is none. */
function idText(id: string): string {
  return TASK_ID.test(id) ? id : quoted(id);
}

/** Two tasks on one branch would overwrite each other's work. */
function findShared(listed: readonly Listed[], findings: FindingList): void {
  const shared = sharedNames(listed.map(({ id }) => id));
  for (const { id, at } of listed) {
    const other = shared.get(id);
    if (other === undefined) continue;
    findings.error({
      rule: 'duplicate-task-id',
      at,
      message: `${id} and ${other} would have the same branch and files`,
      remedy: 'Give one of them another id, of small letters, digits and hyphens.',
      tasks: [other, id],
    });
  }
}

interface ListedTasks {
  readonly listed: readonly Listed[];
  readonly names: Names;
}

function matchFiles(
  { taskFiles, unread }: LinkInput,
  { listed, names }: ListedTasks,
  findings: FindingList,
): ReadonlyMap<string, TaskFile> {
  const files = new Map<string, TaskFile>();
  for (const file of taskFiles) {
    const id = (file.id === undefined ? undefined : names.find(file.id.value)) ?? names.find(file.stem);
    const taken = id === undefined ? undefined : files.get(id);
    if (id === undefined) {
      findings.error({
        rule: 'task-not-in-manifest',
        at: file.id?.at ?? file.source.start,
        message: `${idText(file.id?.value ?? file.stem)} is in no wave of the manifest`,
        remedy: 'List it in a wave, or remove the file.',
        tasks: [file.id?.value ?? file.stem],
      });
    } else if (taken !== undefined) {
      findings.error({
        rule: 'duplicate-task-file',
        at: file.id?.at ?? file.source.start,
        message: `${file.source.file} and ${taken.source.file} both describe ${id}`,
        remedy: 'Keep one of them, or give each an id of its own.',
        tasks: [id],
      });
    } else {
      files.set(id, file);
    }
  }
  if (unread.folder) return files;
  const notRead = new Set(unread.stems.map((stem) => names.find(stem)));
  for (const { id, at } of listed) {
    if (files.has(id) || notRead.has(id)) continue;
    findings.error({
      rule: 'task-file-missing',
      at,
      message: `${id} has no file in tasks/`,
      remedy: `Write tasks/${id}.md, or take the task out of the manifest.`,
      tasks: [id],
    });
  }
  return files;
}

/** For every task what it depends on: its own `deps`, and the `blocks` of others. */
function collectEdges(
  files: ReadonlyMap<string, TaskFile>,
  names: Names,
  findings: FindingList,
): ReadonlyMap<string, ReadonlyMap<string, Dependency>> {
  const edges = new Map<string, Map<string, Dependency>>();
  const add = (task: string, dependency: Dependency): void => {
    const known = edges.get(task) ?? new Map<string, Dependency>();
    edges.set(task, known);
    if (!known.has(dependency.id)) known.set(dependency.id, dependency);
  };
  const resolve = (task: string, name: Located<string>): string | undefined => {
    const found = names.find(name.value);
    if (found === undefined) {
      findings.error({
        rule: 'unknown-dependency',
        at: name.at,
        message: `${task} names ${quoted(name.value)}, which is no task of this plan`,
        remedy: 'Name a task of the manifest, by its whole id where a short one fits several.',
        tasks: [task],
      });
    }
    return found;
  };
  for (const [task, file] of files) {
    for (const name of file.deps) {
      const id = resolve(task, name);
      if (id !== undefined) add(task, { id, at: name.at, written: 'deps' });
    }
  }
  for (const [task, file] of files) {
    for (const name of file.blocks) {
      const id = resolve(task, name);
      if (id !== undefined) add(id, { id: task, at: name.at, written: 'blocks' });
    }
  }
  return edges;
}
