/** A plan of each family in a project of its own, with a recipe by which the embedded agent can do all of it. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newSession } from '../../src/formats/auto/session-file.ts';
import { UV_CHANGES } from '../../src/testing/fake-uv.ts';
import type { FileMap } from '../../src/testing/git-fixture.ts';
import { planExamples } from '../../src/testing/plan-examples.ts';
import { makeProject, type Project } from './project.ts';

export interface FamilyPlan {
  readonly title: string;
  readonly format: 'manifest' | 'auto' | 'queue' | 'plan-md';
  /** Of the examples in src/formats. */
  readonly example: string;
  /** Where its files lie in the project. */
  readonly folder: string;
  /** What commands are told. */
  readonly plan: string;
  /** In the plan's order, without those that were done before. */
  readonly tasks: readonly string[];
  readonly groups: number;
  readonly recipe: string;
  readonly files?: FileMap;
  readonly config?: string;
  /** What its validations and checks are run with. */
  readonly needs?: readonly [program: string, ...args: string[]];
}

const INVENTORY_FILES: FileMap = {
  'config/urls.py': "urlpatterns = []\nhandler = 'none'\n",
  'config/settings.py': "DEBUG = False\nINSTALLED_APPS = ['base']\n",
  'pyproject.toml': '[project]\nname = "shop"\nversion = "1.0.0"\n',
  'tech-specs/approved/TS-0042-inventory.md':
    '---\ntech_spec_id: TS-0042\ntitle: Inventory\nstatus: APPROVED\n---\n\n# TS-0042: Inventory\n',
};

const INVENTORY_RECIPE = `
tasks:
  task-001:
    - write: {path: apps/users/models.py, lines: ["class User:", "    id: int", "    email: str"]}
    - write: {path: apps/users/views.py, lines: [from apps.users.models import User]}
    - write: {path: apps/users/urls.py, lines: ["routes = ['/api/users/']"]}
    - write: {path: apps/users/tests/test_users.py, lines: ["def test_users():", "    assert True"]}
    - edit: {path: config/urls.py, find: "urlpatterns = []", replace: "urlpatterns = ['/api/users/']"}
    - commit: Users
  task-002:
    - write: {path: apps/products/models.py, lines: ["class Product:", "    id: int"]}
    - write: {path: apps/products/views.py, lines: [from apps.products.models import Product]}
    - write: {path: apps/products/tests/test_products.py, lines: ["def test_products():", "    assert True"]}
    - edit: {path: config/settings.py, find: "['base']", replace: "['base', 'products']"}
  task-003:
    - assertFile: {path: apps/users/models.py}
    - assertFile: {path: apps/products/models.py}
    - write: {path: apps/orders/models.py, lines: ["class Order:", "    id: int", "    user_id: int"]}
    - write: {path: apps/orders/tests/test_orders.py, lines: ["def test_orders():", "    assert True"]}
`;

const INVENTORY = {
  format: 'manifest',
  folder: 'parallel/TS-0042-inventory-system',
  plan: 'parallel/TS-0042-inventory-system',
  tasks: ['task-001', 'task-002', 'task-003'],
  groups: 2,
  recipe: INVENTORY_RECIPE,
  files: INVENTORY_FILES,
  needs: ['python3', '-m', 'pytest'],
} as const;

export const FAMILY_PLANS: readonly FamilyPlan[] = [
  { ...INVENTORY, title: 'a manifest', example: 'manifest/inventory' },
  { ...INVENTORY, title: 'a manifest of the older form', example: 'manifest/older-form' },
  {
    title: "a decomposer's plan",
    format: 'auto',
    example: 'auto/settings-page',
    folder: '.claude/plans',
    plan: '.claude/plans/auto-settings-page.md',
    tasks: ['task-1', 'task-2', 'task-3', 'task-4', 'task-5'],
    groups: 2,
    // Else nothing would have verified its groups.
    config: 'checks:\n  commands:\n    tests: test -f tsconfig.json\n',
    files: {
      'tsconfig.json': '{}\n',
      '.claude/auto-context.yaml': 'parallelization:\n  max_agents: 3\n',
      '.claude/auto-state-machine.yaml': newSession({
        state: 'PARALLELIZE',
        id: 'auto-20261121',
        startedAt: '2026-11-21T10:00:00Z',
      }),
    },
    recipe: `
tasks:
  task-1: [{write: {path: globals.css, text: "a {}"}}, {write: {path: tailwind.config, text: "{}"}}]
  task-2: [{write: {path: sidebar.tsx, text: "export {};"}}]
  task-3: [{write: {path: header.tsx, text: "export {};"}}]
  task-4: [{assertFile: globals.css}, {assertFile: sidebar.tsx}, {write: {path: stat-bar.tsx, text: "export {};"}}]
  task-5: [{assertFile: header.tsx}, {write: {path: onboarding.tsx, text: "export {};"}}]
`,
  },
  {
    title: 'a queue',
    format: 'queue',
    example: 'queue/fork-join',
    folder: '.agent/queue',
    plan: '.agent/queue',
    tasks: ['001', '002', '003', '004'],
    groups: 2,
    recipe: `
tasks:
  '001': [{write: {path: src/frontend/a.ts, text: "export {};"}}]
  '002': [{write: {path: src/backend/a.ts, text: "export {};"}}]
  '003': [{write: {path: src/mail/a.ts, text: "export {};"}}]
  '004':
    - run: 'cat src/*/a.ts > src/main.ts'
`,
  },
  {
    title: 'a plan of parallel groups',
    format: 'plan-md',
    example: 'plan-md/groups-of-bullets',
    folder: '.',
    plan: 'MULTI_AGENT_PLAN.md',
    tasks: ['3.2', '3.3', '3.4', '3.5', 'pg4-task-1', 'pg4-task-2', 'pg4-task-3'],
    groups: 2,
    recipe: `
tasks:
  pg4-task-1: [{say: all green}]
  pg4-task-2: [{say: fast enough}]
default:
  - run: 'echo "$COX_TASK_ID" > "made-$COX_TASK_ID.txt"'
`,
  },
];

export interface FamilyProject extends Project {
  /** The variables of every command. */
  readonly variables: Readonly<Record<string, string>>;
}

/** With a package manager that changes the project's own files alone. */
export function familyProject({ example, folder, recipe, files = {}, config }: FamilyPlan): FamilyProject {
  const found = planExamples().find(({ name }) => name === example);
  if (found === undefined) throw new Error(`there is no example ${example}`);
  // What the repository says of its agents lies at its top.
  const placeOf = (path: string): string => (path.startsWith('.claude/') ? path : join(folder, path));
  const texts = [...found.texts].map(([path, text]) => [placeOf(path), text] as const);
  const made = makeProject({
    waves: [],
    files: { ...files, ...Object.fromEntries(texts) },
    recipe,
    ...(config === undefined ? {} : { config }),
  });
  const programs = join(made.root, 'programs');
  mkdirSync(programs);
  writeFileSync(join(programs, 'uv'), `#!/bin/sh\n${UV_CHANGES}`, { mode: 0o755 });
  return { ...made, variables: { PATH: `${programs}:${process.env['PATH'] ?? ''}` } };
}
