/** What is to be done. Every reader of a plan format gives this one shape; everything behind the readers knows only it. */

export type TaskId = string;

/** What kind of work a task is. */
export const WORK_TYPES = [
  'FRONTEND',
  'BACKEND',
  'FULLSTACK',
  'DOCUMENTATION',
  'DOCUMENTS',
  'INTEGRATION',
  'TESTING',
  'CREATIVE',
  'RESEARCH',
] as const;

export type WorkType = (typeof WORK_TYPES)[number];

export type PlanFormat = 'manifest' | 'auto' | 'queue' | 'plan-md';

/** Whether a group is a barrier (`waves`) or a task starts as soon as what it depends on is merged (`dag`). */
export type Schedule = 'waves' | 'dag';

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly title?: string;
  readonly format: PlanFormat;
  readonly technology?: string;
  /** E.g. `3.11`. */
  readonly pythonVersion?: string;
  /** Path of the tech spec that it was made from, relative to the repository, for people. */
  readonly techSpec?: string;
  /** In the plan's order. Every task is in exactly one group. */
  readonly groups: readonly Group[];
  /** In the plan's order. */
  readonly tasks: readonly Task[];
  /** Of tasks that are left out of it: what is blocked or on hold, and what waits for that. Absent for none. */
  readonly held?: readonly TaskId[];
  /** Packages to be added and removed, in this order, before any task starts; absent for none. */
  readonly dependencies?: readonly PackageChange[];
  /** Limits that the plan itself asks for; flags and environment win over them. */
  readonly wishes: PlanWishes;
  /** Texts every agent is given beside its prompt: shared context, contracts, conventions of the repository. */
  readonly context: readonly TextFile[];
  /** One for each agent of which more than its name is known. */
  readonly profiles?: readonly AgentProfile[];
}

/** One call of a package manager. */
export interface PackageChange {
  readonly ecosystem: 'python' | 'node';
  readonly action: 'remove' | 'upgrade' | 'add' | 'add-dev';
  /** As the ecosystem writes them: `pydantic==2.5.3`, `zod@3.22.4`; to be removed by name alone. At least one. */
  readonly packages: readonly string[];
}

export interface PlanWishes {
  readonly maxParallel?: number;
  readonly schedule?: Schedule;
  /** Tries after the first. */
  readonly retries?: number;
}

/** A named text; `path` is relative with forward slashes and never leaves its folder. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** Tasks that may run at once. A manifest's wave is a group. */
export interface Group {
  readonly number: number;
  readonly name: string;
  readonly tasks: readonly TaskId[];
  /**
   * Numbers of the groups that must be closed before this one opens under the `waves` schedule. A group that may run
   * beside an earlier one does not name it.
   */
  readonly after: readonly number[];
  /** It opens only if every task of those groups is done; otherwise its own are blocked. */
  readonly afterSuccess?: true;
  /** How long people think it takes, in the plan's words. */
  readonly duration?: string;
  /** Left where the run's own stands when the group has ended; a run takes the name, or with a suffix if it is taken. */
  readonly branch?: string;
  /** Run on the candidate that holds the whole group, before the integration branch moves. */
  readonly validation?: Validation;
}

export type Validation =
  | { readonly kind: 'shell'; readonly command: string }
  /** Bare Python statements, run with the project's Python. */
  | { readonly kind: 'python'; readonly code: string };

export type TaskSize = 'small' | 'medium' | 'large';

export interface Task {
  readonly id: TaskId;
  readonly title: string;
  /** The group's number. */
  readonly group: number;
  /** Ids of tasks that must be merged before this one starts. */
  readonly dependsOn: readonly TaskId[];
  readonly scope: Scope;
  /**
   * Paths that the task's text names, of a task without a scope: it runs beside no other that names one of them. They
   * are no bound on what it may change.
   */
  readonly mentions?: readonly ScopeEntry[];
  /** Decides between tasks that are equally urgent: the larger goes first; 0 when absent. */
  readonly priority?: number;
  /** The agent that the plan names, `plugin:agent` or a bare name. */
  readonly agent?: string;
  /** Names of agents who look at the work, one after the other, each as QA does. */
  readonly reviewers?: readonly string[];
  /** What the look of each of them holds beside `resources`, in the same order. */
  readonly reviewerResources?: readonly string[];
  /** The branch that the plan wants the work on; a run takes the name, or with a suffix if it is taken. */
  readonly branch?: string;
  readonly component?: string;
  /** The task's own, else the plan's. */
  readonly workType?: WorkType;
  readonly requirements: readonly string[];
  /** Checklist or success criteria, in words. */
  readonly criteria: readonly string[];
  readonly skills: readonly string[];
  /** Paths of contract files, relative to the plan's folder. */
  readonly contracts: readonly string[];
  /** Names of things with a capacity (a database, a device, a port) that an attempt holds while it runs. */
  readonly resources: readonly string[];
  /** Expected time of one attempt, in seconds. */
  readonly estimateSeconds?: number;
  /** How much work it is beside the others, where nobody has estimated times. */
  readonly size?: TaskSize;
  /** True for a task that changes no file. */
  readonly verifyOnly: boolean;
  /** It may end well without changing a file, and may change some. */
  readonly mayChangeNothing?: true;
  /** The plan says that it was done before: it is not run, and what depends on it may start. */
  readonly done?: true;
  /** What an agent is started with, without the feedback of earlier tries; `promptText` gives the whole of it. */
  readonly prompt: PromptText;
}

/** What the repository says of an agent that tasks name. */
export interface AgentProfile {
  readonly name: string;
  /** In the words of the agent's own program. */
  readonly model?: string;
  readonly tools?: readonly string[];
  /** Of the text in the plan's context that says what the agent is and how it works. */
  readonly path?: string;
}

/** Of pieces a number stands for the text of that place in the plan's context, without the space around it. */
export type PromptText = string | readonly (string | number)[];

export interface Scope {
  readonly create: readonly ScopeEntry[];
  readonly modify: readonly ScopeEntry[];
  /** What the task must leave alone. */
  readonly boundary: readonly ScopeEntry[];
}

/** One path or glob, braces already expanded, forward slashes, relative to the repository's root. */
export interface ScopeEntry {
  readonly pattern: string;
  /** Dotted name behind `::`, e.g. `Class.method`; without it the whole file is meant. */
  readonly symbol?: string;
}
