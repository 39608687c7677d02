/**
 * How fast lines of agents are read: events of each format, as its program prints them, by its driver's reader, to
 * `JSON.parse` of the same lines. The speed as a share of that; half of it is the goal.
 */

import { DRIVERS } from '../src/agents/registry.ts';
import { interleave, medianRatio } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';

const ROUNDS = 9;
/** Of each format, over and over. */
const LINES = 20_000;
const OUTPUT = 'one line of what a command has printed, as they are\n'.repeat(20);
const WORDS = 'I look at the tests first, then I change the function and run them again. '.repeat(4);

const claude = [
  {
    type: 'assistant',
    message: { role: 'assistant', content: [{ type: 'text', text: WORDS }], usage: { input_tokens: 1 } },
    session_id: 's',
  },
  {
    type: 'assistant',
    message: {
      role: 'assistant',
      content: [
        {
          type: 'tool_use',
          id: 't',
          name: 'Bash',
          input: { command: 'npm test', description: 'run the tests' },
        },
      ],
    },
  },
  {
    type: 'user',
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: OUTPUT }] },
  },
];

/** As the programs print them; tools' results are the largest part, and nothing is wanted of them. */
const FORMATS: Readonly<Record<string, readonly object[]>> = {
  'claude-code': claude,
  qwen: claude,
  codex: [
    { type: 'item.completed', item: { id: 'i', type: 'agent_message', text: WORDS } },
    {
      type: 'item.started',
      item: { id: 'i', type: 'command_execution', command: 'npm test', aggregated_output: '' },
    },
    {
      type: 'item.completed',
      item: {
        id: 'i',
        type: 'command_execution',
        command: 'npm test',
        aggregated_output: OUTPUT,
        exit_code: 0,
      },
    },
  ],
  gemini: [
    { type: 'message', role: 'assistant', content: WORDS, delta: true },
    { type: 'tool_use', tool_name: 'run_shell_command', tool_id: 't', parameters: { command: 'npm test' } },
    { type: 'tool_result', tool_id: 't', status: 'success', output: OUTPUT },
  ],
  opencode: [
    { type: 'text', sessionID: 's', part: { type: 'text', text: WORDS } },
    {
      type: 'tool_use',
      sessionID: 's',
      part: {
        type: 'tool',
        tool: 'bash',
        state: { status: 'completed', title: 'npm test', input: { command: 'npm test' }, output: OUTPUT },
      },
    },
    {
      type: 'step_finish',
      sessionID: 's',
      part: { reason: 'tool-calls', tokens: { input: 9, output: 2, cache: { read: 1, write: 0 } }, cost: 0 },
    },
  ],
  pi: [
    {
      type: 'message_update',
      assistantMessageEvent: {
        type: 'text_delta',
        delta: 'x',
        partial: { content: [{ type: 'text', text: WORDS }] },
      },
    },
    {
      type: 'message_end',
      message: {
        role: 'assistant',
        content: [{ type: 'text', text: WORDS }],
        usage: { input: 9, output: 2 },
        stopReason: 'toolUse',
      },
    },
    { type: 'tool_execution_end', toolName: 'bash', result: { content: [{ type: 'text', text: OUTPUT }] } },
  ],
  acp: [
    { event: 'text', text: WORDS },
    { event: 'tool', tool: 'execute', input: 'npm test' },
    { event: 'usage', usage: { inputTokens: 9, outputTokens: 2 } },
  ],
};

/** What a driver needs to be ready, where that is anything. */
const OPTIONS: Readonly<Record<string, object>> = { acp: { command: ['agent'] } };

const rows: (string | number)[][] = [];
for (const driver of DRIVERS) {
  const events = FORMATS[driver.name];
  const ready = driver.ready(OPTIONS[driver.name] ?? {});
  if (events === undefined || !ready.ok) continue;
  const kinds = events.map((event) => JSON.stringify(event));
  const lines = Array.from({ length: LINES }, (_, index) => kinds[index % kinds.length] ?? '');
  let kept = 0;
  const timings = await interleave(
    [
      {
        name: 'JSON.parse',
        run() {
          for (const line of lines) kept += typeof JSON.parse(line) === 'object' ? 1 : 0;
        },
      },
      {
        name: driver.name,
        run() {
          for (const line of lines) kept += ready.value.parse(line).length;
        },
      },
    ],
    ROUNDS,
  );
  if (kept === 0) throw new Error('nothing was read');
  const bytes = kinds.reduce((sum, line) => sum + line.length, 0) / kinds.length;
  rows.push([driver.name, Math.round(bytes), round(1 / medianRatio(timings, driver.name, 'JSON.parse'), 2)]);
}
printTable(['format', 'bytes a line', 'speed to JSON.parse'], rows);
console.log(`medians of ${ROUNDS} rounds of ${LINES} lines, in turn; goal: at least 0.5`);
