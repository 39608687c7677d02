/** One agent process, from its start to its end. */

import type { Advice, AttemptSpec, LimitedPart, Review, StopReason, Usage } from '../core/attempt.ts';
import type { Failure } from '../core/failure.ts';
import type { Peaks } from '../core/isolation.ts';
import type { Message, OutboxFile } from '../core/message.ts';
import type { Slot } from './worktree.ts';

export interface AgentRequest {
  readonly spec: AttemptSpec;
  readonly slot: Slot;
  /** Absolute path of the attempt's own folder; logs and the process's state lie there. */
  readonly folder: string;
  /** Absolute path of the folder in which sessions of the task's agents of this role are kept. */
  readonly sessions: string;
}

export type AgentReport = {
  readonly percent?: number;
  readonly step?: string;
  /** Its service has answered. */
  readonly answered?: true;
  /** It has left this in its outbox; told again by whoever adopts it. */
  readonly left?: OutboxFile;
  /** What it has used so far. */
  readonly used?: Usage;
};

/** What the agent's end says, before git has been asked. */
export type AgentEnd = {
  readonly exitCode: number | null;
  readonly usage: Usage;
  /** As its program names it. */
  readonly model?: string;
  readonly summary?: string;
  readonly session?: string;
  /** Share of its context that the session takes up. */
  readonly context?: number;
  readonly peaks?: Peaks;
} & (
  | { readonly is: 'done' }
  | { readonly is: 'failed'; readonly failure: Failure }
  | { readonly is: 'stopped'; readonly why: StopReason }
  | { readonly is: 'lost' }
  | { readonly is: 'quota'; readonly until: number; readonly untold?: true; readonly of?: LimitedPart }
  | { readonly is: 'asking'; readonly question: string }
  /** Of QA only. */
  | { readonly is: 'reviewed'; readonly review: Review }
  /** Of an adviser only. */
  | { readonly is: 'advised'; readonly advice: Advice }
);

export interface AgentHandle {
  /** Resolves when the agent and its whole process tree are gone. Never rejects. */
  readonly end: Promise<AgentEnd>;
  stop(why: StopReason): void;
  /** Puts a message into its inbox. False: it has none yet, or none any more. */
  tell(message: Message): boolean;
  /** Stops watching; the agent runs on. `end` then never resolves. */
  detach(): void;
}

export interface Agents {
  /** Starts the agent in the folder, or adopts the one that was started there before. Never a second one. */
  start(request: AgentRequest, report: (report: AgentReport) => void): AgentHandle;
}
