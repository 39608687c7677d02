/** The text an agent is started with, for a task that has no prompt file. */

import type { Scope, ScopeEntry, Validation } from '../core/plan.ts';

export interface PromptInput {
  readonly id: string;
  readonly title: string;
  readonly agent?: string;
  /** Who the agent is and how it works, in the words of the repository; empty or absent for nothing. */
  readonly role?: string;
  /** Of a plan that has waves. */
  readonly wave?: number;
  readonly dependsOn: readonly string[];
  readonly component?: string;
  readonly skills: readonly string[];
  readonly contracts: readonly string[];
  readonly scope: Scope;
  readonly verifyOnly: boolean;
  /** The scope's files to modify may be there or not. */
  readonly mayCreate?: true;
  /** Texts as they are written. */
  readonly requirements: string;
  readonly checklist: string;
  /** What else the plan says of it. */
  readonly more?: string;
  /** Text of context.md; empty when there is none. */
  readonly context: string;
  readonly technology?: string;
  readonly pythonVersion?: string;
  readonly validation?: Validation;
}

/** A longer context is named instead of copied: it would be stored and sent once for every task. */
const LONGEST_CONTEXT = 60_000;

/** By technology, what its projects are commonly checked with. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  python: ['pytest', 'mypy .', 'ruff check .'],
  django: ['python manage.py check', 'pytest', 'mypy .', 'ruff check .'],
  typescript: ['npx tsc --noEmit', 'npm run lint', 'npm test', 'npm run build'],
  javascript: ['npm run lint', 'npm test'],
  go: ['go build ./...', 'go vet ./...', 'go test ./...', 'gofmt -d .'],
  rust: ['cargo build', 'cargo clippy', 'cargo test'],
};

const REQUIREMENTS = 'IMPLEMENTATION REQUIREMENTS';
const NONE = 'None.';
/** Not "None.": that would forbid to make any. */
const OPEN = 'The plan names none: those that this task needs.';

const COMPLETION = 'COMPLETION SIGNAL';
const COMPLETION_BEGINS = 'When all acceptance criteria are met and your checks pass, print this line:';

/** True for a prompt that was made of a task without requirements. */
export function isBarePrompt(text: string): boolean {
  return text.replaceAll('\r\n', '\n').includes(`=== ${REQUIREMENTS} ===\n${NONE}\n`);
}

/** True for a prompt that was made here, whatever has been changed in it since. */
export function isMadePrompt(text: string): boolean {
  return text.replaceAll('\r\n', '\n').includes(`=== ${COMPLETION} ===\n${COMPLETION_BEGINS}\n`);
}

/** By name; what stands before the first is called by the empty one. */
export function promptSections(text: string): ReadonlyMap<string, string> {
  const [header = '', ...parts] = text.split(/^=== (.+) ===[ \t]*\r?$/m);
  const sections = new Map([['', header]]);
  for (let index = 0; index < parts.length; index += 2) {
    const [name = '', body = ''] = parts.slice(index, index + 2);
    // A text that is copied into a section may have such lines as well.
    sections.set(name, `${sections.get(name) ?? ''}${body}`);
  }
  return sections;
}

export function renderPrompt(task: PromptInput): string {
  const sections: readonly (readonly [string, string])[] = [
    ...((task.role ?? '') === '' ? [] : [['YOUR ROLE', roleText(task)] as const]),
    ['REQUIRED SKILLS', bullets(task.skills)],
    ['CONTEXT', contextText(task.context)],
    ['OBJECTIVE', objective(task)],
    ['CONTRACTS', contractText(task.contracts)],
    ...fileSections(task),
    ['DO NOT MODIFY', bullets(task.scope.boundary.map(entryText))],
    [
      REQUIREMENTS,
      orNone([task.requirements, task.more ?? ''].filter((text) => text.trim() !== '').join('\n\n')),
    ],
    ['ACCEPTANCE CRITERIA', orNone(task.checklist)],
    ['EXECUTION INSTRUCTIONS', instructions(task)],
    ['IMPORTANT RULES', bullets(rules(task))],
    [COMPLETION, completion(task.id)],
    ['OUTPUT FORMAT (REQUIRED)', OUTPUT_FORMAT],
  ];
  return `${[header(task), ...sections.map(([name, text]) => `=== ${name} ===\n${text}`)].join('\n\n')}\n`;
}

/** The first line of a prompt. The id's own `task-` is not said twice. */
export function promptTitle(id: string, title: string): string {
  return `TASK-${id.replace(/^task-/i, '')}: ${title}`;
}

function header(task: PromptInput): string {
  return [
    promptTitle(task.id, task.title),
    `Agent: ${task.agent ?? 'none named'}`,
    ...(task.wave === undefined ? [] : [`Wave: ${task.wave}`]),
    `Dependencies: ${task.dependsOn.length === 0 ? 'none' : task.dependsOn.join(', ')}`,
  ].join('\n');
}

function fileSections({ scope, mayCreate, verifyOnly }: PromptInput): readonly (readonly [string, string])[] {
  const [create, modify] = [scope.create, scope.modify].map((entries) => entries.map(entryText));
  if (mayCreate && modify !== undefined && modify.length > 0)
    return [['FILES TO CREATE OR MODIFY', bullets(modify)]];
  const isOpen = create?.length === 0 && modify?.length === 0 && !verifyOnly;
  const files = (names: readonly string[]): string => (isOpen ? OPEN : bullets(names));
  return [
    ['FILES TO CREATE', files(create ?? [])],
    ['FILES TO MODIFY', files(modify ?? [])],
  ];
}

function bullets(lines: readonly string[]): string {
  return lines.length === 0 ? NONE : lines.map((line) => `- ${line}`).join('\n');
}

function orNone(text: string): string {
  return text.trim() === '' ? NONE : text;
}

function entryText({ pattern, symbol }: ScopeEntry): string {
  return symbol === undefined ? pattern : `${pattern}::${symbol}`;
}

function roleText({ agent, role = '' }: PromptInput): string {
  const name = agent === undefined ? '' : `You work as ${agent}.\n\n`;
  if (role.length <= LONGEST_CONTEXT) return `${name}${role}`;
  return `${name}What that means is long: it is below .claude/agents in the folder that $COX_CONTEXT_DIR names.`;
}

function contextText(context: string): string {
  if (context.length <= LONGEST_CONTEXT) return orNone(context.trim());
  return 'The context is long. It is the file context.md in the folder that $COX_CONTEXT_DIR names: read it first.';
}

function objective({ title, component, verifyOnly }: PromptInput): string {
  const about = component === undefined ? '' : ` It belongs to the component ${component}.`;
  const verify = verifyOnly ? '\nThis task only verifies: look, test and report; change no file.' : '';
  return `${title}.${about}${verify}`;
}

function contractText(contracts: readonly string[]): string {
  if (contracts.length === 0) return 'None.';
  return `Keep to these files; they lie in the folder that $COX_CONTEXT_DIR names:\n${bullets(contracts)}`;
}

function instructions({ technology, pythonVersion, validation }: PromptInput): string {
  const checks = CHECKS[technology?.toLowerCase() ?? ''] ?? [];
  const lines = [
    'The current directory is your own worktree of the repository, on a branch of your own. Work in it and nowhere else.',
    'What the tasks you depend on have made is already there.',
    ...(pythonVersion === undefined ? [] : [`Write for Python ${pythonVersion}.`]),
    'Commit your work with clear messages as you go; what is left uncommitted is committed for you.',
    checks.length === 0
      ? "Before you finish, run the project's own tests and checks, and mend what they find."
      : `Before you finish, run what the project has of these, and mend what they find: ${checks.join(', ')}.`,
  ];
  return [...lines, ...validationLines(validation)].map((line, index) => `${index + 1}. ${line}`).join('\n');
}

function validationLines(validation: Validation | undefined): readonly string[] {
  if (validation === undefined) return [];
  const [what, text] =
    validation.kind === 'shell' ? ['command', validation.command] : ['Python', validation.code];
  return [
    `When all tasks of this group are merged, this ${what} must succeed:\n${text.replace(/^/gm, '   ')}`,
  ];
}

function rules({ scope, verifyOnly }: PromptInput): readonly string[] {
  const namesFiles = scope.create.length + scope.modify.length > 0;
  const files = namesFiles
    ? 'Create and modify only the files named above.'
    : 'Change only what this task needs: other tasks work on the same project at the same time.';
  return [
    verifyOnly ? 'Change no file.' : files,
    'Leave everything under DO NOT MODIFY as it is: other tasks work on it at the same time.',
    'Do not change what a contract says; when it cannot be kept, say so in your summary.',
    'Do not switch branches, push, or rewrite commits that were there before you.',
    'Decide small things that are left open yourself, and write down what you decided in your summary.',
  ];
}

function completion(id: string): string {
  return [
    COMPLETION_BEGINS,
    `<promise>TASK_DONE: ${id}</promise>`,
    'When the task cannot be done, say why, and print this line instead:',
    `<promise>TASK_FAILED: ${id}</promise>`,
  ].join('\n');
}

const OUTPUT_FORMAT = `End with one JSON object of this form, and nothing behind it but the line of the completion signal:
{"task_completed": true, "validation_passed": true, "files_created": [], "files_modified": [], "tests_run": 0, "tests_passed": 0, "tests_failed": 0, "summary": "", "full_log": "", "error_message": null}`;
