/**
 * An agent that speaks the protocol and does what its argument says. Stands in its worktree. With `plan` it makes the file
 * that its prompt says it is to create, once there is a file `<trace>.go`, and approves of whatever work. With `member` it
 * does the same, and is not logged in as long as there is no such file.
 */

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AgentContext,
  agent,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  type ReadTextFileRequest,
  RequestError,
} from '@agentclientprotocol/sdk';

const behaviour = process.argv[2] ?? 'success';
const trace = process.argv[3];
const MODES = ['usual', 'careful'];
let cancelled: () => void = () => undefined;

function note(what: string): void {
  if (trace !== undefined) appendFileSync(trace, `${what}\n`);
}

async function say(client: AgentContext, sessionId: string, text: string): Promise<void> {
  // In pieces, as models do.
  for (const piece of text.match(/[\s\S]{1,7}/g) ?? [])
    await client.notify(methods.client.session.update, {
      sessionId,
      update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: piece } },
    });
}

async function read(client: AgentContext, asked: ReadTextFileRequest): Promise<string> {
  try {
    return JSON.stringify((await client.request(methods.client.fs.readTextFile, asked)).content);
  } catch (error) {
    return `refused ${error instanceof Error ? error.message : ''}`;
  }
}

async function doPlan(client: AgentContext, sessionId: string, prompt: string): Promise<void> {
  // What was said in a session that it goes on in is not said again.
  const memory = `${trace}.${process.env['COX_TASK_ID']}`;
  appendFileSync(memory, prompt);
  while (!existsSync(`${trace}.go`)) await sleep(50);
  const task = /TASK_(?:DONE|APPROVED): (\S+?)</.exec(prompt)?.[1];
  if (prompt.includes('TASK_APPROVED'))
    return say(client, sessionId, `It is well.\n<promise>TASK_APPROVED: ${task}</promise>`);
  const file = /\bMake ([\w.]+)/.exec(readFileSync(memory, 'utf8'))?.[1] ?? 'none.txt';
  const path = `${process.cwd()}/${file}`;
  await client.request(methods.client.fs.writeTextFile, { sessionId, path, content: `${task}\n` });
  await say(client, sessionId, `${file} is made.\n<promise>TASK_DONE: ${task}</promise>`);
}

/** The moment that it is written. */
function leaveWithAnswer(): void {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    return write(chunk, () => {
      if (Buffer.from(chunk).includes('"stopReason"')) process.exit(0);
    });
  };
}

interface Asked {
  readonly client: AgentContext;
  readonly sessionId: string;
  readonly prompt: string;
}

async function act({
  client,
  sessionId,
  prompt,
}: Asked): Promise<'end_turn' | 'max_turn_requests' | 'cancelled'> {
  const done = (): Promise<void> =>
    say(client, sessionId, `<promise>TASK_DONE: ${process.env['COX_TASK_ID']}</promise>`);
  switch (behaviour) {
    case 'member':
      if (!existsSync(`${trace}.go`)) throw RequestError.authRequired();
      await doPlan(client, sessionId, prompt);
      return 'end_turn';
    case 'plan':
      await doPlan(client, sessionId, prompt);
      return 'end_turn';
    case 'success':
      await client.notify(methods.client.session.update, {
        sessionId,
        update: { sessionUpdate: 'tool_call', toolCallId: '1', title: 'Write made.txt', kind: 'edit' },
      });
      await client.request(methods.client.fs.writeTextFile, {
        sessionId,
        path: `${process.cwd()}/made.txt`,
        content: 'made\n',
      });
      await done();
      return 'end_turn';
    case 'last':
      for (let at = 0; at < 2000; at += 1) await say(client, sessionId, 'work\n');
      await done();
      leaveWithAnswer();
      return 'end_turn';
    case 'turns':
      await done();
      return 'max_turn_requests';
    case 'outside': {
      const outside = await client
        .request(methods.client.fs.writeTextFile, {
          sessionId,
          path: `${process.cwd()}/../outside.txt`,
          content: 'x',
        })
        .then(
          () => 'written',
          (error: unknown) => `refused ${error instanceof Error ? error.message : ''}`,
        );
      note(outside);
      await done();
      return 'end_turn';
    }
    case 'reads': {
      const path = `${process.cwd()}/lines.txt`;
      for (const part of [{}, { line: 2 }, { line: 2, limit: 1 }, { limit: 2 }, { line: 9 }])
        note(await read(client, { sessionId, path, ...part }));
      note(await read(client, { sessionId, path: `${process.cwd()}/none.txt` }));
      note(await read(client, { sessionId, path: '/etc/hostname' }));
      await done();
      return 'end_turn';
    }
    case 'permission':
      for (const kind of ['edit', 'execute'] as const) {
        const { outcome } = await client.request(methods.client.session.requestPermission, {
          sessionId,
          toolCall: { toolCallId: kind, kind, title: kind },
          options: [
            { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
            { optionId: 'no', name: 'No', kind: 'reject_once' },
          ],
        });
        note(`${kind} ${outcome.outcome === 'selected' ? outcome.optionId : outcome.outcome}`);
      }
      await done();
      return 'end_turn';
    case 'busy':
      throw new RequestError(-32_603, 'too many requests', { status: 429 });
    case 'login':
      throw RequestError.authRequired();
    case 'broken':
      await say(client, sessionId, 'its disk is full');
      throw new RequestError(-32_603, 'it broke');
    case 'hang':
    case 'deaf':
      await say(client, sessionId, 'begun\n');
      await client.notify(methods.client.session.update, {
        sessionId,
        update: { sessionUpdate: 'tool_call', toolCallId: '1', title: 'waits', kind: 'execute' },
      });
      await new Promise<void>((resolve) => {
        if (behaviour === 'hang') cancelled = resolve;
      });
      note('was cancelled');
      return 'cancelled';
    default:
      process.exit(3);
  }
}

agent({ name: 'acp-agent' })
  .onRequest(methods.agent.initialize, () => ({
    protocolVersion: PROTOCOL_VERSION,
    agentCapabilities: { loadSession: true },
  }))
  .onRequest(methods.agent.session.new, () => ({
    sessionId: 'session-1',
    modes: { currentModeId: 'usual', availableModes: MODES.map((id) => ({ id, name: id })) },
  }))
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    if (params.sessionId !== 'session-1') throw RequestError.resourceNotFound();
    note('loaded');
    await say(client, params.sessionId, 'an old word: <promise>TASK_FAILED: task-001-users</promise>');
    return {};
  })
  .onRequest(methods.agent.session.setMode, ({ params }) => {
    note(`mode ${params.modeId}`);
    if (!MODES.includes(params.modeId)) throw RequestError.invalidParams();
    return {};
  })
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const prompt = params.prompt.map((block) => (block.type === 'text' ? block.text : '')).join('');
    note(`prompt ${prompt.length}`);
    return {
      stopReason: await act({ client, sessionId: params.sessionId, prompt }),
      usage: { inputTokens: 12, outputTokens: 5, totalTokens: 17 },
    };
  })
  .onNotification(methods.agent.session.cancel, () => cancelled())
  .connect(
    ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>),
  );
// It stays when its input ends, as some do.
setInterval(() => undefined, 60_000);
