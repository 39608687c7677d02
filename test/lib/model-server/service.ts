import type { Asked, Reply } from './reply.ts';

/** One service's way to ask and to answer. */
export interface Service {
  /** Of the path behind the script's name. */
  readonly path: RegExp;
  /** Null for a question that is not for the model, such as how many tokens something has. */
  asked(body: unknown, path: string): Omit<Asked, 'request'> | null;
  /** Answers what is not for the model. */
  aside(path: string): unknown;
  /** Server-sent events of a whole answer, each as it goes over the wire. */
  events(reply: Reply, asked: Asked): readonly string[];
  error(status: number, message: string): unknown;
}

/** A record's field, of whatever came. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** All text in it, however deep. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join('\n');
  if (typeof value !== 'object' || value === null) return '';
  return ['text', 'content', 'output', 'response', 'functionResponse', 'result']
    .map((name) => textOf(field(value, name)))
    .filter(Boolean)
    .join('\n');
}

export function sse(data: unknown, event?: string): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

/** Agents tell by these words, too, what to try again: platform.openai.com, "Error codes". */
export function openAiError(status: number, message: string): object {
  switch (status) {
    case 401:
      return { error: { type: 'invalid_request_error', code: 'invalid_api_key', message } };
    case 429:
      return { error: { type: 'rate_limit_exceeded', code: null, message } };
    default:
      return { error: { type: 'server_error', code: null, message } };
  }
}
