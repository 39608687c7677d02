/** Prompt files: there, not empty, and of the same mind as the task file. */

import { type FindingList, quoted } from '../../finding-list.ts';
import type { LinkedTask } from '../link-tasks.ts';
import { PROMPTS, promptPaths } from '../prompt-files.ts';
import { promptStates } from '../prompt-state.ts';
import type { RuleInput } from './rule.ts';

export function checkPrompts(input: RuleInput, findings: FindingList): void {
  const { files, promptsWanted } = input;
  const used = new Set<string>();
  const missing: LinkedTask[] = [];
  for (const { task, path, fault, why } of promptStates(input)) {
    checkNamed(task, path, findings);
    if (path === undefined) {
      missing.push(task);
      continue;
    }
    used.add(path);
    if (fault !== null) reportFault({ task, path, why }, findings);
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

const RENEW =
  'Write it anew with `cox prompts <plan> --fix`, which keeps the old one beside it, or remove it: one is made from the task file.';

/** A plan may leave them all to be made from the task files: prompts/ is an output that git ignores. */
function hasPrompts(files: RuleInput['files']): boolean {
  return [...files.keys()].some((path) => path.startsWith(PROMPTS));
}

/** A prompt of somebody's own that is not taken. One that is not written yet is made, and is told of as missing. */
function checkNamed(
  { id, at, promptFile }: LinkedTask,
  taken: string | undefined,
  findings: FindingList,
): void {
  const paths = promptFile === undefined ? [] : promptPaths(promptFile);
  const [path = ''] = paths;
  const isRead = path.startsWith(PROMPTS);
  if (path === '' || (taken === undefined ? isRead : paths.includes(taken))) return;
  const why = isRead ? 'which is not there' : `which is not in ${PROMPTS}, and no others are read`;
  findings.warn({
    rule: 'named-prompt-unread',
    at,
    message: `${id} names the prompt file ${quoted(path)}, ${why}; ${taken ?? 'one that is made from the task file'} is taken`,
    remedy: `Put the prompt into ${PROMPTS} and name it so, or take its name out of the manifest.`,
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

interface Fault {
  readonly task: LinkedTask;
  readonly path: string;
  /** Absent for an empty one. */
  readonly why: string | undefined;
}

function reportFault({ task: { id }, path, why }: Fault, findings: FindingList): void {
  const about = { at: { file: path, line: 1, column: 1 }, remedy: RENEW, tasks: [id] };
  if (why === undefined) {
    const message = `the prompt of ${id} is empty; one will be made from the task file`;
    findings.warn({ rule: 'prompt-empty', message, ...about });
  } else findings.warn({ rule: 'prompt-stale', message: `the prompt of ${id} is stale: ${why}`, ...about });
}
