/** Which commands prove the work: those of the base and of the tip, and what the user's settings say. Pure. */

import type { CheckCommand } from '../core/settings.ts';
import type { CheckKind, FoundCheck } from './detect/found-check.ts';

export interface PlannedCheck {
  /** Unique in its list: the kind, with the tool behind it where there are several of the kind. */
  readonly name: string;
  /** `custom`: a name that the user has given. */
  readonly kind: CheckKind | 'custom';
  readonly tool: string;
  readonly critical: boolean;
  /** As the tip has it; absent where only the base has the check: the work took it away. */
  readonly command?: string;
  /** As the base has it; absent where only the tip has the check. */
  readonly baseCommand?: string;
  /** Script of package.json that the base's command runs. */
  readonly script?: string;
}

export interface PlanRequest {
  readonly base: readonly FoundCheck[];
  readonly tip: readonly FoundCheck[];
  readonly commands: Readonly<Record<string, CheckCommand>>;
}

/** In this order they are shown. */
const KINDS: readonly CheckKind[] = ['build', 'type-check', 'lint', 'tests', 'coverage', 'security-audit'];
const CRITICAL: ReadonlySet<string> = new Set(['build', 'type-check', 'tests']);

export function planChecks({ base, tip, commands }: PlanRequest): PlannedCheck[] {
  const found = nameChecks(pairUp(base, tip));
  const named = Object.entries(commands);
  const isSet = (check: PlannedCheck): boolean =>
    named.some(([name]) => name === check.name || name === check.kind);
  const own = named.flatMap(([name, { run, critical }]): PlannedCheck[] => {
    if (run.trim() === '') return [];
    return [{ name, kind: kindOf(name), tool: 'settings', critical, command: run, baseCommand: run }];
  });
  const all = [...found.filter((check) => !isSet(check)), ...own];
  const rank = ({ kind }: PlannedCheck): number => (kind === 'custom' ? KINDS.length : KINDS.indexOf(kind));
  return all.sort((left, right) => rank(left) - rank(right));
}

/** Whether the user has said something on it: a command of his own, or an empty one that switches it off. */
export function isOverridden(name: string, commands: Readonly<Record<string, CheckCommand>>): boolean {
  return Object.hasOwn(commands, name);
}

interface Pair {
  readonly kind: CheckKind;
  readonly tool: string;
  readonly before: FoundCheck | undefined;
  readonly now: FoundCheck | undefined;
}

function pairUp(base: readonly FoundCheck[], tip: readonly FoundCheck[]): Pair[] {
  const find = (list: readonly FoundCheck[], { kind, tool }: FoundCheck): FoundCheck | undefined =>
    list.find((each) => each.kind === kind && each.tool === tool);
  const added = tip.filter((each) => find(base, each) === undefined);
  return [...base, ...added].map((each) => {
    const { kind, tool } = each;
    return { kind, tool, before: find(base, each), now: find(tip, each) };
  });
}

function nameChecks(pairs: readonly Pair[]): PlannedCheck[] {
  return pairs.map(({ kind, tool, before, now }) => {
    const isAlone = pairs.filter((each) => each.kind === kind).length === 1;
    return {
      name: isAlone ? kind : `${kind}-${tool}`,
      kind,
      tool,
      critical: CRITICAL.has(kind),
      ...(now === undefined ? {} : { command: now.command }),
      ...(before === undefined ? {} : { baseCommand: before.command }),
      ...(before?.script === undefined ? {} : { script: before.script }),
    };
  });
}

/** `tests-python` is one of tests. */
function kindOf(name: string): PlannedCheck['kind'] {
  return KINDS.find((kind) => name === kind || name.startsWith(`${kind}-`)) ?? 'custom';
}
