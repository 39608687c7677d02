/** A project in which two tasks change one line at the same time. */

import { makeProject, type Project } from './project.ts';

const SHARED = 'begin\nnames = []\nend\n';
/** Until the first task is on the line. */
const WAIT =
  "until git log --format=%s --glob='refs/cox/*/candidates/*' | grep -q task-001; do sleep 0.05; done";

export interface ConflictFiles {
  /** YAML of the steps of the later attempts of task-002. */
  readonly attempts: string;
  /** YAML lines of the config. */
  readonly config?: string;
  /** Of the wave of both: then nothing is on the integration branch before all of it is. */
  readonly validation?: string;
}

/** Two tasks change one line at the same time; task-002 is merged second. */
export function conflictProject({
  attempts,
  config = 'resolve:\n  agent: recipe\n',
  validation,
}: ConflictFiles): Project {
  const edit = (name: string): string =>
    `- edit: {path: shared.txt, find: "names = []", replace: "names = [${name}]"}`;
  return makeProject({
    files: { 'shared.txt': SHARED },
    waves: [
      {
        tasks: { 'task-001': { create: 'one.txt' }, 'task-002': { create: 'two.txt' } },
        ...(validation === undefined ? {} : { validation }),
      },
      { tasks: { 'task-003': { create: 'three.txt', deps: 'task-002' } } },
    ],
    recipe: `
tasks:
  task-001:
    ${edit('one')}
    - write: {path: one.txt, text: "one\\n"}
  task-002:
    attempts:
      1:
        ${edit('two').replace('\n', '\n        ')}
        - write: {path: two.txt, text: "two\\n"}
        - run: "${WAIT.replaceAll('"', '\\"')}"
${attempts}
  task-003:
    - write: {path: three.txt, text: "three\\n"}
`,
    config: `checks:\n  enabled: false\n${config}`,
  });
}
