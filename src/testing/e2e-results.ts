import { type E2eResult, e2eNotRun, VIEWPORTS } from '../core/e2e.ts';

/** One as the browser gives it, without pictures unless the test has some. */
export function e2eResult(status: E2eResult['status'], change: Partial<E2eResult> = {}): E2eResult {
  const viewports = VIEWPORTS.map(({ name }) => name);
  return { ...e2eNotRun(''), status, viewports, durationMs: 1, ...change };
}
