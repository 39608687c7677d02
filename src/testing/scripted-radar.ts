import type { Sight } from '../core/foreseen.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { ConflictRadar, RadarRequest } from '../ports/conflict-radar.ts';

/** Sees nothing until told otherwise. */
export class ScriptedRadar implements ConflictRadar {
  readonly asked: RadarRequest[] = [];
  readonly rested: string[] = [];
  sight: Sight = { conflicts: [], unseen: [] };
  /** A look fails with these words. */
  failure: string | null = null;

  async look(request: RadarRequest): Promise<Result<Sight, string>> {
    this.asked.push(request);
    return this.failure === null ? ok(this.sight) : err(this.failure);
  }

  async rest(run: string): Promise<void> {
    this.rested.push(run);
  }
}
