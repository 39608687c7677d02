/** OpenAI's Responses API, streamed: platform.openai.com, "Streaming events". */

import { type Asked, type Reply, toolCallOf, USAGE, wordsOf } from './reply.ts';
import { field, list, openAiError, type Service, sse, textOf } from './service.ts';

const OF_THE_MODEL = ['function_call', 'custom_tool_call', 'local_shell_call'];

export const responses: Service = {
  path: /^(\/v1)?\/responses$/,
  asked(body) {
    const items = list(field(body, 'input'));
    const isModels = (item: unknown): boolean =>
      OF_THE_MODEL.includes(String(field(item, 'type'))) || field(item, 'role') === 'assistant';
    return {
      // An answer of several items is one turn.
      turn: items.filter((item, index) => isModels(item) && !isModels(items[index - 1])).length,
      said: items.filter((item) => !isModels(item) && field(item, 'type') !== 'reasoning').map(textOf),
      tools: list(field(body, 'tools')).flatMap(toolNames),
      model: String(field(body, 'model')),
    };
  },
  aside: () => ({}),
  events,
  error: openAiError,
};

/** A tool of a namespace, such as an MCP server, is called by both names. */
function toolNames(tool: unknown): readonly string[] {
  const name = String(field(tool, 'name') ?? field(tool, 'type'));
  const nested = list(field(tool, 'tools')).flatMap(toolNames);
  return nested.length > 0 ? nested.map((each) => `${name}/${each}`) : [name];
}

function calledAs(name: string): object {
  const [namespace, ...rest] = name.split('/');
  return rest.length === 0 ? { name } : { namespace, name: rest.join('/') };
}

function events(reply: Reply, asked: Asked): readonly string[] {
  const call = toolCallOf(reply, asked.tools);
  const words = wordsOf(reply);
  const id = `resp_${asked.request}`;
  const items = [
    ...(words === ''
      ? []
      : [
          {
            type: 'message',
            id: `msg_${asked.request}`,
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: words, annotations: [] }],
          },
        ]),
    ...(call === null
      ? []
      : [
          {
            type: 'function_call',
            id: `fc_${asked.request}`,
            call_id: `call_${asked.request}`,
            ...calledAs(call.name),
            arguments: JSON.stringify(call.input),
            status: 'completed',
          },
        ]),
  ];
  const usage = {
    input_tokens: USAGE.input,
    input_tokens_details: { cached_tokens: USAGE.cached },
    output_tokens: USAGE.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: USAGE.input + USAGE.output,
  };
  const all = [
    { type: 'response.created', response: { id, object: 'response', status: 'in_progress', output: [] } },
    ...items.flatMap((item, index) => [
      { type: 'response.output_item.added', output_index: index, item },
      { type: 'response.output_item.done', output_index: index, item },
    ]),
    {
      type: 'response.completed',
      response: { id, object: 'response', status: 'completed', model: asked.model, output: items, usage },
    },
  ];
  return all.map((event, index) => sse({ ...event, sequence_number: index }, event.type));
}
