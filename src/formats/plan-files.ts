/** What every reader of plans is given, and what it gives. */

import type { Finding } from '../core/finding.ts';
import type { Plan, Schedule, TaskId, WorkType } from '../core/plan.ts';

export interface PlanFiles {
  /** By path relative to the plan's folder, with forward slashes. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that are there but could not be read, with the reason in words. */
  readonly unreadable?: ReadonlyMap<string, string>;
}

/** Texts of the repository that every agent should know, by path relative to its root. */
export type RepositoryFiles = ReadonlyMap<string, string>;

export interface ReadOptions {
  /** Takes dependencies without an exact version, with a warning. */
  readonly allowUnpinned?: boolean;
  /** How the plan will be run, which says what may run at once; the family's own way when absent. */
  readonly schedule?: Schedule;
  /** Whether the file system takes paths that differ in case alone for one. */
  readonly ignoreCase?: boolean;
  /** What the repository says of its agents, by path relative to its root, as in `.claude/agents/ada.md`. */
  readonly agentFiles?: PlanFiles;
  /** Groups that the reader makes are no larger: the limit on agents. */
  readonly largestGroup?: number;
  /** Of each task that does not say. */
  readonly workType?: WorkType;
  /** Every prompt has to be in a file, and the plan's are made from the tasks, whatever lies in those files. */
  readonly promptsMade?: boolean;
  /** What the branches of the tasks begin with, where the family names them. */
  readonly branchPrefix?: string;
  /** Conventions of the repository, e.g. its `CLAUDE.md`. */
  readonly repositoryFiles?: RepositoryFiles;
}

/** What a plan says of a task, as written: what its prompt holds between the program's own words. */
export interface TaskWords {
  readonly requirements: string;
  /** What else is told of it, with headings of its own or none; empty for nothing. */
  readonly more: string;
  readonly checklist: string;
  /** Of a prompt of the plan's own, which is told instead: its path in the plan's folder. */
  readonly prompt?: string;
}

export interface ReadPlan {
  /** Absent when an error leaves no plan that could be shown; it may be here beside errors that forbid to run it. */
  readonly plan?: Plan;
  /** Of the plan's tasks. */
  readonly words?: ReadonlyMap<TaskId, TaskWords>;
  /** All there are, in the order of files and lines. */
  readonly findings: readonly Finding[];
  /** Of each task, in the plan's order, where prompts lie in files and `promptsMade` asks for them. */
  readonly prompts?: readonly PromptPlace[];
}

export interface PromptPlace {
  readonly task: TaskId;
  /** From the plan's folder; of the file that is to be written where there is none. */
  readonly path: string;
  /** It is there, and need not be written anew. */
  readonly isGood: boolean;
}
