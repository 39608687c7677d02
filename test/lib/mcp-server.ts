// biome-ignore-all lint/plugin: a program of its own, started by agents

/**
 * An MCP server on standard input and output, with one tool: `take_note` answers with what it was given, by its argument,
 * by its environment and by the agent, and with what it sees. https://modelcontextprotocol.io/specification
 */

import { appendFileSync, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { field } from './model-server/service.ts';

const [who = 'nobody'] = process.argv.slice(2);
const {
  NOTE_PLACE: place = 'nowhere',
  COX_TEST_BENCH: mark = 'no mark',
  NOTE_STARTS: starts,
  NOTE_LOOK: look,
} = process.env;
if (starts !== undefined) appendFileSync(starts, `${who}\n`);

const TOOL = {
  name: 'take_note',
  description: 'Takes a note.',
  inputSchema: {
    type: 'object',
    properties: { text: { type: 'string' } },
    required: ['text'],
    additionalProperties: false,
  },
};

function answer(method: unknown, params: unknown): object | null {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: field(params, 'protocolVersion'),
        capabilities: { tools: {} },
        serverInfo: { name: 'desk', version: '1.0.0' },
      };
    case 'tools/list':
      return { tools: [TOOL] };
    case 'tools/call': {
      const text = `${who} noted "${field(field(params, 'arguments'), 'text')}" in ${place} for ${mark}`;
      const sight = look === undefined ? '' : `, and ${existsSync(look) ? 'sees' : 'does not see'} outside`;
      return { content: [{ type: 'text', text: `${text}${sight}` }] };
    }
    case 'ping':
      return {};
    default:
      return null;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message: unknown = JSON.parse(line);
  const id = field(message, 'id');
  if (id === undefined) continue;
  const result = answer(field(message, 'method'), field(message, 'params'));
  const error = { code: -32_601, message: 'there is no such method' };
  process.stdout.write(
    `${JSON.stringify({ jsonrpc: '2.0', id, ...(result === null ? { error } : { result }) })}\n`,
  );
}
