// biome-ignore-all lint/plugin: a program of its own, started as an agent

/**
 * `bridge-main.ts <settings as JSON>` is the agent as far as its supervisor sees: it gets the prompt on standard input,
 * prints the SDK's messages line by line, and ends when they do. It stands in the worktree.
 */

import { text } from 'node:stream/consumers';
import { runBridge } from './bridge.ts';
import type { BridgeSettings } from './settings.ts';

const settings: BridgeSettings = JSON.parse(process.argv[2] ?? '');
const cancel = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => cancel.abort());
process.exitCode = await runBridge({
  settings,
  prompt: await text(process.stdin),
  worktree: process.cwd(),
  searchPath: process.env['PATH'] ?? '',
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (words) => process.stderr.write(words),
  cancel,
});
// What the SDK keeps open must not hold it.
process.exit();
