/** What workstreams that are tasks wait for: each other, as groups do. */

import { reach } from '../../core/graph.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located } from '../located-text.ts';
import { readGroupDependencies } from './group-dependencies.ts';
import { spelledOut, taskNamesIn } from './keys.ts';
import type { LinkedTask } from './linked.ts';
import type { PlanParts } from './plan-parts.ts';
import { fieldsOfKey, type RawGroup } from './raw-group.ts';

interface Stream {
  readonly id: string;
  readonly found: string[];
  /** It waits for all before it. */
  isBehindAll: boolean;
}

export function linkStreams(
  { workstreams }: PlanParts,
  tasks: readonly LinkedTask[],
  findings: FindingList,
): readonly LinkedTask[] {
  const byPlace = new Map(tasks.map((task) => [task.raw.at.line, task]));
  const ids = new Map<string, string>();
  for (const { number, at } of workstreams) {
    const id = byPlace.get(at.line)?.id;
    if (id !== undefined && number !== null) ids.set(number.toLowerCase(), id);
  }
  const streams: Stream[] = [];
  for (const raw of workstreams) {
    const task = byPlace.get(raw.at.line);
    if (raw.tasks.length + raw.rows.length > 0 || !task?.id.startsWith('workstream-')) continue;
    const stream: Stream = { id: task.id, found: [], isBehindAll: false };
    for (const written of waitsOf(raw))
      readOne({ stream, raw, written, ids, isLast: raw === workstreams.at(-1) }, findings);
    streams.push(stream);
  }
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  // They grow below.
  const edges = new Map(streams.map(({ id, found }) => [id, found]));
  for (const [index, stream] of streams.entries())
    if (stream.isBehindAll)
      for (const other of streams.slice(0, index))
        if (!reach(edges, other.id).has(stream.id)) stream.found.push(other.id);
  return tasks.map((task) => {
    const found = byId.get(task.id)?.found ?? [];
    return found.length === 0 ? task : { ...task, dependsOn: [...new Set([...task.dependsOn, ...found])] };
  });
}

function waitsOf(stream: RawGroup): readonly Located<string>[] {
  const needs = fieldsOfKey(stream, 'needs').filter(({ value }) => /work\s?stream/i.test(value));
  return [...fieldsOfKey(stream, 'after'), ...needs];
}

interface Reading {
  readonly stream: Stream;
  readonly raw: RawGroup;
  readonly written: Located<string>;
  readonly ids: ReadonlyMap<string, string>;
  readonly isLast: boolean;
}

function readOne({ stream, raw, written, ids, isLast }: Reading, findings: FindingList): void {
  const { value, at } = written;
  const read = readGroupDependencies(value);
  // Others may come behind it in the plan, and of what it overlaps it cannot be told here.
  const isTold = read.overlaps.length + read.apart.length === 0 && (!/\bother\b/i.test(value) || isLast);
  const allPrevious = read.allPrevious && isTold;
  stream.isBehindAll ||= allPrevious;
  for (const name of streamNames(value)) {
    const other = ids.get(name.toLowerCase());
    if (other !== undefined) stream.found.push(other);
    else if (isName(name))
      findings.error({
        rule: 'unknown-dependency',
        at,
        message: `${stream.id} depends on ${quoted(name)}, and the plan has no such workstream`,
        remedy: 'Name a workstream by its number, as in `Workstream 1`, or write `None`.',
        tasks: [stream.id],
      });
    else if (!allPrevious && !stream.isBehindAll) {
      stream.isBehindAll = true;
      findings.warn({
        rule: 'group-dependencies-unclear',
        at,
        message: `what Workstream ${raw.number ?? stream.id} waits for cannot be told from ${quoted(value)}: it waits for all workstreams before it`,
        remedy: 'Write `None`, `Workstream 1`, or `All previous workstreams`.',
        tasks: [stream.id],
      });
    }
  }
}

/** A number, a letter or a word, and no phrase. */
function isName(name: string): boolean {
  return !/\s/.test(name) || /^\S+\s+#?\d+[a-z]?$/i.test(name);
}

function streamNames(value: string): readonly string[] {
  return taskNamesIn(value).flatMap((name) =>
    spelledOut(name.replace(/[_]/g, '').replace(/^(?:work\s?streams?|ws)\s*#?/i, '')),
  );
}
