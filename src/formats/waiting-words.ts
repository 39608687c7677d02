/** Words that stand between a task and what it waits for, as the middle of a pattern: `depends on`, `blocked by`, `once`. */
export const WAITING_WORDS = [
  String.raw`depend(?:s|ing|ent|ency|encies)?(?:\s+(?:up)?on)?`,
  String.raw`blocked\s+by`,
  String.raw`waits?\s+for`,
  String.raw`(?:starts?\s+)?after`,
  'once',
  'until',
  'following',
  'upstream',
  String.raw`conflicts?\s+with`,
  'predecessors?',
  'preconditions?',
  'prerequisites?',
  'requires?',
  'needs?',
].join('|');
