/**
 * Writes `outputs/<agent>/` and `logs/<agent>.log` of a plan of parallel groups: what each agent that began anything has
 * brought. When the run has ended it is kept in `archives/` as well: the next run writes over the rest.
 */

import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { type AgentTasks, agentTasks } from '../views/agent-names.ts';
import {
  BUNDLE_NAMES,
  type BundledDiff,
  type BundleFile,
  outputBundle,
  taskHeading,
  type WorkPlace,
  workPlace,
} from '../views/output-bundle.ts';
import { executionId } from '../views/parallel-status.ts';
import { type ArchivedFile, agentArchive } from './agent-archive.ts';
import { makeFolder } from './make-folder.ts';
import { removeFiles } from './remove-files.ts';
import { type LogSource, taskLog } from './task-log.ts';
import { type WriteProblem, writeText } from './write-text.ts';

export interface BundleSource extends LogSource {
  readonly state: RunState;
  /** Absolute path of the output folder. */
  readonly folder: string;
  readonly readDiff: (place: WorkPlace) => Promise<BundledDiff>;
}

type Written = Result<string, WriteProblem>;

const ARCHIVES = 'archives';

/** Of an older run, when a newer one has the outputs, only what is kept of it. */
export async function writeBundles(source: BundleSource, isNewest: boolean): Promise<Written[]> {
  const begun = agentTasks(source.state).filter(({ tasks }) =>
    tasks.some(({ attempts }) => attempts.length > 0),
  );
  const { folder, state } = source;
  const endedAt = state.phase.is === 'finished' ? state.phase.at : null;
  if (!isNewest && endedAt === null) return [];
  const results: Written[] = [];
  if (isNewest) results.push(...(await clearEarlier(folder, new Set(begun.map(({ name }) => name)))));
  if (begun.length === 0) return results;
  const needed = [...(isNewest ? ['outputs', 'logs'] : []), ...(endedAt === null ? [] : [ARCHIVES])];
  for (const name of needed) {
    const made = await makeFolder(join(folder, name));
    if (!made.ok) return [...results, made];
  }
  // One at a time: each holds diffs and logs of all its tasks in memory.
  for (const agent of begun) {
    const files = await bundleFiles(source, agent);
    if (isNewest) results.push(...(await writeBundle(folder, agent.name, files)));
    if (endedAt === null) continue;
    const path = join(folder, ARCHIVES, `${agent.name}_${executionId(state)}.tar.gz`);
    results.push(await writeText(path, await agentArchive(archived(agent.name, files), endedAt)));
  }
  return results;
}

async function bundleFiles(source: BundleSource, agent: AgentTasks): Promise<readonly BundleFile[]> {
  const diffs = new Map<string, BundledDiff>();
  const logs: string[] = [];
  for (const record of agent.tasks.filter(({ attempts }) => attempts.length > 0)) {
    const place = workPlace(record);
    if (place !== null) diffs.set(record.id, await source.readDiff(place));
    logs.push(`${taskHeading(source.state, record)}\n\n${await taskLog(source, record)}`);
  }
  return [...outputBundle(source.state, agent, diffs), { name: logName(agent.name), content: logs.join('') }];
}

function logName(agent: string): string {
  return `${agent}.log`;
}

async function writeBundle(
  folder: string,
  agent: string,
  files: readonly BundleFile[],
): Promise<readonly Written[]> {
  const own = join(folder, 'outputs', agent);
  const made = await makeFolder(own);
  if (!made.ok) return [made];
  const results: Written[] = [];
  for (const { name, content } of files) {
    results.push(await writeText(join(own, name), content));
    if (name === logName(agent)) results.push(await writeText(join(folder, 'logs', name), content));
  }
  return results;
}

function archived(agent: string, files: readonly BundleFile[]): readonly ArchivedFile[] {
  return files.map(({ name, content }) => {
    const path = name === logName(agent) ? `logs/${name}` : `outputs/${agent}/${name}`;
    return { path, content };
  });
}

/** What an earlier run has left of agents that this one does not have would be taken for its own. */
async function clearEarlier(folder: string, ours: ReadonlySet<string>): Promise<readonly Written[]> {
  const outputs = join(folder, 'outputs');
  const entries = await readdir(outputs, { withFileTypes: true }).catch(() => []);
  const problems: Written[] = [];
  for (const { name } of entries.filter((entry) => entry.isDirectory() && !ours.has(entry.name))) {
    const own = join(outputs, name);
    problems.push(...(await removeFiles(own, [...BUNDLE_NAMES, logName(name)])));
    problems.push(...(await removeFiles(join(folder, 'logs'), [logName(name)])));
    // What else lies there is the user's.
    await rmdir(own).catch(() => undefined);
  }
  return problems;
}
