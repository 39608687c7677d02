/**
 * Writes `outputs/<agent>/` and `logs/<agent>.log` of a plan of parallel groups: what each agent that began anything has
 * brought. When the run has ended it is kept in `archives/` as well: the next run writes over the rest.
 */

import { join } from 'node:path';
import type { Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { type AgentTasks, agentTasks } from '../views/agent-names.ts';
import {
  type BundledDiff,
  outputBundle,
  taskHeading,
  type WorkPlace,
  workPlace,
} from '../views/output-bundle.ts';
import { executionId } from '../views/parallel-status.ts';
import { agentArchive } from './agent-archive.ts';
import { makeFolder } from './make-folder.ts';
import { type LogSource, taskLog } from './task-log.ts';
import { type WriteProblem, writeText } from './write-text.ts';

export interface BundleSource extends LogSource {
  readonly state: RunState;
  /** Absolute path of the output folder. */
  readonly folder: string;
  readonly readDiff: (place: WorkPlace) => Promise<BundledDiff>;
}

type Written = Result<string, WriteProblem>;

export async function writeBundles(source: BundleSource): Promise<Written[]> {
  const begun = agentTasks(source.state).filter(({ tasks }) =>
    tasks.some(({ attempts }) => attempts.length > 0),
  );
  if (begun.length === 0) return [];
  const outputs = join(source.folder, 'outputs');
  const archives = source.state.phase.is === 'finished' ? [join(source.folder, 'archives')] : [];
  for (const folder of [outputs, join(source.folder, 'logs'), ...archives]) {
    const made = await makeFolder(folder);
    if (!made.ok) return [made];
  }
  const results: Written[] = [];
  // One at a time: each holds diffs and logs of all its tasks in memory.
  for (const agent of begun) results.push(...(await writeBundle(source, agent, join(outputs, agent.name))));
  return results;
}

async function writeBundle(source: BundleSource, agent: AgentTasks, folder: string): Promise<Written[]> {
  const made = await makeFolder(folder);
  if (!made.ok) return [made];
  const diffs = new Map<string, BundledDiff>();
  const logs: string[] = [];
  for (const record of agent.tasks.filter(({ attempts }) => attempts.length > 0)) {
    const place = workPlace(record);
    if (place !== null) diffs.set(record.id, await source.readDiff(place));
    logs.push(`${taskHeading(source.state, record)}\n\n${await taskLog(source, record)}`);
  }
  const log = { name: `${agent.name}.log`, content: logs.join('') };
  const files = [...outputBundle(source.state, agent, diffs), log];
  const results = [await writeText(join(source.folder, 'logs', log.name), log.content)];
  for (const { name, content } of files) results.push(await writeText(join(folder, name), content));
  const { phase } = source.state;
  if (phase.is !== 'finished') return results;
  const outputs = files.map(({ name, content }) => ({ path: `outputs/${agent.name}/${name}`, content }));
  const archive = await agentArchive(
    [...outputs, { path: `logs/${log.name}`, content: log.content }],
    phase.at,
  );
  const name = `${agent.name}_${executionId(source.state)}.tar.gz`;
  return [...results, await writeText(join(source.folder, 'archives', name), archive)];
}
