/** The files of `prompts/`: one a task, and a list of them with the command that starts each. */

import type { Plan, Task } from '../../../core/plan.ts';
import { printableLine } from '../../../core/printable.ts';
import { promptText } from '../../../core/prompt-text.ts';
import { shellWord } from '../../../core/shell-word.ts';
import { shortName } from '../names.ts';
import { PROMPTS } from '../prompt-files.ts';

/** By path relative to the plan's folder; `folder` is what the commands call it. */
export function promptTexts(plan: Plan, folder: string): ReadonlyMap<string, string> {
  const names = promptNames(plan.tasks.map(({ id }) => id));
  const texts = new Map<string, string>();
  for (const task of plan.tasks)
    texts.set(`${PROMPTS}${names.get(task.id)}.txt`, promptText(task.prompt, plan.context));
  texts.set(`${PROMPTS}agent-prompts.md`, listText(plan, names, folder));
  return texts;
}

/** `task-001` for `task-001-users`, unless another task is called so. */
export function promptNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(shortName(id), (counts.get(shortName(id)) ?? 0) + 1);
  return new Map(ids.map((id) => [id, counts.get(shortName(id)) === 1 ? shortName(id) : id]));
}

function listText(plan: Plan, names: ReadonlyMap<string, string>, folder: string): string {
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
      ...own.map(({ id }) => `claude -p "$(cat ${shellWord(`${folder}/${PROMPTS}${names.get(id)}.txt`)})"`),
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
