/** A plan as the files of a manifest folder. */

import type { PackageChange, Plan, TaskId } from '../../../core/plan.ts';
import type { TaskWords } from '../../plan-files.ts';
import { CONTRACTS } from '../rules/contracts.ts';
import { longestPath } from './longest-path.ts';
import { architectureText, taskGraphText } from './mermaid.ts';
import { taskText } from './task-text.ts';

export interface ManifestFacts {
  /** ISO 8601. */
  readonly generatedAt: string;
}

/** By path relative to the folder. The plan is one that a manifest can hold, see `fitPlan`. No prompts yet. */
export function manifestFiles(
  plan: Plan,
  words: ReadonlyMap<TaskId, TaskWords>,
  facts: ManifestFacts,
): ReadonlyMap<string, string> {
  const files = new Map([['manifest.json', manifestText(plan, facts)]]);
  const context = plan.context.find(({ path }) => path === 'context.md');
  for (const [path, text] of pagesOf(plan)) files.set(path, text);
  if (context !== undefined) files.set('context.md', `${context.text.trimEnd()}\n`);
  for (const { path, text } of plan.context) if (path.startsWith(CONTRACTS)) files.set(path, text);
  for (const task of plan.tasks) files.set(`tasks/${task.id}.md`, taskText(task, words.get(task.id)));
  return files;
}

/** Pages for people and agents that every folder has. */
export function pagesOf(plan: Plan): ReadonlyMap<string, string> {
  return new Map([
    ['context.md', `# ${plan.title ?? plan.name}\n`],
    ['architecture.md', architectureText(plan)],
    ['task-graph.md', taskGraphText(plan)],
  ]);
}

function manifestText(plan: Plan, { generatedAt }: ManifestFacts): string {
  const agents = new Map(plan.tasks.map(({ id, agent }) => [id, agent]));
  const { maxParallel } = plan.wishes;
  const manifest = {
    tech_spec_id: plan.id,
    name: plan.name,
    ...(plan.title === undefined ? {} : { title: plan.title }),
    ...(plan.technology === undefined ? {} : { technology: plan.technology }),
    ...(plan.pythonVersion === undefined ? {} : { python_version: plan.pythonVersion }),
    ...(plan.dependencies === undefined ? {} : { dependencies: packageLists(plan.dependencies) }),
    waves: plan.groups.map(({ number, name, tasks, validation }) => ({
      number,
      ...(name === `Wave ${number}` ? {} : { name }),
      tasks: tasks.map((id) => {
        const agent = agents.get(id);
        return agent === undefined ? { id } : { id, agent };
      }),
      ...(validation === undefined
        ? {}
        : { validation: validation.kind === 'shell' ? validation.command : validation.code }),
    })),
    metadata: {
      ...(plan.techSpec === undefined ? {} : { tech_spec: plan.techSpec }),
      generated_at: generatedAt,
      total_tasks: plan.tasks.length,
      ...(maxParallel === undefined ? {} : { max_parallel: maxParallel }),
      critical_path: longestPath(plan),
    },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function packageLists(changes: readonly PackageChange[]): Readonly<Record<string, Record<string, string[]>>> {
  const lists: Record<string, Record<string, string[]>> = {};
  for (const { ecosystem, action, packages } of changes) {
    const own = lists[ecosystem] ?? {};
    lists[ecosystem] = own;
    const step = action === 'add-dev' ? 'add_dev' : action;
    own[step] = [...(own[step] ?? []), ...packages];
  }
  return lists;
}
