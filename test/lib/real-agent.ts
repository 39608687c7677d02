/** A real agent's program in a place of its own, whose model is a script. */

import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createAgents } from '../../src/agents/supervise.ts';
import type { AgentSettings } from '../../src/core/settings.ts';
import type { AgentEnd, AgentHandle, AgentReport, AgentRequest } from '../../src/ports/agent.ts';
import { type AgentBench, type AttemptChange, agentBench, MARK } from '../../src/testing/agent-bench.ts';
import { NO_SANDBOX } from '../../src/testing/sandboxes.ts';
import type { Script } from './model-server/reply.ts';
import { ModelServer } from './model-server/server.ts';

/** How one kind of agent is told where its model is. */
export interface RealAgent {
  readonly driver: string;
  /** Name of its program, or path of its package from the folder of programs. */
  readonly program: string;
  /** Options of the driver, for a model at this address and a program at this path. */
  options(address: string, program: string): Readonly<Record<string, unknown>>;
  /** Writes what it needs into its home, before each start. */
  prepare?(home: string, address: string): void;
  /** What of that it has to see behind walls, below its home. */
  readonly files?: readonly string[];
  /** What the user's environment holds for it. */
  env(address: string, home: string): Readonly<Record<string, string>>;
}

/** Absolute; null where it is not installed. `scripts/test.ts` installs programs and says in which folders they are. */
export function programOf({ program }: RealAgent): string | null {
  const folders = (process.env['COX_TEST_AGENTS'] ?? '').split(delimiter).filter((each) => each !== '');
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

export interface RealAgentBench {
  readonly bench: AgentBench;
  readonly server: ModelServer;
  start(request: RealRequest): RealStart;
  close(): Promise<void>;
}

export interface RealRequest extends AttemptChange {
  readonly script: Script;
  /** Options of the driver beside those that lead to the model. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Another attempt with this name has the same home and the same script's address. */
  readonly name: string;
}

export interface RealStart {
  readonly request: AgentRequest;
  readonly handle: AgentHandle;
  readonly reports: readonly AgentReport[];
  readonly end: Promise<AgentEnd>;
  /** By another supervisor. */
  takeUp(): AgentHandle;
}

export async function openRealAgent(agent: RealAgent): Promise<RealAgentBench> {
  const program = programOf(agent);
  if (program === null) throw new Error(`${agent.program} is not installed`);
  const bench = agentBench();
  const server = await ModelServer.open();
  return {
    bench,
    server,
    start({ script, name, options = {}, ...change }) {
      const address = server.serve(name, script);
      const home = join(bench.repository.root, `home-${name}`);
      mkdirSync(home, { recursive: true });
      agent.prepare?.(home, address);
      const settings: AgentSettings = {
        driver: agent.driver,
        options: { ...agent.options(address, program), ...options },
      };
      const hostEnv = { ...bench.hostEnv, HOME: home, ...agent.env(address, home) };
      const environment = [MARK, ...Object.keys(agent.env(address, home))];
      const supervisor = () => createAgents({ sandbox: NO_SANDBOX, hostEnv, environment });
      const request = bench.request(settings, change);
      const reports: AgentReport[] = [];
      const handle = supervisor().start(request, (report) => reports.push(report));
      const takeUp = () => supervisor().start(request, () => undefined);
      return { request, handle, reports, end: handle.end, takeUp };
    },
    async close() {
      await server.close();
      await bench.assertNoneLeft();
      bench.remove();
    },
  };
}
