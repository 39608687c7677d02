/** The steps of a recipe, settled. The agent's program imports this file only, so it holds types alone. */

/** What a recipe's agent is handed on its standard input, as JSON. */
export interface Assignment {
  readonly task: string;
  /** Counts from 1 within the task. */
  readonly attempt: number;
  readonly steps: readonly Step[];
}

/** Times are milliseconds. Paths are relative to the worktree, with forward slashes. */
export type Step =
  | { readonly do: 'write'; readonly path: string; readonly text: string }
  | { readonly do: 'append'; readonly path: string; readonly text: string }
  | { readonly do: 'edit'; readonly path: string; readonly find: string; readonly replace: string }
  | { readonly do: 'delete'; readonly path: string }
  | { readonly do: 'run'; readonly argv: readonly string[] }
  | { readonly do: 'commit'; readonly message: string }
  | { readonly do: 'progress'; readonly percent?: number; readonly step?: string }
  | { readonly do: 'say'; readonly text: string }
  | {
      readonly do: 'usage';
      readonly inputTokens?: number;
      readonly outputTokens?: number;
      readonly costUsd?: number;
    }
  | { readonly do: 'sleep'; readonly ms: number }
  /** Ends with the code in each of the first `times` attempts, goes on in later ones. */
  | { readonly do: 'failTimes'; readonly times: number; readonly code: number }
  | { readonly do: 'exit'; readonly code: number }
  | { readonly do: 'hang'; readonly ignoreTerm: boolean }
  /** Promises success at once and ends. */
  | { readonly do: 'lie' }
  | { readonly do: 'flood'; readonly bytes: number }
  /** Leaves a process in a session of its own behind. */
  | { readonly do: 'orphan'; readonly ms: number }
  | { readonly do: 'ask'; readonly question: string }
  | { readonly do: 'quota'; readonly retryAfter: number }
  | { readonly do: 'touchMarker' }
  /** `NONE`: no promise is made at the end either. */
  | { readonly do: 'promise'; readonly word: RecipePromise; readonly detail: string }
  /** Fails unless the feedback that it was given holds the text. */
  | { readonly do: 'expectFeedback'; readonly contains: string }
  | {
      readonly do: 'assertFile';
      readonly path: string;
      readonly contains?: string;
      readonly absent: boolean;
    };

export type StepName = Step['do'];

export type RecipePromise =
  | 'TASK_DONE'
  | 'READY_FOR_QA'
  | 'TASK_FAILED'
  | 'TASK_QUESTION'
  | 'TASK_APPROVED'
  | 'TASK_REJECTED'
  | 'QA_BLOCKED'
  | 'TASK_ANSWER'
  | 'NO_ANSWER'
  | 'NONE';
