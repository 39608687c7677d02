/** What is reported of an agent at work: only what is new, and notices once. */

import { USAGE_KEYS, type Usage } from '../../core/usage.ts';
import type { AgentReport } from '../../ports/agent.ts';
import type { Observation } from './observation.ts';

type Seen = Pick<Observation, 'progress' | 'answered' | 'usage'>;

export class Telling {
  readonly #report: (report: AgentReport) => void;
  /** Whether its first answer is waited for. */
  readonly #probes: boolean;
  readonly #noticed = new Set<string>();
  #told: AgentReport = {};

  constructor(report: (report: AgentReport) => void, probes: boolean) {
    this.#report = report;
    this.#probes = probes;
  }

  /** As it is. */
  pass(report: AgentReport): void {
    this.#report(report);
  }

  notice(name: string, step: string): void {
    if (this.#noticed.has(name)) return;
    this.#noticed.add(name);
    this.#report({ step });
  }

  tell({ progress, answered, usage }: Seen): void {
    if (answered && this.#probes && !this.#noticed.has('answered')) {
      this.#noticed.add('answered');
      this.#report({ answered: true });
    }
    const { percent, step, used = {} } = this.#told;
    const isMore = !isSame(usage, used);
    if (progress.percent === percent && progress.step === step && !isMore) return;
    this.#told = { ...progress, used: usage };
    this.#report(isMore ? this.#told : progress);
  }
}

function isSame(left: Usage, right: Usage): boolean {
  return USAGE_KEYS.every((key) => left[key] === right[key]);
}
