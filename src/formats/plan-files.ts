/** What a reader of plans is given: texts, and what could not be read. */

export interface PlanFiles {
  /** By path relative to the plan's folder, with forward slashes. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that are there but could not be read, with the reason in words. */
  readonly unreadable?: ReadonlyMap<string, string>;
}

/** Texts of the repository that every agent should know, by path relative to its root. */
export type RepositoryFiles = ReadonlyMap<string, string>;
