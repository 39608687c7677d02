import type { Result } from '../../core/result.ts';
import { Dialogue, type DialogueFailure } from '../../process/dialogue.ts';

export interface KeptProcess {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface GitQuestion {
  readonly input: string | Uint8Array;
  /** What a whole answer ends with, and nothing before its end can. In ASCII. */
  readonly until: string;
}

export interface KeptLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Long enough for the steps of one task, and short beside an agent's work. */
const IDLE_MS = 5_000;
/** `diff-tree` keeps each tree that it was asked for, `update-ref` each commit. */
const MOST_ANSWERS = 2_000;

/** Processes of git that answer one question after another: one for each command line, folder and environment. */
export class KeptProcesses {
  readonly #limits: KeptLimits;
  readonly #dialogues = new Map<string, Dialogue>();

  constructor(limits: KeptLimits) {
    this.#limits = limits;
  }

  ask(kept: KeptProcess, question: GitQuestion): Promise<Result<Buffer, DialogueFailure>> {
    const { maxBytes, timeoutMs } = this.#limits;
    const key = JSON.stringify(kept);
    let dialogue = this.#dialogues.get(key);
    if (dialogue === undefined) {
      const spec = { ...kept, maxBytes, idleMs: IDLE_MS, mostAnswers: MOST_ANSWERS };
      dialogue = new Dialogue(spec, () => this.#dialogues.delete(key));
      this.#dialogues.set(key, dialogue);
    }
    return dialogue.ask({ ...question, timeoutMs });
  }

  /** Resolves when none of them runs any more. */
  async rest(): Promise<void> {
    await Promise.all([...this.#dialogues.values()].map((dialogue) => dialogue.rest()));
  }
}
