import type { HostEnvironment } from './environment.ts';
import { runCommand } from './run-command.ts';

/** For a helper command that only says its version. */
const LONGEST_MS = 10_000;

/** What a short helper command prints on standard output; null when it is not there or fails. */
export async function probe(
  { env: host, cwd }: { readonly env: HostEnvironment; readonly cwd: string },
  argv: readonly string[],
): Promise<string | null> {
  const env = Object.fromEntries(
    Object.entries(host).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const result = await runCommand({ argv, cwd, env, timeoutMs: LONGEST_MS, maxBytes: 100_000 });
  return result.ok && result.value.exitCode === 0 ? result.value.stdout.toString('utf8') : null;
}
