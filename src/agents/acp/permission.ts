import type { RequestPermissionRequest, RequestPermissionResponse, ToolKind } from '@agentclientprotocol/sdk';
import type { Permissions } from './settings.ts';

/** What touches nothing but files, as far as the agent says what it is. */
const EDITS: readonly ToolKind[] = ['read', 'edit', 'search', 'think'];

/** Answers by policy, for nobody is there to be asked. The narrowest leave that is offered is given. */
export function answerPermission(
  permissions: Permissions,
  { toolCall, options }: RequestPermissionRequest,
): RequestPermissionResponse {
  const isAllowed =
    permissions === 'all' || (permissions === 'edits' && EDITS.includes(toolCall.kind ?? 'other'));
  const kinds = isAllowed ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  for (const kind of kinds) {
    const option = options.find((each) => each.kind === kind);
    if (option !== undefined) return { outcome: { outcome: 'selected', optionId: option.optionId } };
  }
  return { outcome: { outcome: 'cancelled' } };
}
