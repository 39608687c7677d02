/** The plan that a new folder begins with: one task, to be filled in. */

import type { Plan, TextFile } from '../../../core/plan.ts';

export interface Starter {
  readonly id: string;
  readonly name: string;
  readonly title?: string;
  readonly technology?: string;
  /** Relative to the repository. */
  readonly techSpec?: string;
}

export function starterPlan({ id, name, title, technology, techSpec }: Starter): Plan {
  const about = title ?? name;
  const contracts = contractFiles(about, technology);
  return {
    id,
    name,
    ...(title === undefined ? {} : { title }),
    format: 'manifest',
    ...(technology === undefined ? {} : { technology }),
    ...(techSpec === undefined ? {} : { techSpec }),
    groups: [{ number: 1, name: 'Wave 1', tasks: ['task-001'], after: [] }],
    tasks: [
      {
        id: 'task-001',
        title: `The first task of ${about}`,
        group: 1,
        dependsOn: [],
        scope: { create: [], modify: [], boundary: [] },
        component: name,
        requirements: [],
        criteria: [],
        skills: [],
        contracts: contracts.map(({ path }) => path),
        resources: [],
        verifyOnly: false,
        prompt: '',
      },
    ],
    wishes: {},
    context: [{ path: 'context.md', text: contextText(about, techSpec) }, ...contracts],
  };
}

function contextText(about: string, techSpec: string | undefined): string {
  const spec = techSpec === undefined ? '' : `\nThe tech spec is ${techSpec}.\n`;
  return `# ${about}
${spec}
Every agent reads this page: keep it short, and say only what several tasks need.

## What is built

## Where things are

## Conventions
`;
}

function contractFiles(about: string, technology: string | undefined): readonly TextFile[] {
  const types =
    technology === 'python' || technology === 'django'
      ? { path: 'contracts/types.py', text: `"""Types that several tasks of ${oneLine(about)} share."""\n` }
      : { path: 'contracts/types.ts', text: `// Types that several tasks of ${oneLine(about)} share.\n` };
  const title = JSON.stringify(about);
  const api = `openapi: 3.1.0\ninfo:\n  title: ${title}\n  version: 0.1.0\npaths: {}\n`;
  return [types, { path: 'contracts/api-schema.yaml', text: api }];
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s"\\]+/g, ' ').trim();
}
