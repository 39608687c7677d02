/** What comes from agents and commands is bounded before it enters the log, whatever a port lets through. */

import type { Advice, AttemptOutcome } from '../core/attempt.ts';
import { clipEnd, clipStart } from '../core/clip.ts';
import type { E2eResult } from '../core/e2e.ts';
import type { CommandResult, Outcome, Report, TestResult } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Proof } from '../core/proof.ts';

/** Bytes of UTF-8. */
const OUTPUT = 8000;
const WORDS = 4000;
const STEP = 400;
/** There may be a dozen of them. */
const CHECK_OUTPUT = 4000;
const MOST_CHECKS = 100;
const MOST_FINDINGS = 50;
const MOST_CRITERIA = 1000;
const MOST_PICTURES = 400;

export function bounded(event: Outcome | Report): Outcome | Report {
  switch (event.type) {
    case 'attempt.progress':
      return event.step === undefined ? event : { ...event, step: clipEnd(event.step, STEP) };
    case 'checks.progress':
      return { ...event, step: clipEnd(event.step, STEP) };
    case 'checks.ended':
      return { ...event, proof: boundedProof(event.proof) };
    case 'attempt.ended':
      return { ...event, outcome: boundedOutcome(event.outcome) };
    case 'test.ended':
      return { ...event, result: boundedTest(event.result) };
    case 'validation.ended':
      return { ...event, result: boundedResult(event.result) };
    case 'dependencies.installed':
      return event.result.is === 'failed'
        ? { ...event, result: { is: 'failed', result: boundedResult(event.result.result) } }
        : event;
    case 'blame.ended':
      return event.found.is === 'passed'
        ? event
        : { ...event, found: { ...event.found, result: boundedTest(event.found.result) } };
    default:
      return event;
  }
}

function boundedOutcome(outcome: AttemptOutcome): AttemptOutcome {
  const { summary } = outcome;
  const ended = { ...outcome, ...(summary === undefined ? {} : { summary: clipEnd(summary, WORDS) }) };
  if (ended.is === 'failed') return { ...ended, failure: boundedFailure(ended.failure) };
  if (ended.is === 'reviewed') {
    const { verdict, report } = ended.review;
    return { ...ended, review: { verdict, report: clipStart(report, OUTPUT) } };
  }
  if (ended.is === 'advised') return { ...ended, advice: boundedAdvice(ended.advice) };
  return ended.is === 'asking' ? { ...ended, question: clipEnd(ended.question, WORDS) } : ended;
}

function boundedAdvice(advice: Advice): Advice {
  return advice.is === 'answer'
    ? { is: 'answer', text: clipEnd(advice.text, OUTPUT) }
    : { is: 'none', why: clipEnd(advice.why, WORDS) };
}

/** What a program printed says most at its end. */
function boundedFailure(failure: Failure): Failure {
  switch (failure.reason) {
    case 'exit-code':
    case 'signal':
    case 'no-completion-sign':
    case 'no-verdict':
      return { ...failure, tail: clipStart(failure.tail, OUTPUT) };
    case 'not-started':
    case 'declared-failed':
    case 'setup':
    case 'harvest':
      return { ...failure, detail: clipStart(failure.detail, OUTPUT) };
    case 'merge-test':
    case 'e2e':
    case 'group-validation':
      return { ...failure, output: clipStart(failure.output, OUTPUT) };
    default:
      return failure;
  }
}

function boundedProof({ checks, criteria }: Proof): Proof {
  return {
    checks: checks.slice(0, MOST_CHECKS).map((check) => ({
      ...check,
      detail: clipEnd(check.detail, STEP),
      output: clipStart(check.output, CHECK_OUTPUT),
      findings: check.findings.slice(0, MOST_FINDINGS).map((finding) => ({
        ...finding,
        message: clipEnd(finding.message, STEP),
      })),
    })),
    criteria: criteria.slice(0, MOST_CRITERIA),
  };
}

function boundedTest(result: TestResult): TestResult {
  const { e2e } = result;
  const seen = e2e === undefined ? {} : { e2e: boundedLook(e2e) };
  return { ...result, ...boundedResult(result), ...seen };
}

function boundedLook(look: E2eResult): E2eResult {
  const lines = (all: readonly string[]): string[] =>
    all.slice(0, MOST_FINDINGS).map((line) => clipEnd(line, WORDS));
  return {
    ...look,
    detail: clipEnd(look.detail, STEP),
    findings: lines(look.findings),
    notes: lines(look.notes),
    output: clipStart(look.output, CHECK_OUTPUT),
    pictures: look.pictures.slice(0, MOST_PICTURES),
  };
}

function boundedResult(result: CommandResult): CommandResult {
  return { ...result, output: clipStart(result.output, OUTPUT) };
}
