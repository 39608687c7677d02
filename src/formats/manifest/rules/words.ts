/** What manifest.json says in words of a task or a wave, and nobody would be told. */

import { type FindingList, quoted } from '../../finding-list.ts';
import { MANIFEST_KEYS } from '../schema.ts';
import {
  asideKeys,
  checkingKeys,
  isSaid,
  limitKeys,
  meansDeps,
  misspelt,
  OF_CONFIGURATION,
  orderingKeys,
  untoldWords,
} from '../shape.ts';
import { classifyValidation } from '../validation.ts';
import type { RuleInput } from './rule.ts';

export function checkWords(input: RuleInput, findings: FindingList): void {
  checkValidations(input, findings);
  checkWaveKeys(input, findings);
  const { manifest, document, tasks } = input;
  const files = new Map(tasks.map(({ id, file }) => [id, file]));
  for (const [wave, { tasks: listed }] of manifest.waves.entries()) {
    for (const [place, entry] of listed.entries()) {
      const file = files.get(entry.id);
      if (file === undefined) continue;
      const tell = (key: string, why: string, remedy: string): void =>
        findings.warn({
          rule: 'manifest-key',
          at: document.at(['waves', wave, 'tasks', place, key]),
          message: `${quoted(key)} is not read here: ${why}`,
          remedy,
          tasks: [entry.id],
        });
      // Its own file may well call it by another title.
      for (const key of untoldWords(entry, file.source.text))
        if (key !== 'title' || file.title === undefined)
          tell(key, `what ${entry.id} is to do stands in its own file, and this does not`, 'Write it there.');
      for (const key of asideKeys(entry))
        tell(key, `${entry.id} is run like any other`, 'Take it out of the wave if it is not to be run.');
      for (const key of limitKeys(entry)) tell(key, OF_CONFIGURATION.why, OF_CONFIGURATION.remedy);
    }
  }
}

/** Of a wave its number, name, tasks and validation are read. */
function checkWaveKeys({ manifest, document, tasks, files }: RuleInput, findings: FindingList): void {
  for (const [index, wave] of manifest.waves.entries()) {
    const { number } = wave;
    const own = tasks.flatMap((task) => (task.wave === number ? [task.file?.source.text ?? ''] : []));
    const text = [files.get('context.md') ?? '', ...own].join('\n');
    const nearly = new Set(misspelt(wave, MANIFEST_KEYS.wave).map(({ key }) => key));
    const told = new Set<string>();
    const tell = (key: string, why: string, remedy: string): void => {
      if (nearly.has(key) || told.has(key)) return;
      told.add(key);
      findings.warn({
        rule: 'manifest-key',
        at: document.at(['waves', index, key]),
        message: `${quoted(`waves[${index}].${key}`)} is not read: ${why}`,
        remedy,
      });
    };
    for (const key of asideKeys(wave))
      tell(key, `wave ${number} is run like any other`, 'Take it out of the plan if it is not to be run.');
    const isBefore = (key: string): boolean =>
      (JSON.stringify(wave[key]).match(/\d{1,9}/g) ?? ['']).every(
        (each) => each !== '' && Number(each) < number,
      );
    for (const key of Object.keys(wave).filter(
      (each) => meansDeps(each) && isSaid(wave[each]) && !isBefore(each),
    ))
      tell(key, 'waves run one after the other, by their numbers', 'Number them in the order that you want.');
    const ordering = orderingKeys(wave).filter((key) => key !== 'after' || !isBefore(key));
    for (const key of [...ordering, ...checkingKeys(wave, MANIFEST_KEYS.wave)])
      tell(
        key,
        'of a wave `number`, `name`, `tasks` and `validation` are',
        'Write a command into `validation`; let tasks that are not to run at once stand in waves of their own.',
      );
    for (const key of untoldWords(wave, text))
      tell(
        key,
        'nobody is told what stands there',
        'Write it into context.md, or into the files of its tasks.',
      );
  }
}

/** Two words as a sentence begins, or a command as people show one. */
const SENTENCE = /^[A-Z][a-z]+:?\s+[`"']?[a-z]+(?:[\s,;!`"']|[.:](?:\s|$)|$)/;
const SHOWN = /^(?:[$>]\s|`[^`]*`$|```)/;

/** As a command it fails when all work of its wave is done, and the tasks are tried again for it. */
function checkValidations({ manifest, document }: RuleInput, findings: FindingList): void {
  for (const [index, { number, validation }] of manifest.waves.entries()) {
    const found = classifyValidation(validation ?? '');
    if (found?.kind !== 'shell') continue;
    if (!SENTENCE.test(found.command) && !SHOWN.test(found.command)) continue;
    findings.warn({
      rule: 'validation-words',
      at: document.at(['waves', index, 'validation']),
      message: `the validation of wave ${number} is no command as the shell takes one, and would fail: ${quoted(found.command)}`,
      remedy: 'Write the command alone, as in `npm test`, or take it out.',
    });
  }
}
