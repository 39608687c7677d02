/** One task of the manifest as the rest of the program knows it. */

import type { Task, Validation, WorkType } from '../../core/plan.ts';
import type { TaskWords } from '../plan-files.ts';
import { renderPrompt } from '../task-prompt.ts';
import type { LinkedTask } from './link-tasks.ts';
import { findPrompt } from './prompt-files.ts';
import { contractPath } from './rules/contracts.ts';
import { plainScope } from './scope-section.ts';
import { isUnfilled, upToDate } from './stale-prompt.ts';
import type { TaskFile } from './task-file.ts';

export interface TaskSurroundings {
  readonly files: ReadonlyMap<string, string>;
  readonly technology?: string;
  readonly pythonVersion?: string;
  readonly validation?: Validation;
  /** What the repository says of its agent. */
  readonly role?: string;
  /** The plan's; a task's own counts before it. */
  readonly workType?: WorkType;
}

/** Said in the front matter, or by a scope that names CREATE or MODIFY and nothing behind them. */
export function isVerifyOnly({ verifyOnly, scope }: TaskFile): boolean {
  const saysNone = scope.keys.has('create') || scope.keys.has('modify');
  return verifyOnly || (saysNone && scope.understood && scope.create.length + scope.modify.length === 0);
}

export function toTask(linked: LinkedTask, file: TaskFile, around: TaskSurroundings): Task {
  const { id, agent, wave } = linked;
  const { component, estimateSeconds, workType = around.workType } = file;
  const task = {
    id,
    title: file.title?.value ?? component ?? id,
    dependsOn: linked.dependencies.map((dependency) => dependency.id),
    scope: plainScope(file.scope),
    skills: file.skills,
    contracts: contractsOf(file, around.files),
    verifyOnly: isVerifyOnly(file),
    ...(agent === undefined ? {} : { agent }),
    ...(component === undefined ? {} : { component }),
  };
  const { prompt: own, ...words } = taskWords(linked, file, around.files);
  const { technology, pythonVersion, validation, role } = around;
  const made = renderPrompt({
    ...task,
    ...words,
    wave,
    context: around.files.get('context.md') ?? '',
    ...(role === undefined ? {} : { role }),
    ...(technology === undefined ? {} : { technology }),
    ...(pythonVersion === undefined ? {} : { pythonVersion }),
    ...(validation === undefined ? {} : { validation }),
  });
  return {
    ...task,
    group: wave,
    requirements: file.requirements,
    criteria: file.criteria,
    resources: file.resources,
    ...(workType === undefined ? {} : { workType }),
    ...(estimateSeconds === undefined ? {} : { estimateSeconds }),
    prompt: own === undefined ? made : upToDate({ id, file, made }, around.files.get(own) ?? ''),
  };
}

export function taskWords(linked: LinkedTask, file: TaskFile, files: ReadonlyMap<string, string>): TaskWords {
  const prompt = findPrompt(linked, files);
  const isOwn = prompt !== null && prompt.text.trim() !== '' && !isUnfilled(file, prompt.text);
  return {
    requirements: file.requirementsText,
    more: [scopeWords(file), file.otherText].filter((text) => text !== '').join('\n\n'),
    checklist: file.criteriaText,
    ...(isOwn ? { prompt: prompt.path } : {}),
  };
}

/** What stands there beside the paths is for the agent. */
function scopeWords({ scope }: TaskFile): string {
  return scope.text === '' ? '' : `## Scope, as the task file has it\n\n${scope.text}`;
}

function contractsOf(file: TaskFile, files: ReadonlyMap<string, string>): readonly string[] {
  const paths = file.contracts.map(({ value }) => contractPath(value, files));
  return [...new Set(paths.filter((path) => path !== null))];
}
