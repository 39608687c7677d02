/**
 * What one kind of agent is: how it is started, how its output reads, and what it can do. A driver starts nothing and
 * reads no file; the supervisor does that for all of them.
 */

import type { z } from 'zod';
import type { AgentProblem } from '../core/agent-problem.ts';
import type { AttemptSpec, LimitedPart, Usage } from '../core/attempt.ts';
import { err, ok, type Result } from '../core/result.ts';
import { optionWords } from './options.ts';
import type { Holds } from './tools/capabilities.ts';

/** What a line of an agent's output says. Everything in it is untrusted. */
export type AgentEvent =
  /** `percent` is 0 to 100. */
  | { readonly type: 'progress'; readonly percent?: number; readonly step?: string }
  /** It calls a tool: with what, and what for in its own words. Told again with the same `call`, the last one counts. */
  | {
      readonly type: 'tool';
      readonly tool: string;
      readonly input?: string;
      readonly about?: string;
      readonly call?: string;
    }
  /** What a tool gave back, its beginning. It is no word of the agent. */
  | { readonly type: 'result'; readonly failed: boolean; readonly text: string }
  /** The agent's own words, one line or more; completion signs are looked for in them. */
  | { readonly type: 'text'; readonly text: string }
  /** Of its own words a piece, which may end in the middle of one; whole when another event comes. */
  | { readonly type: 'piece'; readonly text: string }
  /** Totals of the attempt so far, not what was added. By model they take the place of what was told of single answers. */
  | {
      readonly type: 'usage';
      readonly usage: Usage;
      readonly models?: Readonly<Record<string, Usage>>;
    }
  /**
   * One answer of a model, of agents that do not sum up; told again with its id it takes the place of what was told. What
   * is only about so counts where nothing else tells these counts.
   */
  | {
      readonly type: 'usage-added';
      readonly usage: Usage;
      readonly id?: string;
      readonly model?: string;
      readonly isRough?: true;
    }
  /** All since it summed up last, by model: it takes the place of what was told of single answers since then. */
  | { readonly type: 'usage-summed'; readonly models: Readonly<Record<string, Usage>> }
  /** Which one answers it. */
  | { readonly type: 'model'; readonly model: string }
  /** It cannot go on without an answer. */
  | { readonly type: 'question'; readonly question: string }
  /** Its service refuses work: until a time (milliseconds since the epoch), or for so many milliseconds from now. */
  | {
      readonly type: 'quota';
      readonly until?: number;
      readonly afterMs?: number;
      readonly clock?: ClockTime;
      /** Whose limit it is; absent where the agent does not tell. */
      readonly of?: LimitedPart;
    }
  | { readonly type: 'session'; readonly session: string }
  /** Tokens that the conversation holds now, and how many it may hold; either may be told alone. */
  | { readonly type: 'context'; readonly used?: number; readonly size?: number }
  /** Whose limit is used up, told apart from the refusal; null when none is. The last one counts. */
  | { readonly type: 'limit'; readonly of: LimitedPart | null }
  /** How the agent's own program says that its work ended; null when it says well. The last one counts. */
  | { readonly type: 'verdict'; readonly problem: AgentProblem | null }
  | { readonly type: 'summary'; readonly summary: string };

/** As a clock shows it where the agent runs; without a date it is the next one. */
export interface ClockTime {
  readonly hour: number;
  readonly minute: number;
  /** The month is 1 to 12. */
  readonly date?: { readonly year: number; readonly month: number; readonly day: number };
}

/** What tells of use. */
export type SpendingEvent = Extract<
  AgentEvent,
  { readonly type: 'usage' | 'usage-added' | 'usage-summed' | 'model' }
>;
/** What is read of an agent elsewhere than in its output: counts and names, and nothing that was said. */
export type CountEvent = SpendingEvent | Extract<AgentEvent, { readonly type: 'context' | 'limit' }>;

/** The file in which an agent keeps a session, of one that does not print what it uses until it ends. */
export interface SessionLog {
  /** Below the user's home. */
  readonly folder: string;
  /** A variable of the environment may name another place for it. */
  readonly home: { readonly variable: string; readonly folder: string };
  /** The end of the file's name. */
  readonly nameEnd: (session: string) => string;
  /** Where its helpers keep theirs: in a folder beside it, each name in the one before, or among the files beside it. */
  readonly helpers?: (session: string) => HelperLogs;
  /** `since`, in milliseconds since the epoch, is when the attempt began: a session may be older. */
  readonly parse: (line: string, since: number) => readonly CountEvent[];
}

export type HelperLogs =
  | { readonly folders: readonly string[] }
  /** By how a file begins. */
  | { readonly isOne: (beginning: string) => boolean };

/** With each of its answers; as the program behind it does; never. */
export type Tells = 'live' | 'as-its-program' | 'never';

export interface Abilities {
  /** What it uses: a budget can hold no other. */
  readonly usage: Tells;
  /** How much of its context is taken up, and how large that is: one that is full is ended by it. */
  readonly context: Tells;
  /** What it tells of a session that it goes on in holds what was used in it before: these counts. */
  readonly accumulates?: readonly (keyof Usage)[];
  /** It says itself how it ended. One that does not say so has not ended well, whatever else it printed. */
  readonly verdict: boolean;
}

/** Of most agents; a driver names what is otherwise. */
const USUAL: Abilities = { usage: 'live', context: 'never', verdict: true };

/** Absolute paths of what an attempt is given. */
export interface AttemptPaths {
  readonly worktree: string;
  readonly prompt: string;
  readonly context: string;
  readonly inbox: string;
  readonly outbox: string;
  /** The job's own folder: logs and state of the process. */
  readonly job: string;
  /** Where `Launch.files` are. */
  readonly settings: string;
  /** For the agent's temporary files and its home, where it is confined. */
  readonly scratch: string;
}

export interface LaunchRequest {
  readonly spec: AttemptSpec;
  readonly paths: AttemptPaths;
  /** The agent has walls around it. Inside them it may do everything, without them what its permissions say. */
  readonly isConfined: boolean;
}

export interface Launch {
  readonly argv: readonly string[];
  /** Added to the environment every agent gets. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  /** What its program reads, by name in the folder `settings`; the text may hold what should be on no command line. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A package of the user's that an agent is made of. */
export interface NeededModule {
  readonly name: string;
  /** Its own, or one whose packages it is among; undefined for the worktree, and what is installed for all. */
  readonly folder?: string | undefined;
}

/** A driver with its options settled. */
export interface ReadyDriver {
  /** What it starts, a name for the PATH or an absolute path, where that can be told; null otherwise. */
  readonly program: string | null;
  /** What it loads beside it; null for nothing. */
  readonly module: NeededModule | null;
  /** Without which it surely cannot begin: absolute paths, or such as begin with `~/`. */
  readonly startedFiles: readonly string[];
  /** As the options name it. */
  readonly model?: string;
  launch(request: LaunchRequest): Launch;
  /** Total: any line gives events, an unknown one none or its text. The line comes without its end. */
  parse(line: string): readonly AgentEvent[];
  /** What its exit status says, of a program whose verdict says nothing more than that it failed, or that gave none. */
  exited(code: number): readonly AgentEvent[];
  /** The same for a line of its standard error; its words count as no text of the agent. */
  parseError(line: string): readonly AgentEvent[];
}

/** Its files lie in the folder that the variable of the environment names, in place of one below the user's home. */
export interface MovedHome {
  readonly variable: string;
  readonly folder: string;
}

export interface Driver {
  readonly name: string;
  readonly abilities: Abilities;
  /** Names (or prefixes with `*`) of the user's environment that this agent needs, its credentials among them. */
  readonly environment: readonly string[];
  /** Paths below the user's home that this agent reads its credentials from. */
  readonly files: readonly string[];
  /** What names another place for those below a folder of the user's home; `.` is all of it. */
  readonly homes: readonly MovedHome[];
  /** Folders below the user's home in which it keeps its sessions. */
  readonly sessionFolders: readonly string[];
  /** Of what may be behind it; none for an agent that prints what it uses. */
  readonly sessionLogs: readonly SessionLog[];
  /** How far it can be the agent that a plan names; null where that is not its affair. */
  readonly holds: Holds | null;
  /** Checks the options; the error has one entry for each thing that is wrong. */
  ready(options: unknown): Result<ReadyDriver, readonly string[]>;
}

export interface DriverParts<Options> {
  readonly name: string;
  /** As far as they differ from those of most. */
  readonly abilities?: Partial<Abilities>;
  readonly environment: readonly string[];
  readonly files?: readonly string[];
  readonly homes?: readonly MovedHome[];
  readonly sessionFolders?: readonly string[];
  readonly sessionLogs?: readonly SessionLog[];
  readonly holds?: Holds;
  readonly options: z.ZodType<Options>;
  /** What the schema cannot see; empty when all is well. */
  readonly problems?: (options: Options) => readonly string[];
  readonly program?: (options: Options) => string | null;
  readonly module?: (options: Options) => NeededModule | null;
  /** Its program, where it is not named. */
  readonly startedFiles?: (options: Options) => readonly string[];
  readonly launch: (options: Options, request: LaunchRequest) => Launch;
  readonly parse: (line: string) => readonly AgentEvent[];
  readonly exited?: (code: number) => readonly AgentEvent[];
  readonly parseError?: (line: string) => readonly AgentEvent[];
}

export function defineDriver<Options>(parts: DriverParts<Options>): Driver {
  const { name, environment, files = [], homes = [], sessionFolders = [], sessionLogs = [] } = parts;
  return {
    name,
    abilities: { ...USUAL, ...parts.abilities },
    environment,
    files,
    homes,
    sessionFolders,
    sessionLogs,
    holds: parts.holds ?? null,
    ready(options) {
      const parsed = parts.options.safeParse(options, { error: optionWords });
      if (!parsed.success) {
        return err(parsed.error.issues.map((issue) => [...issue.path.map(String), issue.message].join(': ')));
      }
      const problems = parts.problems?.(parsed.data) ?? [];
      if (problems.length > 0) return err(problems);
      const model = modelIn(parsed.data);
      const program = parts.program?.(parsed.data) ?? null;
      return ok({
        program,
        module: parts.module?.(parsed.data) ?? null,
        startedFiles: parts.startedFiles?.(parsed.data) ?? (program?.startsWith('/') ? [program] : []),
        ...(model === undefined ? {} : { model }),
        launch: (request) => parts.launch(parsed.data, request),
        parse: parts.parse,
        parseError: parts.parseError ?? (() => []),
        exited: parts.exited ?? (() => []),
      });
    },
  };
}

function modelIn(options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null || !('model' in options)) return undefined;
  return typeof options.model === 'string' ? options.model : undefined;
}
