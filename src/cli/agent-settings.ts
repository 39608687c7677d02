import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AgentChoice } from '../config/agent-choice.ts';
import type { HelperChoice } from '../config/helper-choice.ts';
import type { ResolvedQa, ResolvedQuestions, ResolvedResolver } from '../config/resolve.ts';
import { suggest } from '../config/suggest.ts';
import { err, ok, type Result, unreachable } from '../core/result.ts';
import type { AgentSettings, QaSettings, ResolverSettings, RunSettings } from '../core/settings.ts';
import type { KnownAgent } from './context.ts';
import { EXIT, type Stop } from './exit.ts';

export interface AgentFolders {
  /** Absolute; paths of flags and of the environment are relative to it. */
  readonly current: string;
  /** The repository's top level, for the project's config. */
  readonly root: string | null;
  /** For the user's config. */
  readonly userConfig: string | null;
}

/** The agent with its files read, as it goes into the run's log: a resume must not depend on a file that has changed. */
export async function agentSettings(
  choice: AgentChoice,
  folders: AgentFolders,
): Promise<Result<AgentSettings, Stop>> {
  switch (choice.is) {
    case 'none':
      return err({
        code: EXIT.refused,
        message: 'no agent is chosen to do the tasks',
        remedy:
          'Give --agent claude-code (or codex, gemini …), or --agent-command \'your-agent "$(cat)"\', which gets the prompt on\n' +
          'standard input. agent.driver or agent.command in coxswain.config.yaml sets it for good; `cox doctor` says which\n' +
          'agents are installed.',
      });
    case 'driver':
      return ok({ driver: choice.driver, options: choice.options });
    case 'recipe':
      return await recipeSettings(choice, folders);
  }
}

/** Null when nobody is to look at the agents' work. The error is for a run that may not be without. */
export function qaSettings(
  { choice, isRequired, ...limits }: ResolvedQa,
  agent: AgentSettings,
): Result<QaSettings | null, Stop> {
  switch (choice.is) {
    case 'off':
    case 'nobody':
      return isRequired ? err(noQa(choice.is)) : ok(null);
    case 'same-agent':
      return ok({ agent, ...limits });
    case 'driver':
      return ok({ agent: { driver: choice.driver, options: choice.options }, ...limits });
    default:
      return unreachable(choice);
  }
}

/** Null when conflicts are left to another try at the task. */
export function resolverSettings(
  { choice, ...limits }: ResolvedResolver,
  agent: AgentSettings,
): ResolverSettings | null {
  switch (choice.is) {
    case 'off':
      return null;
    case 'nobody':
      return { agent: null, ...limits };
    case 'same-agent':
      return { agent, ...limits };
    case 'driver':
      return { agent: { driver: choice.driver, options: choice.options }, ...limits };
    default:
      return unreachable(choice);
  }
}

/** Absent when what agents ask waits for the user. The error is for a run whose adviser is nobody. */
export function questionSettings(
  { choice, ...rule }: ResolvedQuestions,
  agent: AgentSettings,
): Result<Pick<RunSettings, 'questions'>, Stop> {
  switch (choice.is) {
    case 'off':
      return ok(rule.answer === undefined ? {} : { questions: rule });
    case 'nobody':
      return err(NO_ADVISER);
    case 'same-agent': {
      // The tools that it works with are not for somebody who only reads.
      const { tools: _, ...options } = agent.options;
      return ok({ questions: { adviser: { ...agent, options }, ...rule } });
    }
    case 'driver':
      return ok({ questions: { adviser: { driver: choice.driver, options: choice.options }, ...rule } });
    default:
      return unreachable(choice);
  }
}

const NO_ADVISER: Stop = {
  code: EXIT.refused,
  message: 'questions go to an adviser, and there is no agent for it',
  remedy:
    'Set questions.agent or questions.command in coxswain.config.yaml, or leave it to the user with --questions user.',
};

function noQa(why: 'off' | 'nobody'): Stop {
  const cause = why === 'off' ? 'it is switched off' : 'there is no agent for it';
  const remedy =
    why === 'off'
      ? 'Leave out --no-qa (or qa.enabled: false), or leave out --require-qa.'
      : 'Give --qa-command \'your-reviewer "$(cat)"\' (it gets the prompt on standard input), set qa.command or qa.agent in\ncoxswain.config.yaml, or leave out --require-qa.';
  return { code: EXIT.refused, message: `QA is required, and ${cause}`, remedy };
}

/** A name that no driver has was asked for wrongly; a driver whose program is not there is another matter. */
export function unknownAgent(choice: AgentChoice | HelperChoice, known: readonly KnownAgent[]): Stop | null {
  if (choice.is !== 'driver' || known.some(({ name }) => name === choice.driver)) return null;
  const names = known.map(({ name }) => name);
  const near = suggest(choice.driver, names);
  return {
    code: EXIT.usage,
    message: `there is no agent ${choice.driver}`,
    remedy: `${near === undefined ? '' : `Did you mean ${near}? `}Known are ${names.join(', ')}.`,
  };
}

async function recipeSettings(
  choice: Extract<AgentChoice, { is: 'recipe' }>,
  folders: AgentFolders,
): Promise<Result<AgentSettings, Stop>> {
  const path = resolve(folderOf(choice, folders), choice.path);
  try {
    // The driver takes one line for a path, so a recipe's text must never be one.
    const recipe = `${(await readFile(path, 'utf8')).trimEnd()}\n# ${choice.path.replaceAll(/\s/g, ' ')}\n`;
    return ok({ driver: 'recipe', options: { ...choice.options, recipe } });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(error.code)})`;
    return err({
      code: EXIT.usage,
      message: `the recipe ${path} ${why}`,
      remedy: 'Give the path of a recipe with --recipe.',
    });
  }
}

function folderOf(
  { origin }: { readonly origin: string },
  { current, root, userConfig }: AgentFolders,
): string {
  if (origin === 'project config') return root ?? current;
  return origin === 'user config' ? (userConfig ?? current) : current;
}
