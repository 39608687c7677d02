/** OpenAI's Chat Completions API, streamed: platform.openai.com, "The chat completion chunk object". */

import { type Asked, type Reply, toolCallOf, USAGE, wordsOf } from './reply.ts';
import { field, list, openAiError, type Service, sse, textOf } from './service.ts';

export const chat: Service = {
  path: /^(\/v1)?\/chat\/completions$/,
  asked(body) {
    const messages = list(field(body, 'messages'));
    const isModels = (message: unknown): boolean => field(message, 'role') === 'assistant';
    return {
      turn: messages.filter(isModels).length,
      said: messages
        .filter((message) => ['user', 'tool'].includes(String(field(message, 'role'))))
        .map((message) => textOf(field(message, 'content'))),
      tools: list(field(body, 'tools')).map((tool) => String(field(field(tool, 'function'), 'name'))),
      model: String(field(body, 'model')),
    };
  },
  aside: () => ({}),
  events,
  error: openAiError,
};

function events(reply: Reply, asked: Asked): readonly string[] {
  const call = toolCallOf(reply, asked.tools);
  const words = wordsOf(reply);
  const chunk = (delta: object, finish: string | null, usage?: object): string =>
    sse({
      id: `chatcmpl-${asked.request}`,
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: asked.model,
      choices: [{ index: 0, delta, finish_reason: finish }],
      ...(usage === undefined ? {} : { usage }),
    });
  const tool = call && {
    index: 0,
    id: `call_${asked.request}`,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.input) },
  };
  return [
    chunk({ role: 'assistant', content: words }, null),
    ...(tool === null ? [] : [chunk({ tool_calls: [tool] }, null)]),
    chunk({}, call === null ? 'stop' : 'tool_calls', {
      prompt_tokens: USAGE.input,
      prompt_tokens_details: { cached_tokens: USAGE.cached },
      completion_tokens: USAGE.output,
      total_tokens: USAGE.input + USAGE.output,
    }),
    sse('[DONE]'),
  ];
}
