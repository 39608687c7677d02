/** Words that seem to say an order of tasks, in places where none is read. */

const IN_ORDER =
  /\b(?:sequential(?:ly)?|serial(?:ly)?|in (?:this |that |the (?:given |following |listed )?)?order|one (?:after|by) (?:the other|one|another)|not in parallel)\b/iu;
const BEHIND =
  /(?:^|[\s(,;–—-])(?:(?:starts? |runs? |begins? )?(?:after|once)|(?:starts?|runs?|begins?) when)\s+\S/iu;

/** Words that tasks run one behind the other: `Sequential`, `(in order)`. */
export function saysOrder(text: string): boolean {
  return (
    IN_ORDER.test(text) &&
    !/\b(?:no|not|any|in any|need not)\s+(?:be )?(?:sequential|in order|order)/iu.test(text)
  );
}

/** The same of a heading above them, or that they come behind others: `Checks (after all others)`. */
export function headingSaysOrder(title: string): boolean {
  return saysOrder(title) || BEHIND.test(title);
}

const BEHIND_ALL =
  /(?<!\p{L})(?:(?:depends? on|after|needs|requires|waits? for)[\s*_:]{1,5}(?:all|everything|every)\s+(?:of\s+)?(?:the\s+)?(?:others?|above|previous|else|tasks)|(?:must|should|has to|to be)\s+(?:be\s+)?(?:run|done|come)\s+(?:last|alone))(?!\p{L})/iu;

/** The words of a task that it comes behind all others, or beside none; null for none. */
export function behindAll(text: string): string | null {
  return BEHIND_ALL.exec(text)?.[0].replace(/\s+/g, ' ') ?? null;
}
