/** A program of ours before an agent that is spoken to: `<program> <settings as JSON>`, the prompt on standard input. */

import { text } from 'node:stream/consumers';

export interface BridgeRequest<Settings> {
  readonly settings: Settings;
  readonly prompt: string;
  /** Absolute; where it stands. */
  readonly worktree: string;
  /** Its own environment, which the agent gets, too. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  /** For standard error. */
  readonly complain: (words: string) => void;
  /** Aborted when the agent is to stop. */
  readonly cancel: AbortController;
}

/** To its supervisor it is the agent. `run` gives its exit status. */
export async function beBridge<Settings>(
  host: NodeJS.Process,
  run: (request: BridgeRequest<Settings>) => Promise<number>,
): Promise<void> {
  const settings: Settings = JSON.parse(host.argv[2] ?? '');
  const cancel = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) host.on(signal, () => cancel.abort());
  host.exitCode = await run({
    settings,
    prompt: await text(host.stdin),
    worktree: host.cwd(),
    env: host.env,
    print: (line) => host.stdout.write(`${line}\n`),
    complain: (words) => host.stderr.write(words),
    cancel,
  });
  // What has not left this process would go with it.
  await Promise.all([host.stdout, host.stderr].map(written));
  // Some agents leave their output open.
  host.exit();
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
