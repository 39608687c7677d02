/**
 * The one git runner: every git process of Coxswain is started here, with an environment that neither asks
 * anybody anything nor runs what a repository's configuration names.
 */

import { printable } from '../../core/printable.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { DialogueFailure } from '../../process/dialogue.ts';
import { allowedEnvironment, type HostEnvironment } from '../../process/environment.ts';
import { lastPart } from '../../process/output-text.ts';
import { type CommandFailure, runCommand } from '../../process/run-command.ts';
import { type GitQuestion, KeptProcesses } from './kept-processes.ts';

export interface GitCall {
  /** Without `git` itself. What comes from plans or agents stands behind `--`, or is a full ref name or object id. */
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** With it git looks for no repository of its own, and asks nothing about who owns it. */
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
  /** Where new objects go and old ones are found, if not in `gitDir`. */
  readonly objectDirectory?: string;
  /** Keys and values that win over the repository's own. */
  readonly config?: readonly ConfigEntry[];
  readonly identity?: CommitIdentity;
  readonly input?: string | Uint8Array;
  /** Exit codes that are an answer. Default: 0 alone. */
  readonly codes?: readonly number[];
  readonly timeoutMs?: number;
  /** Only to find a repository, to read settings, and for ignore rules: the user's and the system's configuration count too. */
  readonly asUser?: boolean;
}

export type ConfigEntry = readonly [key: string, value: string];

export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** Who is written into a commit, and when. Without a date git takes the present time. */
export interface CommitIdentity extends Identity {
  /** In a form git reads, e.g. `1700000000 +0100`. */
  readonly date?: string;
}

export interface GitOutput {
  readonly code: number;
  readonly stdout: Buffer;
  /** Cleaned of control characters. */
  readonly stderr: string;
}

/** A git call that ended in a way its caller did not expect. Holds no credentials. */
export interface GitProblem {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Null when git was not started, was killed or took too long. */
  readonly code: number | null;
  readonly stderr: string;
}

/** What a kept process is started with. */
export type KeptCall = Pick<GitCall, 'args' | 'cwd' | 'gitDir' | 'objectDirectory' | 'config' | 'identity'>;

export interface Git {
  run(call: GitCall): Promise<Result<GitOutput, GitProblem>>;
  /**
   * Asks a process that is kept for the next question behind an equal call, for that costs a tenth of a new one. The
   * whole answer. A process that ends instead is a problem, and whether it did what it was asked is not known.
   */
  ask(call: KeptCall, question: GitQuestion): Promise<Result<Buffer, GitProblem>>;
  /** Ends the processes that are kept, and resolves when they are gone. The next question starts one again. */
  rest(): Promise<void>;
}

/** Long, because a checkout of a very large tree on a slow disk is no failure. */
const TIMEOUT_MS = 10 * 60_000;
/** Of standard output; a listing of a million files is far below it. */
const MAX_BYTES = 512 * 1024 * 1024;
const STDERR_LIMITS = { bytes: 4_000, lines: 40 };

const ALWAYS: readonly ConfigEntry[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['commit.gpgSign', 'false'],
  ['advice.detachedHead', 'false'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  // Programs that only a fetch or a clone would start; an empty helper takes all earlier ones off the list.
  ['credential.helper', ''],
  ['protocol.ext.allow', 'never'],
  ['core.alternateRefsCommand', 'true'],
  ['init.templateDir', ''],
];

const ONLY_OURS: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};
/** Where the user's environment says the other configuration lies. */
const CONFIG_FILES = ['GIT_CONFIG_NOSYSTEM', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_GLOBAL'];

const QUIET: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  LANGUAGE: '',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: 'true',
  SSH_ASKPASS: 'true',
  SSH_ASKPASS_REQUIRE: 'never',
  GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
  GIT_PROXY_COMMAND: '',
  GIT_EDITOR: 'true',
  GIT_SEQUENCE_EDITOR: 'true',
  GIT_PAGER: 'cat',
  // No lock is taken only to write down what was found out by the way: the agent may want it at that moment.
  GIT_OPTIONAL_LOCKS: '0',
};

export interface GitOptions {
  /** As `process.env` has it. Git's own variables in it are not passed on. */
  readonly host: HostEnvironment;
  /** Default `git`, looked up in the host's PATH. */
  readonly program?: string;
}

/** A runner for this machine. */
export function createGit(options: GitOptions): Git {
  const program = options.program ?? 'git';
  const ours = { ...allowedEnvironment(options.host), ...QUIET, ...ONLY_OURS };
  const users = { ...allowedEnvironment(options.host, CONFIG_FILES), ...QUIET };
  const kept = new KeptProcesses({ maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS });
  return {
    run: (call) => runGit(program, call.asUser === true ? users : ours, call),
    ask: async (call, question) => {
      const answer = await kept.ask(processOf(program, ours, call), question);
      return answer.ok ? answer : err(problemOf(call, answer.error));
    },
    rest: () => kept.rest(),
  };
}

async function runGit(
  program: string,
  host: Readonly<Record<string, string>>,
  call: GitCall,
): Promise<Result<GitOutput, GitProblem>> {
  const result = await runCommand({
    ...processOf(program, host, call),
    timeoutMs: call.timeoutMs ?? TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    ...(call.input === undefined ? {} : { input: call.input }),
  });
  if (!result.ok) return err(problemOf(call, result.error));
  const { exitCode, signal, stdout, stderr } = result.value;
  if (exitCode === null || !(call.codes ?? [0]).includes(exitCode))
    return err(problemOf(call, { reason: 'ended', exitCode, signal, stderr }));
  return ok({ code: exitCode, stdout, stderr: readable(stderr) });
}

function processOf(
  program: string,
  host: Readonly<Record<string, string>>,
  call: GitCall,
): { readonly argv: readonly string[]; readonly cwd: string; readonly env: Record<string, string> } {
  return {
    argv: [program, ...call.args],
    cwd: call.cwd,
    env: {
      ...host,
      ...locations(call),
      ...configEnvironment(call.config ?? []),
      ...identityEnvironment(call.identity),
    },
  };
}

function locations(call: GitCall): Record<string, string> {
  return {
    ...(call.gitDir === undefined ? {} : { GIT_DIR: call.gitDir }),
    ...(call.workTree === undefined ? {} : { GIT_WORK_TREE: call.workTree }),
    ...(call.indexFile === undefined ? {} : { GIT_INDEX_FILE: call.indexFile }),
    ...(call.objectDirectory === undefined ? {} : { GIT_OBJECT_DIRECTORY: call.objectDirectory }),
  };
}

/** Configuration in the environment wins over every file. */
function configEnvironment(entries: readonly ConfigEntry[]): Record<string, string> {
  const all = [...ALWAYS, ...entries];
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(all.length) };
  for (const [index, [key, value]] of all.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}

function identityEnvironment(identity: CommitIdentity | undefined): Record<string, string> {
  if (identity === undefined) return {};
  const { name, email, date } = identity;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    ...(date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }),
  };
}

function problemOf(call: GitCall, failure: CommandFailure | DialogueFailure): GitProblem {
  switch (failure.reason) {
    case 'not-started':
      return problem(call, null, failure.detail);
    case 'timeout':
      return problem(call, null, `no end after ${Math.round(failure.afterMs / 1000)} s`);
    case 'too-much-output':
      return problem(call, null, `more than ${failure.maxBytes} bytes of output`);
    case 'ended': {
      const { exitCode, signal } = failure;
      const stderr = readable(failure.stderr);
      const how = signal === null && exitCode === null ? 'ended' : `ended by ${signal ?? 'a signal'}`;
      return problem(call, exitCode, exitCode === null ? `${how} ${stderr}`.trim() : stderr);
    }
  }
}

function problem(call: GitCall, code: number | null, stderr: string): GitProblem {
  return { argv: ['git', ...call.args.map(redact)], cwd: call.cwd, code, stderr };
}

function readable(stderr: Buffer): string {
  return redact(lastPart(printable(stderr.toString('utf8')), STDERR_LIMITS));
}

/** Takes user names, passwords and tokens out of URLs. */
export function redact(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, '$1***@');
}

/** One line for people: the command, how it ended, and git's own words. */
export function describeGitProblem({ argv, code, stderr }: GitProblem): string {
  const how = code === null ? 'failed' : `ended with ${code}`;
  const said = stderr
    .split('\n')
    .filter((line) => line !== '')
    .slice(-3)
    .join('; ');
  return `${argv.slice(0, 3).join(' ')} ${how}${said === '' ? '' : `: ${said}`}`;
}
