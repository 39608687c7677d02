/** Keys of any name that name other tasks, and of which nothing is read: `needs: [task-003]`, `"dependency_graph": {…}`. */

import { reach } from '../../../core/graph.ts';
import { type FindingList, quoted } from '../../finding-list.ts';
import type { Place } from '../../located-text.ts';
import { type Names, taskNames } from '../names.ts';
import { MANIFEST_KEYS } from '../schema.ts';
import { meansDeps } from '../shape.ts';
import type { RuleInput } from './rule.ts';

/** Who may be run at once is no order. */
const AT_ONCE = /parallel|concurren|with$/i;

/** A key, and the tasks that it brings together. */
interface Claim {
  readonly key: string;
  readonly at: Place;
  readonly pairs: readonly Pair[];
}

type Pair = readonly [string, string];

export function checkNamedTasks(input: RuleInput, findings: FindingList): void {
  const names = namesOf(input);
  const waits = waiting(input);
  const isApart = ([task, other]: Pair): boolean =>
    task !== other && !waits(task, other) && !waits(other, task);
  for (const { key, at, pairs } of [
    ...ofTaskFiles(input, names),
    ...ofEntries(input, names),
    ...ofManifest(input, names),
  ]) {
    const pair = AT_ONCE.test(key) ? undefined : pairs.find(isApart);
    if (pair === undefined) continue;
    findings.warn({
      rule: 'dependency-unread',
      at,
      message: `${quoted(key)} is not read, and names tasks: neither of ${pair.join(' and ')} waits for the other`,
      remedy: 'Write what a task waits for under `deps` in its own file.',
      tasks: pair,
    });
  }
}

/** Whether one waits for another, however many tasks are between. */
function waiting({ tasks }: RuleInput): (task: string, other: string) => boolean {
  const edges = new Map(tasks.map(({ id, dependencies }) => [id, dependencies.map((each) => each.id)]));
  const reached = new Map<string, ReadonlySet<string>>();
  return (task, other) => {
    const known = reached.get(task) ?? reach(edges, task);
    reached.set(task, known);
    return known.has(other);
  };
}

function ofTaskFiles({ tasks }: RuleInput, names: Names): readonly Claim[] {
  return tasks.flatMap(({ id, file }) =>
    (file?.others ?? []).map(({ value: { key, value }, at }) => ({
      key,
      at,
      pairs: pairsOf(id, value, names),
    })),
  );
}

function ofEntries({ manifest, document, tasks }: RuleInput, names: Names): readonly Claim[] {
  const alone = new Map(tasks.map(({ id, dependencies }) => [id, dependencies.length === 0]));
  // Of one that waits for nothing all keys that mean that are told.
  const isTold = (id: string, key: string): boolean =>
    alone.get(id) !== false && (key === 'deps' || meansDeps(key));
  return manifest.waves.flatMap(({ tasks: listed }, wave) =>
    listed.flatMap((entry, place) =>
      Object.entries(entry)
        .filter(([key]) => alone.has(entry.id) && !MANIFEST_KEYS.task.includes(key) && !isTold(entry.id, key))
        .map(([key, value]) => ({
          key,
          at: document.at(['waves', wave, 'tasks', place, key]),
          pairs: pairsOf(entry.id, value, names),
        })),
    ),
  );
}

function ofManifest({ manifest, document }: RuleInput, names: Names): readonly Claim[] {
  const { metadata, ...top } = manifest;
  const claims = (path: readonly string[], table: object, known: readonly string[]): readonly Claim[] =>
    Object.entries(table)
      .filter(([key]) => !known.includes(key))
      .map(([key, value]) => ({ key, at: document.at([...path, key]), pairs: pairsIn(value, names) }));
  return [
    ...claims([], top, [...MANIFEST_KEYS.manifest, 'tech_spec', 'tasks']),
    ...claims(['metadata'], metadata ?? {}, MANIFEST_KEYS.metadata),
  ];
}

function namesOf({ tasks }: RuleInput): Names {
  const names = taskNames(tasks.map(({ id }) => id));
  for (const { id, file } of tasks) if (file !== undefined) names.add(id, [file.stem, file.id?.value ?? id]);
  return names;
}

/** Ids. Bare numbers count something else. */
function namedIn(value: unknown, names: Names): readonly string[] {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).flatMap((each) => namedIn(each, names));
  if (typeof value !== 'string' || value.length > 5000) return [];
  return value.split(/[,;]/).flatMap((word) => {
    const id = /^[\s\d.]*$/.test(word) ? undefined : names.find(word.trim());
    return id === undefined ? [] : [id];
  });
}

function pairsOf(task: string, value: unknown, names: Names): readonly Pair[] {
  return namedIn(value, names).map((other) => [task, other]);
}

/** Of `{ "task-002": ["task-001"] }`. */
function pairsIn(value: unknown, names: Names): readonly Pair[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const [task] = namedIn(key, names);
    return task === undefined ? [] : pairsOf(task, inner, names);
  });
}
