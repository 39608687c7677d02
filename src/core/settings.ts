/** Limits and choices of one run, settled before it starts and written into its first event. Times are milliseconds. */

import type { E2eSettings } from './e2e.ts';
import type { IsolationSettings, NetworkRule } from './isolation.ts';
import type { Schedule, TaskId, TaskSize } from './plan.ts';
import type { Preflight } from './preflight.ts';
import type { PriceRule } from './price-table.ts';
import type { Amount, Budget } from './usage.ts';

export interface RunSettings {
  /** Agents at once. */
  readonly maxParallel: number;
  /** Of a decomposer's plan alone. */
  readonly parallelization?: Parallelization;
  /** What was found before the run began; absent where nobody looked. */
  readonly preflight?: Preflight;
  readonly schedule: Schedule;
  /** Tries after the first. */
  readonly retries: number;
  readonly backoff: Backoff;
  /** After a task has failed for good: start nothing more, or go on with what does not depend on it. */
  readonly onFailure: 'stop' | 'continue';
  readonly attempt: AttemptLimits;
  readonly breaker: BreakerLimits;
  /** Numbers of the groups to run; absent means all. */
  readonly onlyGroups?: readonly number[];
  /** Each start of an agent at a task waits for the user's word. */
  readonly confirmStarts?: true;
  /** Stop with a checkpoint after each group. */
  readonly oneGroup: boolean;
  readonly budget: Budget;
  /** The user's own; the first whose model it is counts, before those of the program. */
  readonly prices?: readonly PriceRule[];
  /** What an attempt took in earlier runs. */
  readonly expected?: Expected;
  /** Capacity of each named resource; one that is not listed has capacity 1. */
  readonly resources: Readonly<Record<string, number>>;
  /** Shell command run on the result of each merge, before it counts. */
  readonly mergeTest?: string;
  /** Absent: no application is configured, and nothing can be looked at in a browser. */
  readonly e2e?: E2eSettings;
  /** Merge tests at once. */
  readonly mergeSlots: number;
  readonly mergeStrategy: MergeStrategy;
  /** Whether what conflicts is put together where nobody needs to be asked; absent means that it is. */
  readonly mergeResolve?: 'safe' | 'off';
  /** Time for a merge test or a group's validation. */
  readonly checkMs: number;
  readonly checks: CheckSettings;
  /** Null: nobody looks at the work, and reports say so. */
  readonly qa: QaSettings | null;
  /** Null: a task whose work conflicts is tried again on top of what it conflicts with, and fails in the end. */
  readonly resolver: ResolverSettings | null;
  readonly agent: AgentSettings;
  /** The first that holds counts. */
  readonly agentRules?: readonly AgentRule[];
  /** On the last try of a task. */
  readonly lastTry?: AgentPart;
  readonly fallback?: Fallback;
  /** Absent: what agents ask waits for the user. */
  readonly questions?: QuestionSettings;
  readonly isolation: IsolationSettings;
  /** For attempts at these tasks, instead of the isolation's own rule. */
  readonly taskNetwork: Readonly<Record<TaskId, NetworkRule>>;
}

/** When the tasks of a plan run one by one, although more agents are allowed. */
export interface Parallelization {
  readonly enabled: boolean;
  /** Fewest independent tasks. */
  readonly minTasks: number;
  /** Of the largest task. */
  readonly minComplexity: TaskSize;
  /** Decides whatever the tasks are. */
  readonly override: 'none' | 'force' | 'skip-parallel' | 'skip-decomposer';
  /** What has the tasks run one by one, as `enabled` or `override` say; absent: the family's own field. */
  readonly saidBy?: string;
  /** What the machine has too little of, in words; absent when there is enough. */
  readonly shortOf?: string;
  /** What says how many agents there may be; absent: `max_agents` of the family's file, or nothing. */
  readonly limit?: string;
}

/** What is asked of an attempt's work before it may be merged. */
export interface CheckSettings {
  /** False: nothing is asked, and reports say that nothing was. */
  readonly enabled: boolean;
  /** For each check. */
  readonly timeoutMs: number;
  /** How often a test that failed is run again to tell a flaky one from a broken one. */
  readonly reruns: number;
  /** By name; wins over what was found in the project. An empty command switches the check off. */
  readonly commands: Readonly<Record<string, CheckCommand>>;
  /** Least share of lines covered, in percent; absent: only a decrease counts. */
  readonly coverage?: number;
  /** Most lines a task may change; absent: any number. */
  readonly diffLines?: number;
  /** On the last try a change outside of the scope fails the task, or only warns. */
  readonly boundaries: 'fail' | 'warn';
}

export interface CheckCommand {
  /** For the shell. */
  readonly run: string;
  readonly critical: boolean;
}

/** How accepted work becomes commits of the integration branch. */
export type MergeStrategy = 'merge' | 'squash' | 'rebase';

/** Who answers agents before the user does. */
export interface QuestionSettings {
  /** Another agent; absent: nobody is asked. */
  readonly adviser?: AgentSettings;
  /** A fixed answer, where there is no adviser or it has none; absent: the user is asked. */
  readonly answer?: string;
  /** Questions of one task and role that are answered so; the user is asked after that. */
  readonly most: number;
}

/** An agent that looks at the work of others, and changes nothing. */
export interface QaSettings {
  readonly agent: AgentSettings;
  /** With so many rejections the task has failed. */
  readonly rejections: number;
  /** After so many tries in a row without a verdict it waits for the user. */
  readonly tries: number;
}

/** An agent that resolves a conflict between work that is done, and changes nothing else. */
export interface ResolverSettings {
  /** Null: there is none; the task is tried again on top, and needs the user in the end. */
  readonly agent: AgentSettings | null;
  /** After so many tries that came to nothing it needs the user. */
  readonly tries: number;
  /** QA looks at the resolved work again. */
  readonly review: boolean;
}

export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly longestMs: number;
}

export interface AttemptLimits {
  readonly hardMs: number;
  readonly idleMs: number;
  /** Between the polite stop and the kill. */
  readonly graceMs: number;
  /** Bytes of output kept for each attempt. */
  readonly logBytes: number;
}

export interface BreakerLimits {
  /** Equal failures across tasks, with no success between them, that pause new starts. */
  readonly failures: number;
  /** The first pause; each further one is twice as long. */
  readonly pauseMs: number;
}

export const EXPECTED_ROLES = ['executor', 'qa', 'resolver', 'adviser'] as const;
export type ExpectedRole = (typeof EXPECTED_ROLES)[number];

/** By the attempt's role. */
export type Expected = Readonly<Partial<Record<ExpectedRole, Amount>>>;

/** Which driver runs the tasks, with what that driver needs (checked by the driver, plain JSON). */
export interface AgentSettings {
  readonly driver: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Overrides the driver's own rule for when an agent counts as done. */
  readonly completion?: CompletionRule;
  /** Names whose credentials it uses, without telling anything of them; absent: those of its driver. */
  readonly credential?: string;
}

/** What of an agent is another. Another driver begins with no options but these. */
export interface AgentPart {
  readonly driver?: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** For some attempts another agent. */
export interface AgentRule {
  readonly when: AgentWhen;
  readonly part: AgentPart;
}

/** All that is named has to hold. Texts are compared without case; a `*` stands for any characters. */
export interface AgentWhen {
  /** As the plan names it for the task. */
  readonly agent?: string;
  readonly workType?: string;
  /** The size of the task. */
  readonly complexity?: string;
  /** The task's id. */
  readonly task?: string;
  /** Absent: whoever does the task itself. */
  readonly role?: string;
}

/** Who does the work when the agent that should cannot for now. */
export interface Fallback {
  /** In this order. */
  readonly agents: readonly AgentPart[];
  /** A shorter wait than this is waited for. */
  readonly afterMs: number;
}

/** `signal`: a promise, the marker file or the JSON summary is needed. `exit-code`: an exit of 0 is enough. */
export type CompletionRule = 'signal' | 'exit-code';
