/** Options of what a run, its tasks and their attempts may use of money and tokens, and of what tokens cost. */

import { count, decimal } from './kinds.ts';
import { meta } from './option-meta.ts';
import { prices } from './price-kinds.ts';

const MOST_USD = 1e9;
const MOST_TOKENS = 1e15;
/** A limit of nothing would let nothing begin. */
const LEAST_USD = 1e-6;

export const BUDGET_OPTIONS = {
  budgetUsd: decimal(0, MOST_USD).optional().register(meta, {
    section: 'Budget',
    key: 'budget.usd',
    env: 'COX_BUDGET_USD',
    flag: '--budget-usd <amount>',
    description: 'stop when the agents have cost this much',
  }),
  budgetTokens: count(0, MOST_TOKENS).optional().register(meta, {
    section: 'Budget',
    key: 'budget.tokens',
    env: 'COX_BUDGET_TOKENS',
    flag: '--budget-tokens <n>',
    description: 'stop when the agents have used this many tokens',
  }),
  budgetTaskUsd: decimal(LEAST_USD, MOST_USD).optional().register(meta, {
    section: 'Budget',
    key: 'budget.taskUsd',
    env: 'COX_BUDGET_TASK_USD',
    flag: '--budget-task-usd <amount>',
    description: 'a task fails when its agents have cost this much; a retry by hand gives it as much again',
  }),
  budgetTaskTokens: count(1, MOST_TOKENS).optional().register(meta, {
    section: 'Budget',
    key: 'budget.taskTokens',
    env: 'COX_BUDGET_TASK_TOKENS',
    flag: '--budget-task-tokens <n>',
    description: 'the same in tokens',
  }),
  budgetAttemptUsd: decimal(LEAST_USD, MOST_USD).optional().register(meta, {
    section: 'Budget',
    key: 'budget.attemptUsd',
    env: 'COX_BUDGET_ATTEMPT_USD',
    flag: '--budget-attempt-usd <amount>',
    description:
      'an agent is ended when its attempt has cost this much, which counts as a failure of that try',
  }),
  budgetAttemptTokens: count(1, MOST_TOKENS).optional().register(meta, {
    section: 'Budget',
    key: 'budget.attemptTokens',
    env: 'COX_BUDGET_ATTEMPT_TOKENS',
    flag: '--budget-attempt-tokens <n>',
    description: 'the same in tokens',
  }),
  prices: prices().prefault({}).register(meta, {
    section: 'Budget',
    key: 'prices',
    description:
      'what a million tokens of a model cost, for agents that do not tell it, before the prices that the program knows',
  }),
};
