/** Files that look like plans of parallel groups, more or less. */

import fc from 'fast-check';
import { hostileText } from './hostile-text.ts';

const HEADINGS = [
  '# Multi-Agent Plan: Shop\n\n',
  '## Parallel Group 1: Design\n',
  '### Parallel Group 2: Core (Days 3-5) ✅ COMPLETED\n',
  '## Parallel Group 3\n',
  '## Parallel Group: Testing\n',
  '### Workstream 1: Backend\n',
  '### Workstream 2: Frontend ✅\n',
  '## Notes\n',
  '#### Success Criteria\n',
  '## Task Assignment Matrix\n\n| Task ID | What | Agent Role | Branch | Parallel Group | Status | Dependencies |\n|--|--|--|--|--|--|--|\n',
  '## Agent Assignments\n\n| Task ID | Agent Type | Agent Instance | Status | Dependencies |\n|--|--|--|--|--|\n',
];
const FIELDS = [
  '**Duration**: 3 days\n',
  '**Duration:** 2 days → **Actual**: 1h\n',
  '**Dependencies**: None\n\n',
  '**Dependencies**: Group 1 complete\n\n',
  '**Dependencies**: Group 1 complete, can overlap with Group 2\n\n',
  '**Dependencies**: All previous groups complete\n\n',
  '**Dependencies**: Workstream 1\n\n',
  '**Agent:** builder-1\n',
  '**Success Criteria**:\n',
];
const TASKS = [
  '- [ ] Task 1.1: Design it (Agent: Architect-1, Est: 4h)\n',
  '- [x] 1.2: Draw it (Builder-1, 6h) ✅ 1h 32min\n',
  '- [x] 2.1: Build it (Builder-1, 4h) ⏭️ Moved to Group 3\n',
  '- [x] 2.2: Test it (Validator-1, 6h) ⚠️ 1h 41min (warnings)\n',
  '- [ ] 2.3: Look (Builder-1, Builder-2) ✅\n',
  '- [ ] 2.4: Wait (Builder-2) 🚫 Blocked: legal\n',
  '- [ ] 2.5: Go on (Builder-2, depends on 2.4) 🔄 In progress\n',
  '- [/] 2.6: Later (Builder-2, on hold)\n',
  '- Task 3.1: Extract (Builder-1)\n',
  '- Task: Unit tests (Validator-1)\n',
  '- Build a page (Builder-3)\n',
  '* [ ] **Task 4.1**: Depend (Builder-1, depends on 1.1, 2.1, Est: soon)\n',
  '  - Depends on: 1.1\n',
  '  - [ ] it works\n',
  '  - sign and verify\n',
  '| T1 | Design | Architect | feature/a | 1 | ✅ Done | - |\n',
  '| T2 | Build \\| it | Builder-1 | a b | Group 2 | Pending | T1 |\n',
  '| T3 | builder | 2 |  | T1,T2 |\n',
  '| T4 | Skip | Builder | | 1 | Blocked | T1 |\n',
  '| 1.1 | again | Other-1 | | 2 | done | 9.9 |\n',
];
const OTHERS = [
  '\n',
  '\r\n',
  '\n\n',
  '`',
  '|',
  '**',
  ': ',
  '(',
  ')',
  '\0',
  '\ufeff',
  '```\n',
  '> ',
  '\t',
  '1. ',
  '<!-- ',
  '---\n',
  '✅',
  '⏭️ Moved to Group 9',
  '🔄',
];

const START = fc.constantFrom('', ...HEADINGS.slice(1, 6));

export const planMdText: fc.Arbitrary<string> = fc
  .tuple(
    START,
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...HEADINGS, ...FIELDS, ...TASKS, ...TASKS) },
        { weight: 1, arbitrary: fc.constantFrom(...OTHERS) },
        { weight: 1, arbitrary: hostileText },
      ),
      { maxLength: 30 },
    ),
  )
  .map(([start, parts]) => start + parts.join(''));
