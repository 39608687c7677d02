/** Words that seem to say an order of tasks, in places where none is read. */

const IN_ORDER =
  /\b(?:sequential(?:ly)?(?!\s+(?:ids?|numbers?|scans?|reads?|writes?)\b)|serially|serial(?=\s*(?:$|[.,;:)]|(?:order|execution|phase|part|tasks?|work|steps?|group)\b))|(?<!\b(?:shown|sorted|listed|displayed|returned) )in (?:(?:this |that |the (?:given |following |listed )?)order|order(?!\s+(?:to|of(?!\s+(?:execution|dependenc|(?:the |their )?(?:numbers?|ids?)\b))|that|by|for)\b))|one (?:after|by) (?:the other|one|another)|not in parallel|parallel[*_]*\s?:[\s*_]{0,4}(?:no|false|never))\b/iu;
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

const BEHIND_ALL =
  /(?<!\p{L})(?:(?:depends? on|after|needs|requires|waits? for)[\s*_:]{1,5}(?:all|everything|every)\s+(?:of\s+)?(?:the\s+)?(?:others|(?:other|previous)(?:\s+(?:tasks?|ones?|steps?|items?|groups?|parts?|work|phases?|waves?|stages?|(?:work)?streams?|agents?|features?|milestones?)|(?=[*_]*\s*(?:$|[.,;:)\r\n]|(?:is|are|have|has)\b)))|above|else|tasks)|(?:must|should|has to|to be)\s+(?:be\s+)?(?:run|done|come)\s+(?:last|alone)(?![ \t]+(?!(?:of|in|after|because|since|as|so|when|and|once|to|before|by|for|on|due|with|without|among|until)\b)\p{L}))(?!\p{L})/iu;

/** The words of a task that it comes behind all others, or beside none; null for none. */
export function behindAll(text: string): string | null {
  return BEHIND_ALL.exec(text)?.[0].replace(/\s+/g, ' ') ?? null;
}
