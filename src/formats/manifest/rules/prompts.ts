/** Prompt files: there, not empty, and of the same mind as the task file. */

import { type FindingList, quoted } from '../../finding-list.ts';
import type { Place } from '../../located-text.ts';
import { promptTitle } from '../../task-prompt.ts';
import type { LinkedTask } from '../link-tasks.ts';
import { findPrompt, PROMPTS, promptPaths } from '../prompt-files.ts';
import type { RuleInput } from './rule.ts';

export function checkPrompts({ tasks, files, promptsWanted }: RuleInput, findings: FindingList): void {
  const used = new Set<string>();
  const missing: LinkedTask[] = [];
  for (const task of tasks) {
    const prompt = findPrompt(task, files);
    checkNamed(task, prompt?.path, findings);
    if (prompt === null) {
      missing.push(task);
      continue;
    }
    used.add(prompt.path);
    checkPrompt(task, prompt, findings);
  }
  if (promptsWanted || hasPrompts(files)) reportMissing(missing, findings);
  for (const path of files.keys()) {
    if (!path.startsWith(PROMPTS) || !path.endsWith('.txt') || used.has(path)) continue;
    findings.warn({
      rule: 'prompt-without-task',
      at: { file: path, line: 1, column: 1 },
      message: 'the prompt belongs to no task of the manifest',
      remedy: 'Remove it, or name it after its task.',
    });
  }
}

const RENEW = 'Write it anew with `cox prompts --fix`, or remove it: one is made from the task file.';

/** A plan may leave them all to be made from the task files: prompts/ is an output that git ignores. */
function hasPrompts(files: RuleInput['files']): boolean {
  return [...files.keys()].some((path) => path.startsWith(PROMPTS));
}

/** A prompt of somebody's own that can never be used. One that is not written yet is made, and is told of as missing. */
function checkNamed(
  { id, at, promptFile }: LinkedTask,
  taken: string | undefined,
  findings: FindingList,
): void {
  const [path = '', within = ''] = promptFile === undefined ? [] : promptPaths(promptFile);
  if (!path.includes('/') || path.startsWith(PROMPTS) || within === taken) return;
  findings.warn({
    rule: 'named-prompt-unread',
    at,
    message: `${id} names the prompt file ${quoted(path)}; only those in ${PROMPTS} are read, and ${taken ?? 'one that is made from the task file'} is taken`,
    remedy: `Move the prompt to ${PROMPTS} and name it so, or take its name out of the manifest.`,
    tasks: [id],
  });
}

function reportMissing(missing: readonly LinkedTask[], findings: FindingList): void {
  for (const task of missing) {
    findings.warn({
      rule: 'prompt-missing',
      at: task.at,
      message: `${task.id} has no prompt; it will be made from the task file`,
      remedy: 'Write prompts/<task>.txt with `cox prompts`, or remove the folder to have all prompts made.',
      tasks: [task.id],
    });
  }
}

function checkPrompt(task: LinkedTask, prompt: { path: string; text: string }, findings: FindingList): void {
  const at: Place = { file: prompt.path, line: 1, column: 1 };
  const tasks = [task.id];
  if (prompt.text.trim() === '') {
    const message = `the prompt of ${task.id} is empty; one will be made from the task file`;
    findings.warn({ rule: 'prompt-empty', at, message, remedy: RENEW, tasks });
    return;
  }
  const reason = staleness(task, prompt.text);
  if (reason === null) return;
  const message = `the prompt of ${task.id} is stale: ${reason}`;
  findings.warn({ rule: 'prompt-stale', at, message, remedy: RENEW, tasks });
}

/** Why the prompt does not speak of the task as its file has it now; null when it does. */
function staleness({ id, file }: LinkedTask, text: string): string | null {
  if (file === undefined) return null;
  const first = text.trimStart().split(/\r?\n/, 1)[0] ?? '';
  const title = file.title?.value ?? '';
  const names = [id, file.stem, file.id?.value ?? id];
  const titles = names.flatMap((name) => [promptTitle(name, title), `TASK-${name}: ${title}`]);
  if (!titles.some((each) => sameWords(each) === sameWords(first)))
    return `its first line is not "${promptTitle(id, title)}"`;
  const words = sameWords(text);
  const lost = file.requirements.find((requirement) => !words.includes(sameWords(requirement)));
  if (lost !== undefined) return 'it lacks a requirement of the task file';
  const missed = file.criteria.find((criterion) => !words.includes(sameWords(criterion)));
  return missed === undefined ? null : 'it lacks a criterion of the task file';
}

function sameWords(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}
