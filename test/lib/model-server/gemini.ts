/** Google's Gemini API, streamed: ai.google.dev, "Method: models.streamGenerateContent". */

import { type Asked, type Reply, toolCallOf, USAGE, wordsOf } from './reply.ts';
import { field, list, type Service, sse, textOf } from './service.ts';

const PATH = /^\/v1(?:beta|alpha)?\/models\/([^:]+):(\w+)$/;

export const gemini: Service = {
  path: PATH,
  asked(body, path) {
    const [, model = '', method] = PATH.exec(path) ?? [];
    // What is asked without a stream is for the program itself: which model is best, how many tokens something has.
    if (method !== 'streamGenerateContent') return null;
    const contents = list(field(body, 'contents'));
    const isModels = (content: unknown): boolean => field(content, 'role') === 'model';
    return {
      turn: contents.filter(isModels).length,
      said: contents
        .filter((content) => !isModels(content))
        .map((content) => textOf(field(content, 'parts'))),
      tools: list(field(body, 'tools')).flatMap((tool) =>
        list(field(tool, 'functionDeclarations')).map((each) => String(field(each, 'name'))),
      ),
      model,
    };
  },
  aside: () => ({
    totalTokens: USAGE.input,
    candidates: [{ index: 0, content: { role: 'model', parts: [{ text: '{}' }] }, finishReason: 'STOP' }],
  }),
  events,
  error: (status, message) => ({
    error: { code: status, message, status: ERRORS[status] ?? 'INTERNAL' },
  }),
};

const ERRORS: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 429: 'RESOURCE_EXHAUSTED' };

function events(reply: Reply, asked: Asked): readonly string[] {
  const call = toolCallOf(reply, asked.tools);
  const words = wordsOf(reply);
  const parts = [
    ...(words === '' ? [] : [{ text: words }]),
    ...(call === null ? [] : [{ functionCall: { name: call.name, args: call.input } }]),
  ];
  return [
    sse({
      candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }],
      usageMetadata: {
        promptTokenCount: USAGE.input,
        candidatesTokenCount: USAGE.output,
        cachedContentTokenCount: USAGE.cached,
        totalTokenCount: USAGE.input + USAGE.output,
      },
      modelVersion: asked.model,
    }),
  ];
}
