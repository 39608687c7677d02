/**
 * A plugin that opencode loads: it prints what opencode knows and keeps to itself, as events of ours among opencode's own.
 * opencode's program runs it, so it imports nothing that runs.
 */

/** What is used of opencode's plugins, as 1.18.33 has them: https://opencode.ai/docs/plugins */
interface Hooks {
  event(input: { event: { type: string; properties?: unknown } }): Promise<void>;
  'chat.params'(input: ChatParams): Promise<void>;
}

interface ChatParams {
  readonly sessionID: string;
  readonly agent?: string;
  readonly model?: {
    readonly id?: string;
    readonly providerID?: string;
    readonly limit?: { readonly context?: number };
  };
}

interface RetryStatus {
  readonly type: 'retry';
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly next: number;
}

/** opencode asks a model for these on its own account, and often a smaller one. */
const ASIDE: readonly (string | undefined)[] = ['title', 'summary', 'compaction'];
/** Its own pauses are shorter: in longer ones others can use the slot. */
const LONG_WAIT_MS = 60_000;

export function Coxswain(): Promise<Hooks> {
  let main: string | undefined;
  let told = '';
  return Promise.resolve({
    event: ({ event }) => {
      const answer = event.type === 'message.updated' ? fieldOf(event.properties, 'info') : undefined;
      // What its helpers do is told nowhere else, and what they use is paid as well.
      if (main !== undefined && isAnswer(answer) && answer.sessionID !== main)
        print({ type: 'helper_answer', ...usageOf(answer) });
      const status = event.type === 'session.status' ? retryIn(event.properties) : null;
      if (status !== null && status.next - Date.now() >= LONG_WAIT_MS)
        print({ event: 'quota', until: status.next });
      else if (status !== null) print({ event: 'progress', step: `tries again: ${status.message}` });
      return Promise.resolve();
    },
    'chat.params': ({ sessionID, agent, model }) => {
      if (ASIDE.includes(agent)) return Promise.resolve();
      // It prints the name with its first answer only.
      if (main === undefined) print({ event: 'session', session: sessionID });
      main ??= sessionID;
      const size = model?.limit?.context ?? 0;
      const name = `${model?.providerID}/${model?.id}`;
      // Conversations of its helpers are others.
      if (sessionID !== main || told === `${name} ${size}`) return Promise.resolve();
      told = `${name} ${size}`;
      print({ event: 'model', model: name });
      if (size > 0) print({ event: 'context', size });
      return Promise.resolve();
    },
  });
}

interface Answer {
  readonly id: string;
  readonly sessionID: string;
  readonly providerID: string;
  readonly modelID: string;
  readonly tokens: { readonly output: number };
  readonly cost: unknown;
}

/** One that is not over has no counts. */
function isAnswer(info: unknown): info is Answer {
  const names = ['id', 'sessionID', 'providerID', 'modelID'];
  const isNamed = names.every((name) => typeof fieldOf(info, name) === 'string');
  return isNamed && Number(fieldOf(fieldOf(info, 'tokens'), 'output')) > 0;
}

function usageOf({ id, providerID, modelID, tokens, cost }: Answer): object {
  return { id, model: `${providerID}/${modelID}`, part: { tokens, cost } };
}

function retryIn(properties: unknown): RetryStatus | null {
  const status = fieldOf(properties, 'status');
  const [type, message, next] = ['type', 'message', 'next'].map((name) => fieldOf(status, name));
  return type === 'retry' && typeof message === 'string' && typeof next === 'number'
    ? { type, message, next }
    : null;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function print(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
