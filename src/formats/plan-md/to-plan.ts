/** The linked parts into a plan. */

import { isBranchName, slugOf } from '../../core/names.ts';
import type { AgentProfile, Group, Plan, Task, TextFile } from '../../core/plan.ts';
import {
  AGENTS_FOLDER,
  type AgentSearch,
  type KnownAgent,
  reportUnreadAgents,
  searchAgents,
} from '../agent-files.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import { levelGroups } from '../level-groups.ts';
import type { ReadOptions } from '../plan-files.ts';
import { renderPrompt } from '../task-prompt.ts';
import { isYes } from './assignment.ts';
import { agentNamesIn } from './keys.ts';
import type { LinkedGroup } from './link-groups.ts';
import type { LinkedPlan, LinkedTask } from './linked.ts';
import { nameKey } from './name-key.ts';
import type { PlanParts } from './plan-parts.ts';
import { fieldsOfKey } from './raw-group.ts';
import { warnOfAgents, warnOfGuess, warnOfNotes, warnOfTime } from './task-warnings.ts';
import { wordsOf } from './task-words.ts';
import { seemsToVerify } from './verify-only.ts';

const CONTEXT = 'context.md';
const LONGEST_BRANCH = 200;
const LONGEST_SLUG = 50;

/** Of parts with errors, too: what else is to be found in them is told as well. Nobody gets that plan. */
export function toPlan(
  parts: PlanParts,
  linked: LinkedPlan,
  options: ReadOptions,
  findings: FindingList,
): Plan {
  const agents = new KnownAgents(searchAgents(options.agentFiles, { hasInstances: true }), findings);
  reportUnreadAgents(options.agentFiles, [AGENTS_FOLDER], findings);
  const byNumber = new Map(linked.groups.map((group) => [group.number, group]));
  const tasks = linked.tasks.map((task) => {
    const group = byNumber.get(task.group ?? -1);
    return { ...toTask({ task, group, prose: parts.prose }, agents, findings), group: task.group ?? 0 };
  });
  const assigned = new Set(tasks.flatMap(({ id, agent: own }) => (own === undefined ? [] : [id])));
  warnOfAgents(linked.tasks, (id) => assigned.has(id), findings);
  warnOfCriteria(linked, findings);
  const name = planName(parts);
  return {
    id: slugOf(name).slice(0, 80) || 'plan',
    name,
    ...(parts.title === '' ? {} : { title: parts.title }),
    format: 'plan-md',
    ...(linked.groups.length === 0 && findings.errors.length === 0
      ? levelGroups(tasks)
      : { groups: linked.groups.map((group) => toGroup(group, linked.tasks)), tasks }),
    ...(linked.held === undefined ? {} : { held: linked.held }),
    wishes: linked.groups.length === 0 ? { schedule: 'dag' } : {},
    context: contextOf(parts, agents, options),
    ...(agents.profiles.length === 0 ? {} : { profiles: agents.profiles }),
  };
}

function planName({ title, source }: PlanParts): string {
  const named = title.replace(
    /^multi[- ]agent(?:[- ](?:execution|development|implementation))?[- ]plan\s*(?:[:–—-]\s*)?/i,
    '',
  );
  const stem = source.file.replace(/\.[^.]*$/, '');
  return (named.trim() || title.trim() || stem).slice(0, 200) || 'plan';
}

function toGroup({ number, name, after, raw }: LinkedGroup, tasks: readonly LinkedTask[]): Group {
  return {
    number,
    name,
    tasks: tasks.flatMap(({ id, group }) => (group === number ? [id] : [])),
    after,
    ...(after.length === 0 ? {} : { afterSuccess: true }),
    ...(raw?.duration === undefined ? {} : { duration: raw.duration }),
    branch: `integration/parallel-group-${number}`,
  };
}

interface TaskInput {
  readonly task: LinkedTask;
  readonly group: LinkedGroup | undefined;
  readonly prose: string;
}

function toTask(
  { task, group, prose }: TaskInput,
  agents: KnownAgents,
  findings: FindingList,
): Omit<Task, 'group'> {
  const { id, raw, row, dependsOn, isDone } = task;
  const title = row?.isDescribed && raw.title === id ? row.title : raw.title;
  const areInstances = raw.agents.length > 0 ? raw.areInstances : (row?.areInstances ?? true);
  const [agent, ...reviewers] = agentsOf(task, group);
  const known = agent === undefined ? null : agents.get(agent, task, row?.agentType ?? raw.agentType);
  for (const reviewer of reviewers) agents.get(reviewer, task);
  warnOfTime(task, findings);
  warnOfNotes(task, findings);
  const seconds = raw.estimateSeconds ?? row?.estimateSeconds;
  const branch = branchOf({ task, agent, title }, findings);
  const { verifyOnly, ...maybe } = verifying({ task, title, agent, group }, findings);
  const criteria = [...raw.criteria];
  const common = {
    id,
    title,
    dependsOn,
    scope: { create: [], modify: [], boundary: [] },
    skills: [],
    contracts: [],
    verifyOnly,
    ...(agent === undefined ? {} : { agent }),
  };
  return {
    ...common,
    ...(reviewers.length === 0 ? {} : lookedAtBy(reviewers, areInstances)),
    ...(branch === undefined ? {} : { branch }),
    requirements: [
      ...(raw.notes ?? []),
      ...(raw.remarks ?? []),
      ...raw.requirements,
      ...(row?.requirements ?? []),
    ],
    criteria,
    resources: agent !== undefined && areInstances ? [instance(agent)] : [],
    ...(seconds === undefined ? {} : { estimateSeconds: seconds }),
    ...maybe,
    ...(isDone ? { done: true } : {}),
    prompt: renderPrompt({
      ...common,
      ...(known === null ? {} : { role: known.text.text }),
      ...(group === undefined ? {} : { wave: group.number }),
      ...wordsOf(task, group),
      context: prose,
    }),
  };
}

interface Verifying {
  readonly task: LinkedTask;
  readonly title: string;
  readonly agent: string | undefined;
  readonly group: LinkedGroup | undefined;
}

/** Where the plan does not say whether the task only verifies, it is guessed. */
function verifying(
  { task, title, agent = '', group }: Verifying,
  findings: FindingList,
): Pick<Task, 'verifyOnly' | 'mayChangeNothing'> {
  const [ofGroup] = group?.raw === undefined ? [] : fieldsOfKey(group.raw, 'verifies');
  const says =
    task.raw.verifies ?? task.row?.verifies ?? (ofGroup === undefined ? undefined : isYes(ofGroup.value));
  if (says !== undefined) return { verifyOnly: says };
  if (!seemsToVerify(title, agent, group?.name ?? '')) return { verifyOnly: false };
  if (!task.isDone) warnOfGuess(task, findings);
  return { verifyOnly: false, mayChangeNothing: true };
}

/** The task's own, else of the table, else whom what it stands below names, else its group for all of its tasks. */
function agentsOf({ raw, row }: LinkedTask, group: LinkedGroup | undefined): readonly string[] {
  const ofGroup = (key: 'agent' | 'reviewer'): readonly string[] =>
    group?.raw === undefined ? [] : agentNamesIn(fieldsOfKey(group.raw, key)[0]?.value ?? '');
  const [named = []] = [raw.agents, row?.agents ?? [], raw.agentsAbove ?? [], ofGroup('agent')].filter(
    (each) => each.length > 0,
  );
  const own = [...(raw.reviewers ?? []), ...(row?.reviewers ?? [])];
  const reviewers = own.length > 0 ? own : ofGroup('reviewer');
  // Who only looks at the work of nobody would do it.
  const names = named.length === 0 ? [] : [...named, ...reviewers];
  const seen = new Set<string>();
  return names.filter((name) => !seen.has(nameKey(name)) && seen.add(nameKey(name)));
}

/** Plans of this family seldom name any, so it is said once. */
function warnOfCriteria({ groups, tasks }: LinkedPlan, findings: FindingList): void {
  const named = new Set(
    groups.flatMap(({ number, raw }) => ((raw?.criteria.length ?? 0) > 0 ? [number] : [])),
  );
  const without = tasks.filter(
    ({ raw, group, isDone }) => !isDone && raw.criteria.length === 0 && !named.has(group ?? -1),
  );
  const [first] = without;
  if (first === undefined) return;
  findings.warn({
    rule: 'criteria-missing',
    at: first.raw.at,
    message:
      without.length === 1
        ? `${first.id} has no criteria by which its work can be judged`
        : `${without.length} of ${tasks.length} tasks have no criteria by which their work can be judged`,
    remedy:
      'List them below the task as `- [ ]` items, or below a line `**Success Criteria**:` of the group.',
    tasks: without.slice(0, 20).map(({ id }) => id),
  });
}

/** As the plan names it, else `agent/<agent>/<slug>`. */
function branchOf(
  {
    task,
    agent,
    title,
  }: { readonly task: LinkedTask; readonly agent: string | undefined; readonly title: string },
  findings: FindingList,
): string | undefined {
  const { id, raw, row } = task;
  const written = raw.branch ?? row?.branch;
  if (written !== undefined) {
    if (isBranchName(written) && written.length <= LONGEST_BRANCH) return written;
    findings.warn({
      rule: 'branch-name',
      at: (raw.branch === undefined ? (row ?? raw) : raw).at,
      message: `${quoted(written)} is no name that a branch can have; ${id} works on one of Coxswain's own`,
      remedy: 'Write a name such as `agent/builder-1/login`.',
      tasks: [id],
    });
    return undefined;
  }
  if (agent === undefined) return undefined;
  const slug = slugOf(title).slice(0, LONGEST_SLUG).replace(/-+$/, '') || slugOf(id);
  const folder = slugOf(agent).slice(0, LONGEST_SLUG);
  return slug === '' || folder === '' ? undefined : `agent/${folder}/${slug}`;
}

/** The agents that tasks name, each looked for once. */
class KnownAgents {
  readonly profiles: AgentProfile[] = [];
  readonly texts: TextFile[] = [];
  readonly #search: AgentSearch;
  readonly #findings: FindingList;
  readonly #known = new Map<string, KnownAgent | null>();

  constructor(search: AgentSearch, findings: FindingList) {
    this.#search = search;
    this.#findings = findings;
  }

  #lookedFor(name: string, type: string): string {
    const own = this.#search.lookedFor(name);
    const ofType = this.#search.lookedFor(type);
    return type === '' || own.includes(ofType) ? own : `${own} and ${ofType}`;
  }

  /** Where nothing is known of the agent itself, it is one of its type. */
  get(name: string, { id, raw }: LinkedTask, type = ''): KnownAgent | null {
    const before = this.#known.get(name);
    if (before !== undefined) return before;
    const ofType = type === '' ? null : this.#search.find(type);
    const found = this.#search.find(name) ?? (ofType && { ...ofType, profile: { ...ofType.profile, name } });
    this.#known.set(name, found);
    if (found === null) {
      this.#findings.warn({
        rule: 'agent-unknown',
        at: raw.at,
        message: `nothing is known of the agent ${quoted(name)}: looked for ${this.#lookedFor(name, type)}`,
        remedy: 'Describe it there, or let the task be done without a role.',
        tasks: [id],
      });
      return null;
    }
    this.profiles.push(found.profile);
    if (!this.texts.some(({ path }) => path === found.text.path)) this.texts.push(found.text);
    return found;
  }
}

function contextOf(
  { prose }: PlanParts,
  { texts }: KnownAgents,
  { repositoryFiles }: ReadOptions,
): readonly TextFile[] {
  const own = [...(prose === '' ? [] : [{ path: CONTEXT, text: prose }]), ...texts];
  const theirs = [...(repositoryFiles ?? [])].map(([path, text]) => ({ path, text }));
  return [...own, ...theirs.filter(({ path }) => !own.some((each) => each.path === path))];
}

function lookedAtBy(
  reviewers: readonly string[],
  areInstances: boolean,
): Pick<Task, 'reviewers' | 'reviewerResources'> {
  return { reviewers, ...(areInstances ? { reviewerResources: reviewers.map(instance) } : {}) };
}

/** It does one thing at a time, be it a task or a look at another's. */
function instance(agent: string): string {
  return `agent ${nameKey(agent)}`;
}
