/** Texts of manifest folders, small and without a fault unless a test puts one in. */

import { readManifest } from '../formats/manifest/read-manifest.ts';
import type { ReadOptions } from '../formats/plan-files.ts';

export interface TaskText {
  readonly id: string;
  readonly wave: number;
  readonly deps?: readonly string[];
  /** Further lines of the front matter. */
  readonly header?: readonly string[];
  readonly scope?: string;
  readonly requirements?: readonly string[];
  readonly criteria?: readonly string[];
}

/** The scope starts on line 11, or later by the further lines of the header. */
export function taskText(task: TaskText): string {
  const {
    id,
    wave,
    deps = [],
    header = [],
    requirements = [`Make ${id}`],
    criteria = [`${id} works`],
  } = task;
  return [
    '---',
    `id: ${id}`,
    `wave: ${wave}`,
    `deps: [${deps.join(', ')}]`,
    ...header,
    '---',
    '',
    `# ${id}: The ${id}`,
    '',
    '## Scope',
    task.scope ?? `CREATE: src/${id}.ts\nBOUNDARY: other/*`,
    '',
    '## Requirements',
    ...requirements.map((text) => `- ${text}`),
    '',
    '## Checklist',
    ...criteria.map((text) => `- [ ] ${text}`),
    '',
  ].join('\n');
}

/** What the test changes of `manifest.json`. */
export type ManifestChange = Readonly<Record<string, unknown>>;

export function manifestText(tasks: readonly TaskText[], change: ManifestChange = {}): string {
  const numbers = [...new Set(tasks.map((task) => task.wave))].toSorted((a, b) => a - b);
  const waves = numbers.map((number) => ({
    number,
    tasks: tasks.filter((task) => task.wave === number).map(({ id }) => ({ id, agent: 'plugin:maker' })),
  }));
  return JSON.stringify({ tech_spec_id: 'TS-0001', name: 'sample', waves, ...change }, null, 2);
}

/** A whole folder with a prompt for each task, so that nothing is to be found in it. */
export function manifestFiles(tasks: readonly TaskText[], change: ManifestChange = {}): Map<string, string> {
  const files = new Map([['manifest.json', manifestText(tasks, change)]]);
  for (const task of tasks) {
    files.set(`tasks/${task.id}.md`, taskText(task));
    const { requirements = [`Make ${task.id}`], criteria = [`${task.id} works`] } = task;
    const number = task.id.replace(/^task-/, '');
    files.set(
      `prompts/${task.id}.txt`,
      [`TASK-${number}: The ${task.id}`, '', ...requirements, ...criteria].join('\n'),
    );
  }
  return files;
}

/** `severity rule file:line:column tasks` of every finding. */
export function findings(files: ReadonlyMap<string, string>, options: ReadOptions = {}): readonly string[] {
  return readManifest({ files }, options).findings.map(
    ({ severity, rule, file, line, column, tasks }) =>
      `${severity} ${rule} ${file}:${line}:${column}${tasks.length > 0 ? ` ${tasks.join(',')}` : ''}`,
  );
}

export function messages(files: ReadonlyMap<string, string>, options: ReadOptions = {}): readonly string[] {
  return readManifest({ files }, options).findings.map(({ message }) => message);
}

export function hasPlan(files: ReadonlyMap<string, string>): boolean {
  return readManifest({ files }).plan !== undefined;
}
