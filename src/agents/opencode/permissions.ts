/** What opencode is told not to do. Measured with 1.18.33, which does by its own rules whatever it is not kept from. */

import { CAPABILITIES, type Capability, toolsFor } from '../tools/capabilities.ts';

/** Names of its permissions; `edit` is for all that changes files. */
const PERMISSIONS: Readonly<Record<Capability, readonly string[]>> = {
  read: ['read'],
  search: ['glob', 'grep', 'list'],
  edit: ['edit'],
  run: ['bash'],
  fetch: ['webfetch'],
  web: ['websearch', 'codesearch'],
  delegate: ['task'],
};

/**
 * Without walls not done unless the user gives leave, though its own rules allow it. What it has to ask for is refused
 * where nobody is there, and it ends; what is denied it goes on without.
 */
export const NOT_UNASKED: readonly Capability[] = ['run', 'fetch', 'web'];

export type Denied = Readonly<Record<string, 'deny'>>;

/** `outside`: it may leave its worktree. */
export function denied(kept: readonly Capability[], { outside }: { readonly outside: boolean }): Denied {
  const all = CAPABILITIES.filter((each) => kept.includes(each));
  const names = [...toolsFor(all, PERMISSIONS), ...(outside ? [] : ['external_directory'])];
  return Object.fromEntries(names.map((name) => [name, 'deny']));
}

interface ByAcp {
  /** What it is given leave for. */
  readonly permissions: 'all' | 'edits' | 'none';
  readonly withheld: readonly Capability[];
}

/** Behind ACP, where it asks for no leave unless its settings say so. Variables of its environment count before them. */
export function opencodeByAcpEnv({ permissions, withheld }: ByAcp): Readonly<Record<string, string>> {
  const unasked = { all: [], edits: NOT_UNASKED, none: CAPABILITIES }[permissions];
  const rules = denied([...withheld, ...unasked], { outside: permissions === 'all' });
  return Object.keys(rules).length === 0 ? {} : { OPENCODE_PERMISSION: JSON.stringify(rules) };
}
