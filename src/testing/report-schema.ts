/** What `report.json` may hold: every key, and no other. */

import { z } from 'zod';

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const use = {
  tokens: z.record(z.enum(['input', 'output', 'cached']), count.nullable()).nullable(),
  cost_usd: z.number().nullable(),
  estimated_usd: z.number().nullable(),
  unpriced_tokens: count,
};
const time = z.iso.datetime();

const TASK = z.strictObject({
  id: z.string(),
  agent: z.string(),
  model: z.string().nullable(),
  status: z.string(),
  attempts: count,
  duration_seconds: seconds.nullable(),
  branch: z.string().nullable(),
  commit: z.string().length(40).nullable(),
  files_changed: count.nullable(),
  lines_added: count.nullable(),
  lines_removed: count.nullable(),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      status: z.enum(['passed', 'failed', 'warning', 'not run']),
      passed: z.boolean(),
      critical: z.boolean(),
      detail: z.string().nullable(),
      command: z.string().nullable(),
      exit_code: z.int().nullable(),
      duration_seconds: seconds,
      on_base: z.enum(['passed', 'failed', 'warning', 'not run']).nullable(),
      findings: z.array(
        z.strictObject({
          path: z.string().nullable(),
          line: z.int().positive().nullable(),
          message: z.string(),
        }),
      ),
      output: z.string().nullable(),
    }),
  ),
  verdict: z.enum(['COMPLETE_VALIDATED', 'COMPLETE_WITH_WARNINGS', 'FAILED']).nullable(),
  qa: z.strictObject({
    status: z.enum(['not run', 'pending', 'approved', 'rejected', 'blocked']),
    attempts: count,
    rejections: count,
    reviewers: z.array(z.string()),
    feedback: z.string().nullable(),
  }),
  e2e: z
    .strictObject({
      status: z.enum(['passed', 'failed', 'not run']),
      detail: z.string().nullable(),
      viewports: z.array(z.string()),
      folder: z.string().nullable(),
      visual_regressions: count,
      interactive_tests: z
        .strictObject({
          passed: count.nullable(),
          total: count.nullable(),
          exit_code: z.int().nullable(),
        })
        .nullable(),
      findings: z.array(z.string()),
      notes: z.array(z.string()),
      pictures: z.array(
        z.strictObject({
          page: z.string(),
          viewport: z.string(),
          status: z.enum(['alike', 'regression', 'no baseline']),
          differs: z.number().nullable(),
          current: z.string(),
          diff: z.string().nullable(),
        }),
      ),
    })
    .nullable(),
  criteria: z.array(
    z.strictObject({
      text: z.string(),
      status: z.enum(['proven', 'met', 'not met', 'unproven']),
      reason: z.string(),
    }),
  ),
  ...use,
  used_by_attempt: z.array(
    z.strictObject({
      number: count,
      role: z.string(),
      agent: z.string(),
      model: z.string().nullable(),
      ...use,
      outcome: z.string().nullable(),
    }),
  ),
  questions: z.array(
    z.strictObject({
      attempt: count,
      question: z.string(),
      adviser: z
        .strictObject({ attempt: count, answer: z.string().nullable(), reason: z.string().nullable() })
        .nullable(),
    }),
  ),
  notes: z.array(z.string()),
  error: z.string().nullable(),
});

export const REPORT = z.strictObject({
  run_id: z.string(),
  plan_id: z.string(),
  name: z.string(),
  status: z.enum(['running', 'paused', 'interrupted', 'succeeded', 'failed']),
  started_at: time,
  finished_at: time.nullable(),
  duration_seconds: seconds.nullable(),
  integration_branch: z.string(),
  dependencies: z.unknown(),
  sandbox: z
    .strictObject({
      level: z.enum(['bubblewrap', 'sandbox-exec', 'none']),
      detail: z.string(),
      limits: z.record(z.string(), z.enum(['enforced', 'watched', 'none'])),
    })
    .nullable(),
  waves: z.array(
    z.strictObject({
      number: count,
      branch: z.string().nullable(),
      status: z.enum(['pending', 'running', 'succeeded', 'failed', 'skipped', 'done-before', 'not-started']),
      used: z.strictObject(use),
      validation: z.strictObject({ command: z.string(), exit_code: z.int().nullable() }).nullable(),
      tasks: z.array(TASK),
    }),
  ),
  conflicts: z.array(
    z.strictObject({
      task: z.string(),
      paths: z.array(z.string()),
      at: time,
      outcome: z.enum(['resolved', 'sent-back', 'handed-over']),
      resolved: z.array(z.strictObject({ path: z.string(), pattern: z.string() })),
      tested: z.boolean().nullable(),
    }),
  ),
  conflicts_foreseen: z
    .array(
      z.strictObject({
        tasks: z.array(z.string()),
        with: z.enum(['task', 'integration-branch']),
        paths: z.array(z.string()),
        first_seen_at: z.string(),
        gone_at: z.string().nullable(),
        met: z.boolean(),
      }),
    )
    .nullable(),
  totals: z.looseObject({
    tasks: count,
    merged: count,
    ...use,
  }),
  parallel_efficiency: z.number().nullable(),
});
