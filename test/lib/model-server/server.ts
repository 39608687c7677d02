/**
 * A model server on loopback that answers by scripts, so that real agents' programs can be tested without a key, a
 * network or chance. Each script has an address of its own, and speaks the APIs of all services there.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { anthropic } from './anthropic.ts';
import { chat } from './chat.ts';
import { gemini } from './gemini.ts';
import { type Asked, type Reply, replyTo, type Script } from './reply.ts';
import { responses } from './responses.ts';
import type { Service } from './service.ts';

const SERVICES: readonly Service[] = [anthropic, responses, chat, gemini];

export interface Request {
  readonly script: string;
  readonly path: string;
  readonly asked: Asked;
  readonly reply: Reply;
}

export class ModelServer {
  readonly #server: Server;
  readonly #scripts = new Map<string, Script>();
  readonly #counts = new Map<string, number>();
  /** Questions to the model, in order. */
  readonly requests: Request[] = [];
  /** Other things that were asked for: an agent that needs one of them should be told of it here. */
  readonly strangers: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.strangers.push(String(error));
        response.writeHead(500).end(String(error));
      });
    });
  }

  static async open(): Promise<ModelServer> {
    const opened = new ModelServer();
    opened.#server.listen(0, '127.0.0.1');
    await once(opened.#server, 'listening');
    return opened;
  }

  /** Sets a script, and gives its address, without a slash at its end. */
  serve(name: string, script: Script): string {
    this.#scripts.set(name, script);
    return `${this.origin}/${name}`;
  }

  get origin(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the model server is closed');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, name = '', ...rest] = pathname.split('/');
    const path = `/${rest.join('/')}`;
    const script = this.#scripts.get(name);
    const service = SERVICES.find((each) => each.path.test(path));
    const body = await readBody(request);
    if (script === undefined || service === undefined || request.method !== 'POST') {
      this.strangers.push(`${request.method} ${pathname}`);
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const question = service.asked(body, path);
    if (question === null) {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(service.aside(path)));
      return;
    }
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    const asked = { ...question, request: count };
    const reply = await replyTo(script, asked);
    this.requests.push({ script: name, path, asked, reply });
    send(service, { reply, asked, response });
  }
}

interface Sending {
  readonly reply: Reply;
  readonly asked: Asked;
  readonly response: ServerResponse;
}

function send(service: Service, { reply, asked, response }: Sending): void {
  if ('hang' in reply) return;
  if ('error' in reply) {
    const { error, message = `scripted ${error}`, headers, body = service.error(error, message) } = reply;
    response.writeHead(error, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    return;
  }
  const events = service.events('cut' in reply ? { say: reply.cut } : reply, asked);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  if ('cut' in reply) {
    response.write(events[0] ?? '');
    setTimeout(() => response.destroy(), 50);
    return;
  }
  response.end(events.join(''));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}
