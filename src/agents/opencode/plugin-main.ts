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
