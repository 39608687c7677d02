/** A session of an agent that speaks the protocol: begun, or taken up as the agent can. */

import {
  type ClientContext,
  type InitializeResponse,
  type LoadSessionRequest,
  type McpServer,
  methods,
  type NewSessionRequest,
  PROTOCOL_VERSION,
  RequestError,
  type ResumeSessionRequest,
  type SessionModeState,
} from '@agentclientprotocol/sdk';
import type { AgentProblem } from '../../core/agent-problem.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { DEFAULT_PATH, findProgram } from '../../process/find-program.ts';
import type { BridgeRequest } from '../bridges/bridge-program.ts';
import { disallowedTools } from '../claude-code/launch.ts';
import { mcpEntries } from '../tools/mcp.ts';
import { KNOWS_FAILURES } from './session-failure.ts';
import type { BridgeSettings } from './settings.ts';
import { isOfService } from './updates.ts';

export interface OpenedSession {
  readonly id: string;
  /** Another attempt can take it up. */
  readonly mayGoOn: boolean;
}

/** The error says why the session that was asked for cannot be taken up, or its mode is none. */
export async function openSession(
  context: ClientContext,
  request: BridgeRequest<BridgeSettings>,
): Promise<Result<OpenedSession, AgentProblem>> {
  const { settings, worktree } = request;
  const { files, mode, session, tools } = settings;
  const able = await context.request(methods.agent.initialize, {
    protocolVersion: PROTOCOL_VERSION,
    clientCapabilities: {
      fs: { readTextFile: files, writeTextFile: files },
      terminal: false,
      _meta: KNOWS_FAILURES,
    },
    clientInfo: { name: 'coxswain', version: '1' },
  });
  const place: NewSessionRequest = {
    cwd: worktree,
    mcpServers: [...mcpServers(request), ...settings.mcpServers],
    // For Claude Code, which starts none of the repository's servers then; others overlook it.
    _meta: {
      claudeCode: {
        options: {
          strictMcpConfig: true,
          disallowedTools: disallowedTools(),
          ...(tools === undefined ? {} : { tools }),
        },
      },
    },
  };
  const opened =
    session === undefined
      ? await begin(context, place)
      : await takeUp(context, able, { sessionId: session, ...place });
  if (!opened.ok) return err({ kind: 'session', detail: opened.error });
  const { id, modes } = opened.value;
  const problem = mode === undefined ? null : await enterMode(context, id, { mode, modes });
  return problem === null ? ok({ id, mayGoOn: way(able) !== null }) : err(problem);
}

interface NewSession {
  readonly id: string;
  /** Names of those that it knows, as far as it tells. */
  readonly modes: readonly string[];
}

async function begin(context: ClientContext, place: NewSessionRequest): Promise<Result<NewSession, never>> {
  const { sessionId: id, modes } = await context.request(methods.agent.session.new, place);
  return ok({ id, modes: modeNames(modes) });
}

function modeNames(modes: SessionModeState | null | undefined): readonly string[] {
  return (modes?.availableModes ?? []).map(({ id }) => id);
}

/** Null when it is in that mode. */
async function enterMode(
  context: ClientContext,
  session: string,
  { mode, modes }: { readonly mode: string } & Pick<NewSession, 'modes'>,
): Promise<AgentProblem | null> {
  try {
    await context.request(methods.agent.session.setMode, { sessionId: session, modeId: mode });
    return null;
  } catch (error) {
    if (!(error instanceof RequestError) || isOfService(error)) throw error;
    const known = modes.length === 0 ? '' : ` (it knows ${modes.join(', ')})`;
    return { kind: 'options', detail: `mode ${JSON.stringify(mode)}${known}: ${error.message}` };
  }
}

/** How the agent takes up a session; null where it cannot. */
function way({ agentCapabilities }: InitializeResponse): 'resume' | 'load' | null {
  if (agentCapabilities?.sessionCapabilities?.resume) return 'resume';
  return agentCapabilities?.loadSession === true ? 'load' : null;
}

/** The error says why it cannot be taken up. */
async function takeUp(
  context: ClientContext,
  able: InitializeResponse,
  params: ResumeSessionRequest & LoadSessionRequest,
): Promise<Result<NewSession, string>> {
  try {
    const how = way(able);
    if (how === null) return err('the agent can take up none');
    const { modes } = await context.request(methods.agent.session[how], params);
    return ok({ id: params.sessionId, modes: modeNames(modes) });
  } catch (error) {
    if (error instanceof RequestError) return err(error.message);
    throw error;
  }
}

/** The protocol wants paths. */
function mcpServers({ settings, worktree, env }: BridgeRequest<BridgeSettings>): McpServer[] {
  const entries = Object.entries(mcpEntries(settings.mcp, (variable) => env[variable]));
  return entries.map(([name, server]) => {
    const found = findProgram(server.command, env['PATH'] || DEFAULT_PATH, worktree);
    if (!found.ok) throw new Error(found.error);
    const variables = Object.entries(server.env).map(([variable, value]) => ({ name: variable, value }));
    return { name, command: found.value, args: [...server.args], env: variables };
  });
}
