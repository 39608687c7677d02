import type { AttemptSpec } from '../../core/attempt.ts';
import type { AgentProfile } from '../../core/plan.ts';
import { printableLine } from '../../core/printable.ts';
import type { Slot } from '../../ports/worktree.ts';
import { allowedEnvironment, type HostEnvironment } from '../../process/environment.ts';
import type { AttemptPaths } from '../driver.ts';
import { statusPath } from '../listening/status-file.ts';

export interface EnvironmentRequest {
  readonly host: HostEnvironment;
  readonly spec: AttemptSpec;
  readonly slot: Slot;
  readonly paths: AttemptPaths;
  /** Names (or prefixes with `*`) of the host's environment that this agent gets beside the common ones. */
  readonly more: readonly string[];
  /** What the driver sets. */
  readonly driver: Readonly<Record<string, string>>;
}

/** All that the agent's process sees: the allow list, the driver's own, the slot's, and `COX_…`, which nothing overrides. */
export function agentEnvironment(request: EnvironmentRequest): Record<string, string> {
  const { spec, slot, paths } = request;
  return {
    ...allowedEnvironment(request.host, request.more),
    ...request.driver,
    ...slot.environment,
    COX_RUN_ID: spec.id.run,
    COX_TASK_ID: spec.id.task,
    COX_ATTEMPT: String(spec.id.number),
    COX_BRANCH: spec.branch,
    ...profileEnvironment(spec.profile),
    COX_BASE: spec.base,
    COX_CONTEXT_DIR: paths.context,
    COX_PROMPT_FILE: paths.prompt,
    COX_OUTBOX: paths.outbox,
    COX_INBOX: paths.inbox,
    COX_STATUS_FILE: statusPath(paths),
  };
}

function profileEnvironment(profile: AgentProfile | undefined): Record<string, string> {
  if (profile === undefined) return {};
  const { name, model, tools } = profile;
  return {
    COX_AGENT: printableLine(name),
    ...(model === undefined ? {} : { COX_AGENT_MODEL: printableLine(model) }),
    ...(tools === undefined ? {} : { COX_AGENT_TOOLS: tools.map(printableLine).join(',') }),
  };
}
