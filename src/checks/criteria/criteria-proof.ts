/** Proves criteria by what they name: it was absent or red on the base, and passes at the tip. */

import type { Commit } from '../../core/attempt.ts';
import { printableLine } from '../../core/printable.ts';
import type { CheckResult, CriterionProof, CriterionResult } from '../../core/proof.ts';
import type { CommitReader } from '../../ports/commit-reader.ts';
import { type NamedRun, namedRuns, runsWith } from './parse-criterion.ts';

export interface CriteriaQuestion {
  readonly criteria: readonly string[];
  readonly base: Commit;
  readonly tip: Commit;
  /** Commands of the project's checks, as they were found. `changed`: the work has changed what these of the tip run. */
  readonly commands: {
    readonly base: readonly string[];
    readonly tip: readonly string[];
    readonly changed: readonly string[];
  };
  /** Checks that have run at the tip; their commands are not run again. */
  readonly checks: readonly CheckResult[];
}

export interface RunEnd {
  readonly passed: boolean;
  /** Null when it could not be run, or was stopped. */
  readonly exitCode: number | null;
}

/** For the shell; null when the run as a whole is to end. */
export type RunCommand = (commit: Commit, command: string) => Promise<RunEnd | null>;

/** Further ones would cost more than they prove. */
const MOST_COMMANDS = 10;

/** Null when the run as a whole is to end. */
export async function criteriaProof(
  question: CriteriaQuestion,
  reader: CommitReader,
  run: RunCommand,
): Promise<readonly CriterionResult[] | null> {
  const runs = new Runs(question, reader, run);
  const packageJson = await reader.read(question.tip, 'package.json');
  const known = { commands: question.commands.tip, packageJson };
  const results: CriterionResult[] = [];
  for (const text of question.criteria) {
    const proof = await proofOf(namedRuns(text, known), runs);
    if (proof === null) return null;
    results.push({ text, proof });
  }
  return results;
}

/** Each that it names must prove its part. */
async function proofOf(named: readonly NamedRun[], runs: Runs): Promise<CriterionProof | null> {
  if (named.length === 0) return unproven('it names no test and no command that could be run');
  const proven: string[] = [];
  for (const each of named) {
    const proof = await runs.prove(each);
    if (proof === null || proof.is !== 'proven') return proof;
    proven.push(proof.by);
  }
  return { is: 'proven', by: proven.join('; ') };
}

class Runs {
  readonly #question: CriteriaQuestion;
  readonly #reader: CommitReader;
  readonly #run: RunCommand;
  readonly #known = new Map<string, CriterionProof>();

  constructor(question: CriteriaQuestion, reader: CommitReader, run: RunCommand) {
    this.#question = question;
    this.#reader = reader;
    this.#run = run;
  }

  async prove(named: NamedRun): Promise<CriterionProof | null> {
    if (named.is === 'refused') {
      const forms =
        'only the checks of the project, and its test runners on paths within it, are run for a criterion';
      return unproven(`\`${named.written}\` is not run: ${forms}`);
    }
    if (this.#question.commands.changed.some((command) => runsWith(named.command, command)))
      return unproven(`\`${named.command}\` shows nothing: this task has changed what it runs`);
    const known = this.#known.get(named.command);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_COMMANDS) return unproven(`more than ${MOST_COMMANDS} commands are named`);
    const proof =
      named.is === 'check' ? await this.#proveCheck(named.command) : await this.#proveTests(named);
    if (proof !== null) this.#known.set(named.command, proof);
    return proof;
  }

  async #proveCheck(command: string): Promise<CriterionProof | null> {
    const { base, checks, commands } = this.#question;
    const ran = checks.find((check) => check.command === command && check.exitCode !== undefined);
    const now = await this.#atTip(command, ran);
    if (now === null || now.is === 'unproven') return now;
    if (!commands.base.includes(command)) return proven(command, 'was no check of the project on the base');
    if (ran?.onBase === 'failed') return proven(command, 'failed on the base');
    return this.#againstBase(command, base);
  }

  async #proveTests({ command, paths }: Extract<NamedRun, { is: 'tests' }>): Promise<CriterionProof | null> {
    const { base, tip } = this.#question;
    const missing = paths.find((path) => path === '') ?? (await this.#firstMissing(tip, paths));
    if (missing !== undefined) return unproven(`\`${missing}\` is not in the repository`);
    const now = await this.#atTip(command, undefined);
    if (now === null || now.is === 'unproven') return now;
    const absent = await this.#firstMissing(base, paths);
    if (absent !== undefined) return proven(command, `${absent} was not there on the base`);
    return this.#againstBase(command, base);
  }

  async #atTip(command: string, ran: CheckResult | undefined): Promise<CriterionProof | null> {
    const end =
      ran === undefined
        ? await this.#run(this.#question.tip, command)
        : { passed: ran.status === 'passed', exitCode: ran.exitCode ?? null };
    if (end === null) return null;
    if (end.passed) return proven(command, '');
    const how =
      end.exitCode === null ? 'could not be run to its end' : `fails with exit code ${end.exitCode}`;
    return unproven(`\`${command}\` ${ran?.status === 'warning' ? 'does not pass each time' : how}`);
  }

  /** What passed before says nothing of this work. */
  async #againstBase(command: string, base: Commit): Promise<CriterionProof | null> {
    const before = await this.#run(base, command);
    if (before === null) return null;
    if (before.passed)
      return unproven(`\`${command}\` passed on the base already, so it shows nothing of this work`);
    if (before.exitCode === null) return unproven(`\`${command}\` could not be run to its end on the base`);
    return proven(command, 'failed on the base');
  }

  async #firstMissing(commit: Commit, paths: readonly string[]): Promise<string | undefined> {
    const all = await this.#reader.list(commit);
    const lies = (path: string): boolean =>
      path === '.' || all.some((each) => each === path || each.startsWith(`${path}/`));
    return paths.find((path) => !lies(path));
  }
}

function proven(command: string, before: string): CriterionProof {
  return { is: 'proven', by: printableLine(`\`${command}\` passes; ${before}`) };
}

function unproven(reason: string): CriterionProof {
  return { is: 'unproven', reason: printableLine(reason) };
}
