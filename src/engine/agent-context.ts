/** The context file that an agent of a plan of parallel groups is given: its task, and what others have made for it. */

import type { Task, TextFile } from '../core/plan.ts';
import { printableLine } from '../core/printable.ts';
import { type RunState, taskRecord } from '../core/run-state.ts';
import { lastWorker } from '../core/task-state.ts';

const AGENT_CONTEXT = 'agent-context.md';
const MOST_TASKS = 100;
const MOST_FILES = 10;

/** Null for plans of other kinds: their agents know no such file. */
export function agentContext(state: RunState, task: Task): TextFile | null {
  const { plan } = state;
  if (plan.format !== 'plan-md') return null;
  const sections: readonly (readonly [string, readonly string[], string])[] = [
    ['Assigned Task', [printableLine(task.title)], ''],
    ['Task ID', [printableLine(task.id)], ''],
    ['Dependencies Met', dependencies(state, task), 'It waits for no other task.'],
    ['Expected Output', bullets(task.requirements), 'What the assigned task says.'],
    ['Success Criteria', task.criteria.map((each) => `- [ ] ${printableLine(each)}`), 'The plan names none.'],
    ['Related Context', plan.context.map(({ path }) => `- ${printableLine(path)}, in this folder`), 'None.'],
  ];
  const text = sections.map(([name, lines, none]) => `## ${name}\n${lines.join('\n') || none}\n`);
  return {
    path: AGENT_CONTEXT,
    text: [`# Agent Context: ${printableLine(task.agent ?? 'no agent is named')}\n`, ...text].join('\n'),
  };
}

/** Before its task. */
export function contextNote({ plan }: Pick<RunState, 'plan'>): string {
  if (plan.format !== 'plan-md') return '';
  return `\
What others have made that your task builds on is listed in $COX_CONTEXT_DIR/${AGENT_CONTEXT}.
Tell now and then how far you are: write {"progress_percent": 45, "current_step": "what you do"} into the file $COX_STATUS_FILE.

`;
}

/** Where groups are barriers, the tasks of those that the own one comes after are waited for as well. */
function dependencies(state: RunState, task: Task): readonly string[] {
  const { index, settings } = state;
  const after = settings.schedule === 'waves' ? (index.group.get(task.group)?.after ?? []) : [];
  const ids = new Set([
    ...task.dependsOn,
    ...after.flatMap((number) => index.group.get(number)?.tasks ?? []),
  ]);
  const lines = [...ids].slice(0, MOST_TASKS).map((id) => dependency(state, id));
  return ids.size > MOST_TASKS ? [...lines, `- and ${ids.size - MOST_TASKS} more`] : lines;
}

function dependency(state: RunState, id: string): string {
  const { title = '', agent } = state.index.task.get(id) ?? {};
  return `- ${printableLine(`${id}: ${title} (${agent === undefined ? '' : `${agent}, `}${came(state, id)})`)}`;
}

function came(state: RunState, id: string): string {
  const record = taskRecord(state, id);
  switch (record.state.is) {
    case 'merged':
      return `complete${filesOf(lastWorker(record)?.outcome?.work?.files ?? [])}`;
    case 'done-before':
      return 'complete before this run';
    case 'skipped':
      return 'left out: its work is not there';
    default:
      return record.state.is;
  }
}

function filesOf(files: readonly string[]): string {
  if (files.length === 0) return ', no file was changed';
  const more = files.length > MOST_FILES ? ` and ${files.length - MOST_FILES} more` : '';
  return `: ${files.slice(0, MOST_FILES).join(', ')}${more}`;
}

function bullets(lines: readonly string[]): readonly string[] {
  return lines.map((each) => `- ${printableLine(each)}`);
}
