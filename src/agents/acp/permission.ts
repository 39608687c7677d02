import type { RequestPermissionRequest, RequestPermissionResponse, ToolKind } from '@agentclientprotocol/sdk';
import type { Capability } from '../tools/capabilities.ts';
import type { BridgeSettings } from './settings.ts';

/** What touches nothing but files, as far as the agent says what it is. */
const EDITS: readonly ToolKind[] = ['read', 'edit', 'search', 'think'];

const KINDS: Readonly<Record<Capability, readonly ToolKind[]>> = {
  read: ['read'],
  search: ['search'],
  edit: ['edit', 'delete', 'move'],
  run: ['execute'],
  fetch: ['fetch'],
  web: [],
  delegate: [],
};

type Leave = Pick<BridgeSettings, 'permissions' | 'withheld' | 'mcp' | 'mcpServers'>;

/** Answers by policy, for nobody is there to be asked. The narrowest leave that is offered is given. */
export function answerPermission(
  settings: Leave,
  { toolCall, options }: RequestPermissionRequest,
): RequestPermissionResponse {
  const kinds = isAllowed(settings, toolCall.kind ?? 'other')
    ? ['allow_once', 'allow_always']
    : ['reject_once', 'reject_always'];
  for (const kind of kinds) {
    const option = options.find((each) => each.kind === kind);
    if (option !== undefined) return { outcome: { outcome: 'selected', optionId: option.optionId } };
  }
  return { outcome: { outcome: 'cancelled' } };
}

function isAllowed({ permissions, withheld, mcp, mcpServers }: Leave, kind: ToolKind): boolean {
  if (withheld.some((each) => KINDS[each].includes(kind))) return false;
  // It may be any of what is withheld, or a tool of a server that was named for it.
  const hasServers = Object.keys(mcp).length + mcpServers.length > 0;
  if (kind === 'other' && withheld.length > 0 && !hasServers) return false;
  return permissions === 'all' || (permissions === 'edits' && EDITS.includes(kind));
}
