/** Reads a manifest folder: `manifest.json`, `tasks/*.md`, and what lies beside them. */

import type { TaskId } from '../../core/plan.ts';
import { FindingList, quoted } from '../finding-list.ts';
import { LocatedText } from '../located-text.ts';
import type { PlanFiles, PromptPlace, ReadOptions, ReadPlan, TaskWords } from '../plan-files.ts';
import { readJson } from '../read-json.ts';
import { reportUnreadable } from '../unreadable-files.ts';
import { type LinkedTask, linkTasks } from './link-tasks.ts';
import { readManifestJson } from './manifest-json.ts';
import { taskNames } from './names.ts';
import { inPresentForm } from './older-form.ts';
import { PROMPTS, placesOfPrompts } from './prompt-files.ts';
import { promptStates } from './prompt-state.ts';
import { CONTRACTS } from './rules/contracts.ts';
import type { RuleInput } from './rules/rule.ts';
import { RULES } from './rules/rules.ts';
import { taskAgents } from './task-agents.ts';
import { readTaskFile, stemOf, type TaskFile } from './task-file.ts';
import { toPlan } from './to-plan.ts';
import { taskWords } from './to-task.ts';

export const MANIFEST = 'manifest.json';
const TASKS = 'tasks/';
const ANY_CASE: readonly string[] = ['context.md', PROMPTS, CONTRACTS];
const TASK_FILE = /^tasks\/(?!readme\.md$)[^/]+\.md$/i;
/** A folder within that of the tasks, or a file that would be a task's if it lay directly there. */
const NESTED = /^tasks\/(?:[^/]+\/)+(?:(?!readme\.md$)[^/]+\.md)?$/i;

/** Whether the reader makes anything of the file, or of files in the folder, whose path ends in a slash. */
export function isManifestFile(path: string): boolean {
  const whole = [MANIFEST, TASKS].includes(path) || TASK_FILE.test(path);
  // In other letters, or deeper, they are told of.
  return whole || NESTED.test(path) || nameOf(path) !== undefined;
}

function nameOf(path: string): string | undefined {
  const small = path.toLowerCase();
  return ANY_CASE.find((name) => (name.endsWith('/') ? small.startsWith(name) : small === name));
}

/** Errors that say the plan is wrong, while it is still clear what the plan is. */
const PLAIN_ALL_THE_SAME: ReadonlySet<string> = new Set([
  'blocks-within-wave',
  'boundary-broken',
  'create-create',
  'create-modify',
  'dependency-name',
  'dependency-not-earlier',
  'dependency-unpinned',
  'first-wave-dependency',
  'modify-modify',
  'task-not-in-manifest',
  'wave-mismatch',
]);

/** Total: any texts give a plan, findings, or both; every finding's place lies within the file it names. */
export function readManifest(given: PlanFiles, options: ReadOptions = {}): ReadPlan {
  const { files, unreadable } = given;
  const findings = new FindingList();
  // The plan is what the manifest and the tasks say; the rest can be done without.
  const isNeeded = (file: string): boolean =>
    file === MANIFEST || file === '' || (file.startsWith(TASKS) && !NESTED.test(file));
  reportUnreadable(given, findings, { isNeeded, mayGo: (file) => !isNeeded(file) });
  reportCase(files, findings);
  reportNested(files, findings);
  const text = files.get(MANIFEST);
  if (text === undefined) {
    if (unreadable?.has(MANIFEST) !== true) missingManifest(findings);
    return { findings: findings.sorted(MANIFEST) };
  }
  const manifestText = new LocatedText(MANIFEST, text);
  const written = readJson(manifestText, findings);
  const taskFiles = readTaskFiles(files, findings);
  const document = written === null ? null : inPresentForm(written, taskFiles, findings);
  const manifest = document === null ? null : readManifestJson(document, findings);
  const read = new Set(taskFiles.map(({ source }) => source.file));
  const unread = {
    stems: [...(unreadable?.keys() ?? []), ...files.keys()]
      .filter((path) => TASK_FILE.test(path) && !read.has(path))
      .map(stemOf),
    folder: unreadable?.has(TASKS) === true,
  };
  if (document === null || manifest === null) return { findings: findings.sorted(MANIFEST) };
  const tasks = linkTasks({ manifest, document, taskFiles, unread }, findings);
  const ids = new Map(tasks.map(({ id, file }) => [file?.source.file ?? '', id]));
  const names = taskNames(tasks.map(({ id }) => id));
  findings.nameTasks(
    (file) => ids.get(file) ?? (TASK_FILE.test(file) ? names.find(stemOf(file)) : undefined),
  );
  const allowUnpinned = options.allowUnpinned ?? false;
  const input: RuleInput = {
    manifest,
    document,
    tasks,
    agents: taskAgents(tasks, options.agentFiles, findings),
    files,
    unreadable: new Set(unreadable?.keys()),
    manifestText,
    allowUnpinned,
    schedule: options.schedule ?? 'waves',
    ignoreCase: options.ignoreCase ?? false,
    promptsWanted: options.promptsMade ?? false,
  };
  for (const rule of RULES) rule(input, findings);
  const clear = findings.errors.every((finding) => PLAIN_ALL_THE_SAME.has(finding.rule));
  const repositoryFiles = options.repositoryFiles ?? new Map<string, string>();
  return {
    ...(clear
      ? {
          plan: toPlan({ ...input, files: usedFiles(files, options), repositoryFiles }),
          words: wordsOf(tasks, usedFiles(files, options)),
        }
      : {}),
    ...(options.promptsMade ? { prompts: promptPlaces(input) } : {}),
    findings: findings.sorted(MANIFEST),
  };
}

function promptPlaces(input: RuleInput): readonly PromptPlace[] {
  const places = placesOfPrompts(input.tasks, input.files);
  return promptStates(input).map(({ task: { id }, fault }) => ({
    task: id,
    path: places.get(id) ?? '',
    isGood: fault === null,
  }));
}

function wordsOf(
  tasks: readonly LinkedTask[],
  files: ReadonlyMap<string, string>,
): ReadonlyMap<TaskId, TaskWords> {
  return new Map(
    tasks.flatMap((task) => (task.file === undefined ? [] : [[task.id, taskWords(task, task.file, files)]])),
  );
}

function usedFiles(
  files: ReadonlyMap<string, string>,
  { promptsMade }: ReadOptions,
): ReadonlyMap<string, string> {
  if (promptsMade !== true) return files;
  return new Map([...files].filter(([path]) => !path.startsWith(PROMPTS)));
}

function reportCase(files: ReadonlyMap<string, string>, findings: FindingList): void {
  const told = new Set<string>();
  for (const file of files.keys()) {
    const name = nameOf(file);
    if (name === undefined || file.startsWith(name) || told.has(name)) continue;
    told.add(name);
    findings.warn({
      rule: 'name-in-capitals',
      at: { file, line: 1, column: 1 },
      message: `${quoted(file.slice(0, name.length))} is not read: it is not called ${name}`,
      remedy: `Rename it to ${name}.`,
    });
  }
}

function reportNested(files: ReadonlyMap<string, string>, findings: FindingList): void {
  for (const file of files.keys())
    if (NESTED.test(file))
      findings.warn({
        rule: 'task-file-nested',
        at: { file, line: 1, column: 1 },
        message: 'this is not read: files of tasks lie directly in tasks/',
        remedy: 'Move it there, or out of tasks/.',
      });
}

function missingManifest(findings: FindingList): void {
  findings.error({
    rule: 'manifest-missing',
    at: { file: MANIFEST, line: 1, column: 1 },
    message: `the folder has no ${MANIFEST}`,
    remedy: 'Write one, or name the folder that holds it.',
  });
}

export function readTaskFiles(
  files: ReadonlyMap<string, string>,
  findings: FindingList,
): readonly TaskFile[] {
  const paths = [...files.keys()].filter((path) => TASK_FILE.test(path)).toSorted();
  return paths.flatMap((path) => {
    const file = readTaskFile(new LocatedText(path, files.get(path) ?? ''), findings);
    return file === null ? [] : [file];
  });
}
