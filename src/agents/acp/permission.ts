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

/** Answers by policy, for nobody is there to be asked. The narrowest leave that is offered is given. */
export function answerPermission(
  settings: Pick<BridgeSettings, 'permissions' | 'withheld'>,
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

function isAllowed(
  { permissions, withheld }: Pick<BridgeSettings, 'permissions' | 'withheld'>,
  kind: ToolKind,
): boolean {
  if (withheld.some((each) => KINDS[each].includes(kind))) return false;
  return permissions === 'all' || (permissions === 'edits' && EDITS.includes(kind));
}
