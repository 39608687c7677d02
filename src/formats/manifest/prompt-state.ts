/** How the prompt files of a plan stand to its tasks. */

import { promptText } from '../../core/prompt-text.ts';
import type { LinkedTask } from './link-tasks.ts';
import { findPrompt, PROMPTS } from './prompt-files.ts';
import type { RuleInput } from './rules/rule.ts';
import { isUnfilled, whyStale } from './stale-prompt.ts';
import { toTask } from './to-task.ts';

export interface PromptState {
  readonly task: LinkedTask;
  /** Of the file that was found. */
  readonly path?: string;
  /** Null when it says what the plan says of the task, or is in a form of its own. */
  readonly fault: 'missing' | 'empty' | 'stale' | null;
  /** Of a stale one. */
  readonly why?: string;
}

const BESIDE = 'its agent is told behind it what the plan says now';

export function promptStates({
  tasks,
  files,
  agents,
}: Pick<RuleInput, 'tasks' | 'files' | 'agents'>): readonly PromptState[] {
  const others = new Map([...files].filter(([path]) => !path.startsWith(PROMPTS)));
  return tasks.map((task): PromptState => {
    const prompt = findPrompt(task, files);
    if (prompt === null) return { task, fault: 'missing' };
    const { path, text } = prompt;
    if (text.trim() === '') return { task, path, fault: 'empty' };
    const { file, id } = task;
    if (file === undefined) return { task, path, fault: null };
    const role = agents.find(task.agent ?? '')?.text.text;
    const made = toTask(task, file, { files: others, ...(role === undefined ? {} : { role }) });
    const why = whyStale({ id, file, made: promptText(made.prompt, []) }, text);
    if (why === null) return { task, path, fault: null };
    const isUsed = !isUnfilled(file, text);
    return { task, path, fault: 'stale', why: isUsed ? `${why}; ${BESIDE}` : why };
  });
}
