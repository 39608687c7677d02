/** What a rule looks at. Rules only add findings; none changes the plan. */

import type { Schedule } from '../../../core/plan.ts';
import type { FindingList } from '../../finding-list.ts';
import type { LocatedText } from '../../located-text.ts';
import type { JsonDocument } from '../../read-json.ts';
import type { LinkedTask } from '../link-tasks.ts';
import type { Manifest } from '../schema.ts';
import type { TaskAgents } from '../task-agents.ts';

export interface RuleInput {
  readonly manifest: Manifest;
  readonly document: JsonDocument;
  /** In the order of the waves. */
  readonly tasks: readonly LinkedTask[];
  readonly agents: TaskAgents;
  /** Every text of the plan's folder, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths that are there but could not be read; those of folders end in a slash. */
  readonly unreadable: ReadonlySet<string>;
  readonly manifestText: LocatedText;
  readonly allowUnpinned: boolean;
  readonly schedule: Schedule;
  readonly ignoreCase: boolean;
  /** They count as missing although there is no folder of them. */
  readonly promptsWanted: boolean;
}

export type Rule = (input: RuleInput, findings: FindingList) => void;
