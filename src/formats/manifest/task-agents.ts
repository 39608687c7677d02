/** The agents that tasks name, `plugin:agent` or by name alone, with what the repository says of them. */

import type { AgentProfile, TextFile } from '../../core/plan.ts';
import {
  AGENTS_FOLDER,
  type AgentSearch,
  type KnownAgent,
  reportUnreadAgents,
  searchAgents,
} from '../agent-files.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { PlanFiles } from '../plan-files.ts';
import type { LinkedTask } from './link-tasks.ts';

export interface TaskAgents {
  readonly profiles: readonly AgentProfile[];
  /** Each file once. */
  readonly texts: readonly TextFile[];
  find(name: string): KnownAgent | null;
}

/** A repository that describes no agents leaves them to the user's own program: nothing is missed there. */
export function taskAgents(
  tasks: readonly LinkedTask[],
  files: PlanFiles | undefined,
  findings: FindingList,
): TaskAgents {
  const known = new Map<string, KnownAgent | null>();
  const looked = new Map<string, AgentSearch>();
  for (const { id, agent, at } of tasks) {
    if (agent === undefined || known.has(agent)) continue;
    const folders = foldersOf(agent);
    const found = findIn(folders, nameOf(agent), { files, looked });
    known.set(agent, found === null ? null : { ...found, profile: { ...found.profile, name: agent } });
    if (found !== null || (files?.files.size ?? 0) === 0) continue;
    const paths = folders.map((folder) => `${folder}${nameOf(agent)}.md`).join(' and ');
    findings.warn({
      rule: 'agent-unknown',
      at,
      message: `the repository does not describe the agent ${quoted(agent)}: looked for ${paths}`,
      remedy: 'Describe it there; until then its tasks get a plain prompt.',
      tasks: [id],
    });
  }
  reportUnreadAgents(files, looked.keys(), findings);
  const found = [...known.values()].filter((agent) => agent !== null);
  return {
    profiles: found.map(({ profile }) => profile),
    texts: [...new Map(found.map(({ text }) => [text.path, text])).values()],
    find: (name) => known.get(name) ?? null,
  };
}

interface AgentFolders {
  readonly files: PlanFiles | undefined;
  /** Those that were read already: each is read once. */
  readonly looked: Map<string, AgentSearch>;
}

/** The project's own counts before the plugin's. */
function findIn(
  folders: readonly string[],
  name: string,
  { files, looked }: AgentFolders,
): KnownAgent | null {
  for (const folder of folders) {
    const agents = looked.get(folder) ?? searchAgents(files, { folder });
    looked.set(folder, agents);
    const found = agents.find(name);
    if (found !== null) return found;
  }
  return null;
}

function foldersOf(agent: string): readonly string[] {
  const plugin = agent.slice(0, Math.max(0, agent.lastIndexOf(':')));
  return plugin === '' ? [AGENTS_FOLDER] : [AGENTS_FOLDER, `.claude/plugins/${plugin}/agents/`];
}

function nameOf(agent: string): string {
  return agent.slice(agent.lastIndexOf(':') + 1);
}
