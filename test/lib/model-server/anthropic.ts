/** Anthropic's Messages API, streamed: docs.anthropic.com, "Streaming Messages". */

import { type Asked, type Reply, toolCallOf, USAGE, wordsOf } from './reply.ts';
import { field, list, type Service, sse, textOf } from './service.ts';

export const anthropic: Service = {
  path: /^\/v1\/messages(\/count_tokens)?$/,
  asked(body, path) {
    if (path.endsWith('count_tokens')) return null;
    const messages = list(field(body, 'messages'));
    return {
      turn: messages.filter((message) => field(message, 'role') === 'assistant').length,
      said: messages
        .filter((message) => field(message, 'role') === 'user')
        .map((message) => textOf(field(message, 'content'))),
      tools: list(field(body, 'tools')).map((tool) => String(field(tool, 'name'))),
      model: String(field(body, 'model')),
    };
  },
  aside: () => ({ input_tokens: USAGE.input }),
  events,
  error: (status, message) => ({
    type: 'error',
    error: { type: ERRORS[status] ?? 'api_error', message },
  }),
};

const ERRORS: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

function events(reply: Reply, asked: Asked): readonly string[] {
  const call = toolCallOf(reply, asked.tools);
  const words = wordsOf(reply);
  const blocks = [
    ...(words === ''
      ? []
      : [{ start: { type: 'text', text: '' }, delta: { type: 'text_delta', text: words } }]),
    ...(call === null
      ? []
      : [
          {
            start: { type: 'tool_use', id: `toolu_${asked.request}`, name: call.name, input: {} },
            delta: { type: 'input_json_delta', partial_json: JSON.stringify(call.input) },
          },
        ]),
  ];
  const usage = {
    input_tokens: USAGE.input,
    output_tokens: 1,
    cache_read_input_tokens: USAGE.cached,
    cache_creation_input_tokens: 0,
  };
  const message = {
    id: `msg_${asked.request}`,
    type: 'message',
    role: 'assistant',
    model: asked.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  const all = [
    { type: 'message_start', message },
    ...blocks.flatMap(({ start, delta }, index) => [
      { type: 'content_block_start', index, content_block: start },
      { type: 'content_block_delta', index, delta },
      { type: 'content_block_stop', index },
    ]),
    {
      type: 'message_delta',
      delta: { stop_reason: call === null ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { output_tokens: USAGE.output },
    },
    { type: 'message_stop' },
  ];
  return all.map((event) => sse(event, event.type));
}
