/** The files of `prompts/`: one a task, and a list of them with the command that starts each. */

import type { Plan, Task, TaskId } from '../../../core/plan.ts';
import { printableLine } from '../../../core/printable.ts';
import { promptText } from '../../../core/prompt-text.ts';
import { shellWord } from '../../../core/shell-word.ts';
import { PROMPT_LIST, usualPlaces } from '../prompt-files.ts';

/** By path relative to the plan's folder; `folder` is what the commands call it. A task's place is its usual one unless it is told. */
export function promptTexts(
  plan: Plan,
  folder: string,
  places: ReadonlyMap<TaskId, string> = usualPlaces(plan.tasks.map(({ id }) => id)),
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { id, prompt } of plan.tasks) {
    const path = places.get(id);
    if (path !== undefined) texts.set(path, promptText(prompt, plan.context));
  }
  texts.set(PROMPT_LIST, listText(plan, places, folder));
  return texts;
}

function listText(plan: Plan, places: ReadonlyMap<string, string>, folder: string): string {
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const tasks = plan.groups.flatMap(({ number, tasks: ids }) => {
    const own = ids.flatMap((id) => byId.get(id) ?? []);
    return [
      `## Wave ${number}`,
      '',
      '| Task | Agent | Component |',
      '|---|---|---|',
      ...own.map((task) => row(task)),
      '',
      '```sh',
      ...own.map(({ id }) => `claude -p "$(cat ${shellWord(`${folder}/${places.get(id)}`)})"`),
      '```',
      '',
    ];
  });
  return [
    `# Agent prompts: ${printableLine(plan.name)}`,
    '',
    `All of them at once, each in a worktree of its own: \`cox run ${shellWord(folder)}\`. By hand, one at a time:`,
    '',
    ...tasks,
  ].join('\n');
}

function row({ id, title, agent, component }: Task): string {
  const cells = [title === '' ? id : `${id}: ${title}`, agent ?? '', component ?? ''];
  return `| ${cells.map((text) => printableLine(text).replaceAll('|', '\\|')).join(' | ')} |`;
}
