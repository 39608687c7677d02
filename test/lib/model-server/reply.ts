/** What a scripted model answers, in words of no particular service. */

export type Reply =
  /** Its last words of this turn: the agent stops and asks its user. */
  | { readonly say: string }
  /** A command for the agent's shell tool; for `tool`, whether the agent offers one of that name or not. */
  | { readonly run: string; readonly say?: string; readonly tool?: string }
  /** A call of the first tool whose name ends with this, as those of MCP servers do. */
  | { readonly call: string; readonly input: Readonly<Record<string, unknown>> }
  | {
      readonly error: number;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** Instead of what its service would say. */
      readonly body?: unknown;
    }
  /** Never answers. */
  | { readonly hang: true }
  /** Begins to answer, and closes the connection. */
  | { readonly cut: string };

/** What a request to the model holds, as far as a script needs it. */
export interface Asked {
  /** Answers of the model that are in the conversation so far. */
  readonly turn: number;
  /** Requests for this script so far, this one included; those that were answered with an error count. */
  readonly request: number;
  /** Everything that the user and the tools said, in order; the last is the newest. */
  readonly said: readonly string[];
  /** Names of the tools that it may call. */
  readonly tools: readonly string[];
  /** The model that was asked for. */
  readonly model: string;
}

/** Answers by turn; the last one again for whatever comes after it. Or by what was asked. */
export type Script = readonly Reply[] | ((asked: Asked) => Reply | Promise<Reply>);

export async function replyTo(script: Script, asked: Asked): Promise<Reply> {
  if (typeof script === 'function') return await script(asked);
  return script[Math.min(asked.turn, script.length - 1)] ?? { say: '' };
}

/** Counted by nobody; the same for each answer, so that sums can be looked for. */
export const USAGE = { input: 100, output: 20, cached: 10 } as const;

export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Shell tools of the agents that are tested. */
const SHELL_TOOLS = ['Bash', 'exec_command', 'shell_command', 'shell', 'run_shell_command', 'bash'];

/** What a reply calls, with a tool of those that the agent offers; null for words alone. */
export function toolCallOf(reply: Reply, tools: readonly string[]): ToolCall | null {
  if ('run' in reply) {
    const name = reply.tool ?? SHELL_TOOLS.find((each) => tools.includes(each));
    if (name === undefined) throw new Error(`no shell among the tools ${tools.join(', ')}`);
    return { name, input: shellInput(name, reply.run) };
  }
  if ('call' in reply) {
    const name = tools.find((each) => each.endsWith(reply.call));
    if (name === undefined) throw new Error(`no ${reply.call} among the tools ${tools.join(', ')}`);
    return { name, input: reply.input };
  }
  return null;
}

function shellInput(tool: string, command: string): ToolCall['input'] {
  switch (tool) {
    case 'exec_command':
      return { cmd: command };
    case 'shell':
      return { command: ['sh', '-c', command] };
    case 'Bash':
    case 'bash':
    case 'run_shell_command':
      return { command, description: 'work' };
    default:
      return { command };
  }
}

export function wordsOf(reply: Reply): string {
  return 'say' in reply ? (reply.say ?? '') : '';
}
