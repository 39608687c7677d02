/** Words that seem to say an order of tasks, in places where none is read. */

const ORDER = [
  // A table may be read by a sequential scan.
  String.raw`sequential(?:ly)?(?!\s+(?:ids?|numbers?|scans?|reads?|writes?)\b)`,
  'serially',
  // A serial number is none, either.
  String.raw`serial(?=\s*(?:$|[.,;:)]|(?:order|execution|phase|part|tasks?|work|steps?|group)\b))`,
  // `sorted in this order` and `in order to` say nothing of tasks, `in order of their numbers` does.
  String.raw`(?<!\b(?:shown|sorted|listed|displayed|returned) )in (?:(?:this |that |the (?:given |following |listed )?)order|order(?!\s+(?:to|of(?!\s+(?:execution|dependenc|(?:the |their )?(?:numbers?|ids?)\b))|that|by|for)\b))`,
  'one (?:after|by) (?:the other|one|another)',
  'not in parallel',
  String.raw`parallel[*_]*\s?:[\s*_]{0,4}(?:no|false|never)`,
];
const IN_ORDER = new RegExp(String.raw`\b(?:${ORDER.join('|')})\b`, 'iu');
/** Once a day is no time that is waited for. */
const ONCE = String.raw`once(?!\s+(?:an?|per|every|each|more|again|only|daily|hourly|weekly|monthly)\b)`;
const BEHIND = new RegExp(
  String.raw`(?:^|[(,;:]\s*|\s[–—-]\s*)(?:after|${ONCE})\s+\S|(?:starts?|runs?|begins?) (?:after|${ONCE}|when)\s+\S|\bafter (?:(?:all|every|phase|group|wave|step|task|stage|part|milestone|level)\b|the (?:others?|previous)\b)`,
  'iu',
);

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

const ALONE =
  /(?:^|[\r\n])[ \t*_-]*(?:parallel(?:izable)?[*_]*[ \t]?:[ \t*_]{0,4}(?:no|false|never))(?!\p{L})/iu;

/** The words of a task that none is to run beside it: `Parallel: no`; null for none. */
export function besideNone(text: string): string | null {
  return ALONE.exec(text)?.[0].replace(/^[\s*_-]+|[*_]+/g, '') ?? null;
}

const STAGE = /^\P{L}*(phase|stage|step|wave|sprint|iteration|day|week)\s+#?(\d{1,3})(?![\p{L}\d])/iu;

/** Of a heading such as `Phase 2: The server`, which comes behind the first one. */
export function stageOf(title: string): { readonly word: string; readonly number: number } | null {
  const [, word, number] = STAGE.exec(title) ?? [];
  return word === undefined ? null : { word: word.toLowerCase(), number: Number(number) };
}

/** Those of them that come behind another one that has tasks, too. */
export function laterStages(titles: readonly string[]): ReadonlySet<string> {
  const stages = titles.flatMap((title) => {
    const stage = stageOf(title);
    return stage === null ? [] : [{ ...stage, title }];
  });
  const isLater = ({ word, number }: (typeof stages)[number]): boolean =>
    stages.some((other) => other.word === word && other.number < number);
  return new Set(stages.filter(isLater).map(({ title }) => title));
}

const WAITS = String.raw`(?:depends? on|after|needs|requires|waits? for)[\s*_:]{1,5}`;
/** `all others`, `everything else`, `all of the previous phases`, but not `all other users`. */
const PARTS = String.raw`\s+(?:tasks?|ones?|steps?|items?|groups?|parts?|work|phases?|waves?|stages?|(?:work)?streams?|agents?|features?|milestones?)`;
const ENDS = String.raw`(?=[*_]*\s*(?:$|[.,;:)\r\n]|(?:is|are|have|has)\b))`;
const ALL_OTHERS = String.raw`(?:all|everything|every)\s+(?:of\s+)?(?:the\s+)?(?:others|(?:other|previous)(?:${PARTS}|${ENDS})|above|else|tasks)`;
/** `must be run last`, `to be done alone in the evening`, but not `must come last name first`. */
const COMES_LAST = String.raw`(?:must|should|has to|to be)\s+(?:be\s+)?(?:run|done|come)\s+(?:last|alone)(?![ \t]+(?!(?:of|in|after|because|since|as|so|when|and|once|to|before|by|for|on|due|with|without|among|until)\b)\p{L})`;
const BEHIND_ALL = new RegExp(String.raw`(?<!\p{L})(?:${WAITS}${ALL_OTHERS}|${COMES_LAST})(?!\p{L})`, 'iu');

/** The words of a task that it comes behind all others, or beside none; null for none. */
export function behindAll(text: string): string | null {
  return BEHIND_ALL.exec(text)?.[0].replace(/\s+/g, ' ') ?? null;
}
