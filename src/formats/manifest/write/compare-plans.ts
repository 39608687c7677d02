/** What of a plan is not in another one, field by field and line by line: nothing gets lost without a word. */

import type { AgentProfile, Group, Plan, Task, TaskId } from '../../../core/plan.ts';
import { printableLine } from '../../../core/printable.ts';
import { promptText } from '../../../core/prompt-text.ts';
import { quoted } from '../../finding-list.ts';
import type { TaskWords } from '../../plan-files.ts';
import { lostLines, wordsText } from './compare-words.ts';

const TASK_WORDS: Readonly<Record<Exclude<keyof Task, 'id' | 'prompt'>, string>> = {
  title: 'its title',
  group: 'its wave',
  dependsOn: 'what it waits for',
  scope: 'its scope',
  mentions: 'the paths that its text names',
  priority: 'its priority',
  agent: 'its agent',
  reviewers: 'who looks at its work',
  reviewerResources: 'that who looks at its work does one thing at a time',
  branch: 'its branch',
  component: 'its component',
  workType: 'its work type',
  requirements: 'its requirements',
  criteria: 'its criteria',
  skills: 'its skills',
  contracts: 'its contracts',
  resources: 'its resources',
  estimateSeconds: 'its estimate',
  size: 'its size',
  verifyOnly: 'whether it only verifies',
  mayChangeNothing: 'whether it may end without a change',
  done: 'that it was done',
};
const GROUP_WORDS: Readonly<Record<Exclude<keyof Group, 'number'>, string>> = {
  name: 'its name',
  tasks: 'its tasks',
  after: 'what it waits for',
  afterSuccess: 'that it begins after success alone',
  duration: 'how long people think it takes',
  branch: 'the branch that is left where it ends',
  validation: 'its validation',
};
const PLAN_WORDS: Readonly<
  Record<Exclude<keyof Plan, 'format' | 'groups' | 'tasks' | 'wishes' | 'context' | 'profiles'>, string>
> = {
  id: 'its id',
  name: 'its name',
  title: 'its title',
  technology: 'its technology',
  pythonVersion: 'its version of Python',
  techSpec: 'its tech spec',
  dependencies: 'its packages',
  held: 'tasks that are not to be run',
};

export interface Compared {
  readonly plan: Plan;
  readonly words?: ReadonlyMap<TaskId, TaskWords>;
}

export function lostBetween(before: Compared, after: Compared): readonly string[] {
  const kept = new Map(after.plan.tasks.map((task) => [task.id, task]));
  return [
    ...differences(PLAN_WORDS, before.plan, after.plan).map((each) => `the plan: ${each}`),
    ...wishes(before.plan, after.plan),
    ...groups(before.plan, after.plan),
    ...before.plan.tasks.flatMap((task) => {
      const now = kept.get(task.id);
      if (now === undefined) return [`${task.id} is not there`];
      const fields = differences(TASK_WORDS, task, now).map((each) => `${task.id}: ${each}`);
      return [...fields, ...told(task.id, linesOf(before, task), linesOf(after, now))];
    }),
    ...texts(before.plan, after.plan),
    ...profiles(before.plan, after.plan),
  ];
}

/** What its agent is told of it: a prompt of the plan's own, else the words that one is made of. */
function linesOf({ plan, words }: Compared, task: Task): { readonly text: string; readonly isOwn: boolean } {
  const own = words?.get(task.id);
  if (own !== undefined && own.prompt === undefined)
    return { text: [task.title, wordsText(own)].join('\n'), isOwn: false };
  return { text: promptText(task.prompt, plan.context), isOwn: own?.prompt !== undefined };
}

function told(
  id: TaskId,
  before: ReturnType<typeof linesOf>,
  after: ReturnType<typeof linesOf>,
): readonly string[] {
  const lost = lostLines(before.text, after.text);
  const [first] = lost;
  if (first === undefined) return [];
  const count = lost.length === 1 ? '1 line' : `${lost.length} lines`;
  const of = before.isOwn ? 'its own prompt' : 'its text';
  const are = lost.length === 1 ? 'is' : 'are';
  return [`${id}: ${count} of ${of} ${are} not taken along, e.g. ${quoted(printableLine(first))}`];
}

function wishes(before: Plan, after: Plan): readonly string[] {
  const words = { maxParallel: 'agents at once', schedule: 'its schedule', retries: 'tries after the first' };
  const rest = Object.keys(before.wishes).filter((key) => !Object.hasOwn(words, key));
  const unnamed = rest.map((key) => `the plan: a manifest has no place for ${key}`);
  return [...differences(words, before.wishes, after.wishes).map((each) => `the plan: ${each}`), ...unnamed];
}

function groups(before: Plan, after: Plan): readonly string[] {
  const kept = new Map(after.groups.map((group) => [group.number, group]));
  return before.groups.flatMap((group) => {
    const now = kept.get(group.number);
    if (now === undefined) return [`group ${group.number} is not there`];
    return differences(GROUP_WORDS, group, now).map((each) => `group ${group.number}: ${each}`);
  });
}

function texts(before: Plan, after: Plan): readonly string[] {
  const there = new Map(after.context.map(({ path, text }) => [path, text]));
  const ofNobody = new Set((before.profiles ?? []).map(({ path }) => path));
  for (const { path } of neededProfiles(before)) ofNobody.delete(path);
  return before.context.flatMap(({ path, text }) => {
    const now = there.get(path);
    if (now?.trimEnd() === text.trimEnd() || ofNobody.has(path)) return [];
    return [now === undefined ? `the text ${path} is not taken along` : `read back differently: ${path}`];
  });
}

function profiles(before: Plan, after: Plan): readonly string[] {
  const kept = new Map((after.profiles ?? []).map((profile) => [profile.name, profile]));
  const isKept = (profile: AgentProfile): boolean => same(kept.get(profile.name), profile);
  return neededProfiles(before)
    .filter((profile) => !isKept(profile))
    .map(({ name }) => `what the repository says of the agent ${quoted(name)} is not found from there`);
}

/** Those of agents that do a task: others have been told of with theirs. */
function neededProfiles({ tasks, profiles = [] }: Plan): readonly AgentProfile[] {
  const names = new Set(tasks.map(({ agent }) => agent));
  return profiles.filter(({ name }) => names.has(name));
}

function differences<T extends object>(
  words: Readonly<Partial<Record<keyof T, string>>>,
  before: T,
  after: T,
): readonly string[] {
  const lost: string[] = [];
  for (const key of Object.keys(words)) {
    const [was, is] = [own(before, key), own(after, key)];
    const word = String(own(words, key));
    if (same(was, is)) continue;
    lost.push(is === undefined ? `a manifest has no place for ${word}` : `read back differently: ${word}`);
  }
  return lost;
}

function own(value: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** Keys in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
