/** Keeps `PARALLEL_EXECUTION_STATUS.json`, `status/<agent>.status` and `agent_pids.txt` in a plan's output folder true to its run. */

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hadAnythingToDo, type RunState } from '../core/run-state.ts';
import { agentPids, type PidOf } from '../views/agent-pids.ts';
import { isoTime } from '../views/duration.ts';
import { jsonText } from '../views/json.ts';
import { agentStatuses, parallelStatus } from '../views/parallel-status.ts';
import { makeFolder } from './make-folder.ts';
import { makeOutputFolder } from './output-folder.ts';
import { newerIn, type ShownRun } from './shown-run.ts';
import { errorCode } from './system-error.ts';
import { writeText } from './write-text.ts';

const STATUS = 'PARALLEL_EXECUTION_STATUS.json';
const PIDS = 'agent_pids.txt';
const ENDING = '.status';

export class ParallelStatusFiles {
  readonly #folder: string;
  /** What each file says, by its path; of an agent's without the time. */
  readonly #written = new Map<string, string>();
  #place: 'not looked at' | 'ours' | 'of a newer run' = 'not looked at';

  readonly #pidOf: PidOf;

  /** `folder` is the absolute path of the output folder. */
  constructor(folder: string, pidOf: PidOf) {
    this.#folder = folder;
    this.#pidOf = pidOf;
  }

  /** Also without an agent: whoever looks is not to wait for the next event to see that the run goes on. */
  isMoving({ phase }: RunState): boolean {
    return phase.is === 'running';
  }

  async bring(state: RunState): Promise<readonly string[]> {
    if (!hadAnythingToDo(state)) return [];
    const texts = this.#texts(state);
    const begun = { id: parallelStatus(state, true).execution_id, at: state.createdAt };
    if (this.#place === 'not looked at') {
      const problems = await this.#look(begun, texts);
      if (problems.length > 0) return problems;
    }
    if (this.#place !== 'ours') return [];
    const problems: string[] = [];
    const changed = texts.filter(({ path, says }) => this.#written.get(path) !== says);
    if (changed.length > 0 && (await this.#isOfNewer(begun))) return [];
    for (const { path, says, text } of changed) {
      const result = await writeText(path, text);
      if (result.ok) this.#written.set(path, says);
      else problems.push(result.error.message);
    }
    return problems;
  }

  /** One may begin at any time. */
  async #isOfNewer(begun: ShownRun): Promise<boolean> {
    const file = { path: join(this.#folder, STATUS), kind: 'json', key: 'execution_id' } as const;
    if ((await newerIn(file, begun)) === null) return false;
    this.#place = 'of a newer run';
    return true;
  }

  /** An agent's last update is when what is said of it last changed. */
  #texts(state: RunState): readonly StatusText[] {
    const whole = `${jsonText(parallelStatus(state, state.phase.is === 'running'))}\n`;
    const pids = agentPids(state, this.#pidOf);
    const last_update = isoTime(state.lastEventAt);
    return [
      ...agentStatuses(state).map(({ has_error, ...status }): StatusText => {
        const path = join(this.#folder, 'status', `${status.agent}${ENDING}`);
        const text = `${jsonText({ ...status, last_update, has_error })}\n`;
        return { path, says: jsonText({ ...status, has_error }), text };
      }),
      { path: join(this.#folder, STATUS), says: whole, text: whole },
      { path: join(this.#folder, PIDS), says: pids, text: pids },
    ];
  }

  async #look(begun: ShownRun, texts: readonly StatusText[]): Promise<readonly string[]> {
    const made = await makeOutputFolder(this.#folder);
    if (!made.ok) return [made.error.message];
    if (await this.#isOfNewer(begun)) return [];
    const statuses = join(this.#folder, 'status');
    const folder = await makeFolder(statuses);
    if (!folder.ok) return [folder.error.message];
    this.#place = 'ours';
    return await removeOthers(statuses, new Set(texts.map(({ path }) => path)));
  }
}

interface StatusText {
  readonly path: string;
  /** What it is written anew for. */
  readonly says: string;
  readonly text: string;
}

/** What an earlier run has said of agents that this one does not have would be taken for its own. */
async function removeOthers(folder: string, ours: ReadonlySet<string>): Promise<readonly string[]> {
  try {
    const paths = (await readdir(folder)).map((name) => join(folder, name));
    for (const path of paths) if (path.endsWith(ENDING) && !ours.has(path)) await rm(path);
    return [];
  } catch (error) {
    return [`${folder} cannot be cleared of an earlier run's statuses: ${errorCode(error)}`];
  }
}
