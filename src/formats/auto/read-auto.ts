/** Reads a decomposer's plan: one Markdown file with its tasks. */

import type { Plan, Task } from '../../core/plan.ts';
import { reportCycles } from '../cycles.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import { levelGroups, type UngroupedTask } from '../level-groups.ts';
import type { LocatedText } from '../located-text.ts';
import { headingText, parseMarkdown } from '../markdown.ts';
import type { PlanFiles, ReadOptions, ReadPlan, TaskWords } from '../plan-files.ts';
import { readPlanFile } from '../read-plan-file.ts';
import { renderPrompt } from '../task-prompt.ts';
import { findTasks } from './find-tasks.ts';
import type { Stray } from './found-task.ts';
import { type AutoTask, readTask } from './read-task.ts';
import type { FieldName } from './task-fields.ts';
import { warnOfUnread } from './unread-dependencies.ts';
import { warnOfHeadings } from './unread-headings.ts';

/** Other words begin lines of other texts, too. */
const OF_TASKS: readonly FieldName[] = ['depends', 'files', 'done', 'complexity'];

const UNREAD = {
  row: 'a row of a table, of which',
  quote: 'quoted, and of that',
  other: 'written in another way than tasks are, and of that',
  item: 'written in another way than tasks are, and of that',
} as const;

/** Total: any text gives a plan, findings, or both; every finding's place lies within the file. */
export function readAuto(files: PlanFiles, options: ReadOptions = {}): ReadPlan {
  return readPlanFile(files, (source, findings) => readPlan(source, options, findings));
}

function readPlan(
  source: LocatedText,
  options: ReadOptions,
  findings: FindingList,
): Omit<ReadPlan, 'findings'> {
  const root = parseMarkdown(source.text);
  const found = findTasks(source, root);
  const read = found.tasks.map((task) => readTask(task, source, findings));
  const tasks = onlyOnce(read, findings);
  for (const stray of found.strays) reportStray(stray, findings);
  for (const { number, at, is } of found.unread) {
    const finding = {
      rule: 'task-unread',
      at,
      message: `Task ${number} is ${UNREAD[is]} nothing is read`,
      remedy: `Write it as \`### Task ${number}: name\` with its fields below.`,
    };
    if (is === 'item') findings.warn(finding);
    else findings.error(finding);
  }
  if (tasks.length === 0) {
    findings.error({
      rule: 'no-tasks',
      at: source.start,
      message:
        'the plan has no tasks: looked for `Task N: name` as a heading, an item of a list or a bold line',
      remedy:
        'Write tasks as `### Task 1: name` with `- Depends on:`, `- Files:`, `- Done when:` and `- Complexity:`.',
    });
  }
  checkDependencies(tasks, read, findings);
  if (findings.errors.length > 0) return {};
  const beside = { prose: found.prose, at: source.start };
  warnOfHeadings(tasks, beside, findings);
  warnOfUnread(tasks, beside, findings);
  const [title] = root.children.flatMap((node) =>
    node.type === 'heading' && node.depth === 1 ? [headingText(source.text, node)] : [],
  );
  const id = source.file.replace(/\.[^.]*$/, '') || 'plan';
  const { largestGroup } = options;
  const { prose } = found;
  const plan: Plan = {
    id,
    name: id,
    ...(title === undefined || title === '' ? {} : { title: title.replace(/\s+/g, ' ') }),
    format: 'auto',
    ...levelGroups(
      tasks.map((task) => toTask(task, prose, options)),
      { apart: true, ...(largestGroup === undefined ? {} : { largest: largestGroup }) },
    ),
    wishes: {},
    context: [
      ...(prose === '' ? [] : [{ path: 'context.md', text: prose }]),
      ...[...(options.repositoryFiles ?? [])].map(([path, each]) => ({ path, text: each })),
    ],
  };
  return { plan, words: new Map(tasks.map((task) => [task.id, wordsOf(task)])) };
}

function wordsOf({ requirements, criteria }: AutoTask): TaskWords {
  return {
    requirements: requirements.join('\n'),
    more: '',
    checklist: criteria.map((text) => `- [ ] ${text}`).join('\n'),
  };
}

/** One field may stand anywhere, as in `Complexity: M` of the whole plan; several are a task that would be left out. */
function reportStray({ at, title, fields }: Stray, findings: FindingList): void {
  const words = [...new Set(fields.flatMap(({ name, word }) => (OF_TASKS.includes(name) ? [word] : [])))];
  if (words.length === 0) return;
  const isTask = words.length > 1 && fields.some(({ name }) => name === 'depends' || name === 'done');
  findings[isTask ? 'error' : 'warn']({
    rule: 'fields-without-task',
    at,
    message: `${words.map((word) => `\`${word}\``).join(', ')} below ${title === '' ? 'no heading' : quoted(title)}, which is no task`,
    remedy:
      'Write the task above its fields as `### Task 1: name`; elsewhere, do not begin lines with these words.',
  });
}

function onlyOnce(found: readonly AutoTask[], findings: FindingList): readonly AutoTask[] {
  const tasks = new Map<string, AutoTask>();
  for (const task of found) {
    const first = tasks.get(task.id);
    if (first === undefined) tasks.set(task.id, task);
    else
      findings.error({
        rule: 'duplicate-task-id',
        at: task.at,
        message: `Task ${task.number} stands in the plan twice; the first is on line ${first.at.line}`,
        remedy: 'Give each task a number of its own.',
        tasks: [task.id],
      });
  }
  return [...tasks.values()];
}

/** `read`: those of a number that stands there twice, too. */
function checkDependencies(
  tasks: readonly AutoTask[],
  read: readonly AutoTask[],
  findings: FindingList,
): void {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  for (const { id, number, dependencies } of read) {
    for (const { value, at } of dependencies) {
      if (byId.has(value)) continue;
      findings.error({
        rule: 'unknown-dependency',
        at,
        message: `Task ${number} depends on ${value}, which is no task of this plan`,
        remedy: 'Name a task of the plan by its number, or write none.',
        tasks: [id],
      });
    }
  }
  const waiting = tasks.map(({ id, dependencies }) => ({
    id,
    // The first place where it is named.
    edges: new Map(dependencies.toReversed().map(({ value, at }) => [value, at])),
  }));
  reportCycles(waiting, findings);
}

function toTask(task: AutoTask, prose: string, options: ReadOptions): UngroupedTask {
  const { id, name, files, criteria, requirements, size, agent, done } = task;
  const workType = task.workType ?? options.workType;
  const scope: Task['scope'] = { create: [], modify: files, boundary: [] };
  const known = {
    id,
    title: name,
    dependsOn: [...new Set(task.dependencies.map(({ value }) => value))],
    scope,
    skills: [],
    contracts: [],
    verifyOnly: false,
    ...(agent === undefined ? {} : { agent }),
  };
  return {
    ...known,
    requirements,
    criteria,
    resources: [],
    branch: `${options.branchPrefix ?? 'auto/'}${id}`,
    ...(size === undefined ? {} : { size }),
    ...(workType === undefined ? {} : { workType }),
    ...(done ? { done } : {}),
    prompt: renderPrompt({
      ...known,
      mayCreate: true,
      ...wordsOf(task),
      context: prose,
    }),
  };
}
