/** What a task is to do has to be said somewhere: in its file, or in a prompt of the plan's own. */

import type { FindingList } from '../../finding-list.ts';
import { isBarePrompt } from '../../task-prompt.ts';
import { findPrompt } from '../prompt-files.ts';
import type { RuleInput } from './rule.ts';

export function checkRequirements({ tasks, files }: RuleInput, findings: FindingList): void {
  for (const task of tasks) {
    const { id, file } = task;
    if (file === undefined || file.isUnread === true) continue;
    // Whatever else the file says is told to the agent, too.
    if (`${file.requirementsText}${file.otherText}`.trim() !== '') continue;
    const prompt = findPrompt(task, files)?.text ?? '';
    if (prompt.trim() !== '' && !isBarePrompt(prompt)) continue;
    findings.warn({
      rule: 'requirements-missing',
      at: file.title?.at ?? file.source.start,
      message: `${id} does not say what is to be done; its agent is told little more than its title`,
      remedy: 'Add a section `## Requirements` with what the task has to bring about.',
      tasks: [id],
    });
  }
}
