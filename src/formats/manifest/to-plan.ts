/** The manifest and its linked tasks into a plan. */

import type { Group, Plan, TaskId, TextFile, Validation } from '../../core/plan.ts';
import type { RepositoryFiles } from '../plan-files.ts';
import type { LinkedTask } from './link-tasks.ts';
import { packageChanges } from './package-changes.ts';
import { CONTRACTS } from './rules/contracts.ts';
import type { Manifest } from './schema.ts';
import type { TaskAgents } from './task-agents.ts';
import { toTask } from './to-task.ts';
import { classifyValidation } from './validation.ts';

export interface PlanSource {
  readonly manifest: Manifest;
  /** In the order of the waves. */
  readonly tasks: readonly LinkedTask[];
  readonly files: ReadonlyMap<string, string>;
  readonly repositoryFiles: RepositoryFiles;
  readonly agents: TaskAgents;
}

/** Tasks without a file are left out. */
export function toPlan({ manifest, tasks, files, repositoryFiles, agents }: PlanSource): Plan {
  const validations = new Map<number, Validation>();
  for (const wave of manifest.waves) {
    const validation = classifyValidation(wave.validation ?? '');
    if (validation !== null) validations.set(wave.number, validation);
  }
  const technology = textOf(manifest.technology);
  const pythonVersion = textOf(manifest.python_version);
  const techSpec = textOf(manifest.metadata?.tech_spec);
  const title = textOf(manifest.title);
  const workType = manifest.work_type ?? undefined;
  const dependencies = packageChanges(manifest);
  const maxParallel = manifest.metadata?.max_parallel ?? undefined;
  return {
    id: manifest.tech_spec_id,
    name: textOf(manifest.name) ?? manifest.tech_spec_id,
    ...(title === undefined ? {} : { title }),
    format: 'manifest',
    ...(technology === undefined ? {} : { technology }),
    ...(pythonVersion === undefined ? {} : { pythonVersion }),
    ...(techSpec === undefined ? {} : { techSpec }),
    groups: groupsOf(manifest, tasks, validations),
    tasks: tasks.flatMap((task) => {
      if (task.file === undefined) return [];
      const validation = validations.get(task.wave);
      const role = agents.find(task.agent ?? '')?.text.text;
      const known = {
        ...(role === undefined ? {} : { role }),
        ...(technology === undefined ? {} : { technology }),
        ...(pythonVersion === undefined ? {} : { pythonVersion }),
        ...(validation === undefined ? {} : { validation }),
        ...(workType === undefined ? {} : { workType }),
      };
      return [toTask(task, task.file, { files, ...known })];
    }),
    ...(dependencies.length === 0 ? {} : { dependencies }),
    wishes: maxParallel === undefined ? {} : { maxParallel },
    context: contextOf(files, agents.texts, repositoryFiles),
    ...(agents.profiles.length === 0 ? {} : { profiles: agents.profiles }),
  };
}

function textOf(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
}

function groupsOf(
  manifest: Manifest,
  tasks: readonly LinkedTask[],
  validations: ReadonlyMap<number, Validation>,
): readonly Group[] {
  const members = new Map<number, TaskId[]>();
  for (const { number } of manifest.waves) members.set(number, []);
  for (const { id, wave, file } of tasks) if (file !== undefined) members.get(wave)?.push(id);
  const names = new Map(manifest.waves.map((wave) => [wave.number, wave.name]));
  const numbers = [...members.keys()].toSorted((a, b) => a - b);
  return numbers.map((number, index) => {
    const before = numbers[index - 1];
    const validation = validations.get(number);
    return {
      number,
      name: textOf(names.get(number)) ?? `Wave ${number}`,
      tasks: members.get(number) ?? [],
      after: before === undefined ? [] : [before],
      ...(validation === undefined ? {} : { validation }),
    };
  });
}

/** The plan's own texts come first; of two with one path the plan's counts. */
function contextOf(
  files: ReadonlyMap<string, string>,
  agentTexts: readonly TextFile[],
  repositoryFiles: RepositoryFiles,
): readonly TextFile[] {
  const own = [...files].filter(([path]) => path === 'context.md' || path.startsWith(CONTRACTS));
  const theirs = [...repositoryFiles].filter(([path]) => !own.some(([known]) => known === path));
  const texts = [...own, ...theirs].map(([path, text]) => ({ path, text }));
  return [...texts, ...agentTexts];
}
