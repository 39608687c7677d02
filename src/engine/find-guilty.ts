/** Finds the merge that broke a check of the combined work, by bisection over the merges of the run. */

import type { Commit } from '../core/attempt.ts';
import { type CombinedProof, type Found, type GuiltySearch, weight } from '../core/integrated.ts';
import type { TaskId } from '../core/plan.ts';
import type { CheckResult } from '../core/proof.ts';
import type { RunState } from '../core/run-state.ts';
import type { CombinedRequest, Look } from '../ports/combined-prover.ts';
import type { Integrating } from './integrating.ts';

/** Half the merges cost more than anybody waits for in one go; a second call takes up what the first one found. */
const LONGEST_MS = 60 * 60_000;

interface Question {
  readonly request: CombinedRequest;
  readonly proof: CombinedProof;
  /** First parents from the base, which is left out, to the tip. */
  readonly line: readonly Commit[];
}

export type Searched = { readonly is: 'none' } | { readonly is: 'searched'; readonly search: GuiltySearch };

/** Null when the signal ended it. */
export async function findGuilty(question: Question, integrating: Integrating): Promise<Searched | null> {
  const red = redCheck(question.proof);
  if (red === null) return { is: 'none' };
  const { name, command } = red;
  if (red.onBase !== undefined && red.onBase !== 'passed') {
    const reason =
      'it does not pass on the base of the run either, so no merge can be told to have broken it';
    return { is: 'searched', search: { check: name, command, tested: [], found: { is: 'nothing', reason } } };
  }
  const search = new Search(red, question, integrating);
  return search.run();
}

type Red = CheckResult & { readonly command: string };

/** Tests come first; a check with the measures of the base has a commit of its own, which no merge made. */
function redCheck({ checks }: CombinedProof): Red | null {
  const red = checks.flatMap((check): Red[] => {
    const { command, name } = check;
    const counts = command !== undefined && weight(check) === 'failed' && !name.endsWith('-as-on-base');
    return counts ? [{ ...check, command }] : [];
  });
  return red.find(({ name }) => name === 'tests' || name.startsWith('tests-')) ?? red[0] ?? null;
}

class Search {
  readonly #red: Red;
  readonly #question: Question;
  readonly #integrating: Integrating;
  readonly #tested: GuiltySearch['tested'][number][] = [];

  constructor(red: Red, question: Question, integrating: Integrating) {
    this.#red = red;
    this.#question = question;
    this.#integrating = integrating;
  }

  async run(): Promise<Searched | null> {
    const { base, tip } = this.#question.request;
    const { history } = this.#integrating.parts.integration;
    const { clock } = this.#integrating.parts;
    const end = clock.now() + LONGEST_MS;
    const untold = new Set<Commit>();
    let [good, bad] = [base, tip];
    for (;;) {
      const left = await history.halfway(good, bad);
      const next = left.find((commit) => !untold.has(commit));
      if (next === undefined) return this.#found(left.length === 0 ? this.#merge(bad) : among(left, bad));
      if (clock.now() > end) return this.#found(among(left, bad));
      const is = await this.#look(next);
      if (is === null) return null;
      if (is === 'failed') bad = next;
      else if (is === 'not run') untold.add(next);
      else good = next;
    }
  }

  /** Null when the signal ended it. */
  async #look(commit: Commit): Promise<GuiltySearch['tested'][number]['is'] | null> {
    const { options, parts } = this.#integrating;
    const { run, settings, isolation } = this.#question.request;
    const { name, command } = this.#red;
    options.report(`${name} on ${commit.slice(0, 12)}, to find what broke it`);
    const request = { run, commit, name, command, settings, isolation };
    const look = await parts.integration.combined.look(request, options.signal);
    if (look === null) return null;
    const is = this.#isOther(look) ? 'not run' : look.is;
    this.#tested.push({ commit, is });
    return is;
  }

  /** It fails there for something else, which says nothing of what fails at the tip. */
  #isOther(look: Look): boolean {
    if (look.is !== 'failed' || look.names.length === 0) return false;
    const wanted = new Set(this.#red.findings.map(({ message }) => message));
    return wanted.size > 0 && !look.names.some((name) => wanted.has(name));
  }

  #merge(commit: Commit): Found {
    return { is: 'merge', commit, task: taskOf(this.#integrating.state, this.#question.line, commit) };
  }

  #found(found: Found): Searched {
    const { name, command } = this.#red;
    return { is: 'searched', search: { check: name, command, tested: this.#tested, found } };
  }
}

function among(left: readonly Commit[], bad: Commit): Found {
  return { is: 'among', commits: [...left, bad] };
}

/** A rebase leaves several commits of one task, of which the last is known. */
export function taskOf(
  { tasks, settings }: RunState,
  line: readonly Commit[],
  commit: Commit,
): TaskId | null {
  const rest = settings.mergeStrategy === 'rebase' ? line.slice(line.indexOf(commit)) : [commit];
  for (const each of rest) {
    for (const { id, state } of tasks.values()) if (state.is === 'merged' && state.commit === each) return id;
  }
  return null;
}
